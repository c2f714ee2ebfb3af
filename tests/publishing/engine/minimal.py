"""A site of Pelican's alone, in tests/data/minimal, built by us and by the program itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pelican.plugins import signals

from plugins.trees import all_files
from publishing.build import BuildPlan, build
from publishing.release import Release, Releases
from tests.living_site import read_tree

SAMPLE = Path(__file__).parents[2] / "data" / "minimal"
LONG_AGO = 1_500_000_000
"""Seconds; nobody takes a file of that age for one that is still being written."""


@dataclass
class Minimal:
    """A copy of the minimal site, and what came of its last build."""

    root: Path
    processes: int = 1
    rendered: set[str] = field(default_factory=set)
    """Pages that the last build rendered in this process."""
    clock: int = LONG_AGO

    @classmethod
    def make(cls, root: Path, **changes) -> Minimal:
        """Copy the site."""
        shutil.copytree(SAMPLE, root / "site")
        made = cls(root, **changes)
        for path in all_files(root / "site"):
            os.utime(path, (made.clock, made.clock))
        return made

    @property
    def content(self) -> Path:
        """Where the stories are."""
        return self.root / "site" / "content"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / "site" / "settings.py"

    @property
    def plan(self) -> BuildPlan:
        """How it is built."""
        overrides = {"BUILD_PROCESSES": self.processes}
        return BuildPlan(
            settings=self.settings, releases=self.root / "releases", overrides=overrides
        )

    @property
    def release(self) -> Release:
        """What readers see."""
        current = Releases(self.plan.releases).current()
        assert current is not None
        return current

    def write(self, name: str, text: str) -> None:
        """Write a file of the content, a second after the one before."""
        path = self.content / name
        path.write_text(text, "utf-8")
        self.clock += 1
        os.utime(path, (self.clock, self.clock))

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file of the content."""
        text = (self.content / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def build(self) -> bool:
        """Bring the site up to date; says whether anything had to be made."""
        self.rendered.clear()

        def note(path, context):
            self.rendered.add(context["output_file"])

        with signals.content_written.connected_to(note):
            return build(self.plan)[1]

    def stock(self, name: str = "stock") -> dict[str, bytes]:
        """Give what the program makes of the same content and settings."""
        target = self.root / name
        shutil.rmtree(target, ignore_errors=True)
        command = [sys.executable, "-m", "pelican", "-q", "-s", self.settings, "-o", target]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return read_tree(target)

    def tree(self) -> dict[str, bytes]:
        """Give every file that readers see."""
        return read_tree(self.release.public)

    def places(self, folder: Path | None = None) -> dict[str, tuple[int, int]]:
        """Give what shows that a file was not written anew: its time of change and its number; of
        what readers see, or of what is in *folder*.
        """
        folder = folder or self.release.public
        stats = {path: path.stat() for path in all_files(folder)}
        return {
            path.relative_to(folder).as_posix(): (status.st_mtime_ns, status.st_ino)
            for path, status in stats.items()
        }
