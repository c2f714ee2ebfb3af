"""A folder of another machine, by the program rsync over ssh."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from publishing.targets.files import File, PublishError
from publishing.targets.programs import run

PREFIX = "rsync:"
ADDRESS = re.compile(r"(?:[^/:@\s]+@[^/:@\s]+:|[^/:@\s]{2,}:/|rsync://).*")
"""``user@host:path``, ``host:/path`` or ``rsync://host/module``."""
COMMON = ("--copy-links", "--8-bit-output", "--files-from=-", "--from0", "--chmod=D755,F644")
MARK = "sent:"
"""Before each name that rsync tells, so that nothing else counts as one."""
VANISHED = 24
"""Rsync's exit code for files that are not there, which is what is to be removed."""


@dataclass(frozen=True, slots=True)
class RsyncTarget:
    """Files are compared by their checksums on both machines, and renamed there when whole."""

    address: str
    takes_twins = True

    @classmethod
    def at(cls, address: str) -> Self | None:
        """Take what names a host."""
        if address.startswith(PREFIX) and not address.startswith("rsync://"):
            return cls(address.removeprefix(PREFIX))
        return cls(address) if ADDRESS.fullmatch(address) else None

    def differing(self, public: Path, files: Sequence[File]) -> list[File]:
        """Let rsync compare, without sending anything."""
        names: set[str] = set()
        self._run(public, [file.name for file in files], names.add, "--dry-run", "--checksum")
        return [file for file in files if file.name in names]

    def send(self, public: Path, files: Sequence[File], sent: Callable[[], object]) -> None:
        """Send the files, whatever is there."""
        names = [file.name for file in files]
        self._run(public, names, lambda name: sent(), "--ignore-times", "--compress")

    def delete(self, public: Path, names: Sequence[str]) -> None:
        """Remove what the release has no longer."""
        if names:
            options = ("--delete-missing-args", "--no-implied-dirs")
            self._run(public, names, lambda name: None, *options, accepted=(0, VANISHED))

    def _run(
        self,
        public: Path,
        names: Sequence[str],
        told: Callable[[str], object],
        *options: str,
        accepted: Sequence[int] = (0,),
    ) -> None:
        def look(line: str) -> None:
            if line.startswith(MARK) and not line.endswith("/"):
                told(line.removeprefix(MARK))

        place = f"{self.address.rstrip('/')}/"
        command = ["rsync", *COMMON, *options, f"--out-format={MARK}%n", f"{public}/", place]
        try:
            run(command, "".join(f"{name}\0" for name in names), look, accepted=accepted)
        except PublishError as error:
            raise PublishError(f"{self.address}: {error}") from error
