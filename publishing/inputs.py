"""What a build is made of: settings, theme, code and content; and how to see that they changed."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from comment_archive.due import Due
from comment_archive.files import write_aside
from plugins.drafts.handlers import SHARED
from plugins.drafts.shared import next_end
from plugins.editing.handlers import NOW, now_of
from publishing.schedule import Moments, moments_of, next_of, waiting

INPUTS = "inputs.json"
"""Within a release's records."""
CODE = ("comment_archive", "plugins", "publishing")
"""Our packages whose code makes the site."""
MARKDOWN = (".md", ".markdown", ".mkd", ".mdown")
LARGE = 200_000
"""Bytes from which a file is not read to see whether it changed."""
SETTLED = 100_000_000
"""Nanoseconds after which a file that is changed again surely has another time."""
SECOND = 1_000_000_000
FILE = "SETTINGS_FILE"
"""Setting with the name of the file that the settings are from."""
UNTOLD = frozenset({"OUTPUT_PATH", "BUILD_PROCESSES", FILE, NOW, SHARED})
"""Settings that do not show in what is made."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a release was made of, except messages."""

    world: str
    """Digest of everything but stories: where it differs, all is made anew."""
    stories: Mapping[str, list[int]]
    """By path: what tells that a story is as it was (time of change, size, number of the file)."""
    looked: Mapping[str, list[Any]] = field(default_factory=dict)
    """By path: the same of every other file, and its digest."""
    moments: Moments = field(default_factory=dict)
    """When stories become public, or did; those of files that were not read yet are not known."""
    waiting: Sequence[str] = ()
    """Which of them are not public: a moment changes that, and no file."""
    shared: Sequence[Mapping[str, str]] = ()
    """The drafts that are shown to whoever knows their address."""

    def write(self, path: Path) -> None:
        """Keep it at *path*."""
        write_aside(path, self.dump())

    def dump(self) -> bytes:
        """Write it down."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    @classmethod
    def read(cls, path: Path) -> Inputs | None:
        """Read it from *path*; None when it is not there, or of another form."""
        try:
            return cls(**json.loads(path.read_bytes()))
        except (FileNotFoundError, TypeError, ValueError):
            return None

    @classmethod
    def look(cls, settings: Mapping[str, Any], before: Inputs | None) -> Inputs:
        """Look at everything that *settings* name; files that are as they were are not read."""
        now = time.time_ns()
        stories: dict[str, list[int]] = {}
        looked: dict[str, list[Any]] = {}
        known = before.looked if before else {}
        digest = hashlib.sha256(_of_settings(settings).encode())
        for name, path, is_story in _files(settings):
            status = os.stat(path)
            stamp = [status.st_mtime_ns, status.st_size, status.st_ino]
            if not is_settled(status.st_mtime_ns, now):
                stamp[0] = 0  # look again next time
            if is_story:
                stories[name] = stamp
                continue
            was = known.get(name)
            content = was[3] if was and was[:3] == stamp and stamp[0] else _gist(Path(path), status)
            looked[name] = [*stamp, content]
            digest.update(f"\0{name}\0{content}".encode())
        moments = before.moments if before else {}
        still = waiting(moments, now_of(dict(settings)))
        shared = [asdict(each) for each in settings.get(SHARED, ())]
        return cls(digest.hexdigest(), stories, looked, moments, still, shared)

    def read_by(self, reads: Mapping[str, Any], settings: Mapping[str, Any]) -> Inputs:
        """Give the same with the moments of all stories, which a build with *settings* *reads*."""
        now = now_of(dict(settings))
        moments = moments_of(((path, read.story) for path, read in reads.items()), now)
        return replace(self, moments=moments, waiting=waiting(moments, now))

    def due(self, settings: Mapping[str, Any]) -> Due:
        """Say when a build with *settings* would give another site though no file changes."""
        public = next_of(self.moments, now_of(dict(settings)))
        moments = filter(None, (public, next_end(settings.get(SHARED, ()))))
        return Due(moment=min(moments, default=None), settings=settings.get(FILE, ""))

    def is_same(self, other: Inputs) -> bool:
        """Say whether nothing at all changed between this and *other*."""
        unsettled = any(stamp[0] == 0 for stamp in other.stories.values())
        is_same = self.world == other.world and self.stories == other.stories
        is_same = is_same and list(self.waiting) == list(other.waiting)
        return is_same and list(self.shared) == list(other.shared) and not unsettled


def is_settled(changed: int, now: int) -> bool:
    """Say whether a file that was *changed* then will have another time when it is changed after
    *now* (both in nanoseconds); a file system may count in whole seconds, or in twos of them.
    """
    return now - changed >= (SETTLED if changed % SECOND else 2 * SECOND)


def _of_settings(settings: Mapping[str, Any]) -> str:
    told = sorted((key, str(value)) for key, value in settings.items() if key not in UNTOLD)
    return repr(told)


def _files(settings: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield name, path, and whether it is a story, of every file a build may read."""
    root = Path(__file__).parents[1]
    content = str(settings["PATH"])
    is_story = _story_test(settings)
    for name, path in _walk(content, ""):
        yield f"content/{name}", path, is_story(name)
    for name, path in _walk(str(settings["THEME"]), ""):
        yield f"theme/{name}", path, False
    for folder in CODE:
        for name, path in _walk(str(root / folder), ""):
            yield f"{folder}/{name}", path, False
    yield "requirements.txt", str(root / "requirements.txt"), False


def _walk(folder: str, below: str) -> Iterator[tuple[str, str]]:
    """Yield every file below *folder* in the order of names, compiled Python left out."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{below}{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry.path, f"{name}/")
        elif entry.is_file():
            yield name, entry.path


def _story_test(settings: Mapping[str, Any]) -> Any:
    """Give what tells stories from other files of the content, by name."""
    within = tuple(f"{path}/" if path else "" for path in settings["ARTICLE_PATHS"])
    without = tuple(f"{path}/" for path in settings["ARTICLE_EXCLUDES"] if path)

    def is_story(name: str) -> bool:
        return name.endswith(MARKDOWN) and name.startswith(within) and not name.startswith(without)

    return is_story


def _gist(path: Path, status: os.stat_result) -> str:
    """Give what tells whether *path* changed: of a photograph, which is large, the time of that."""
    if status.st_size > LARGE:
        return str(status.st_mtime_ns)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
