"""Which texts there are and where each of them stands, for the list of all; only the heads of files
that changed are read again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from plugins.campaign.addresses import story_slug
from plugins.campaign.states import State, publish_at, state_of
from plugins.editing.content import KEYS
from plugins.editing.folders import GALLERIES, TEXT, AlbumFolder
from plugins.editing.kept import Stamp, stamp_of
from plugins.editing.sources import Source, read_source
from serving.preview.report import Entry


@dataclass(slots=True)
class Texts:
    """The texts below the content folder."""

    _known: dict[str, tuple[Stamp, Source]] = field(default_factory=dict)

    def entries(self, content: Path, now: datetime) -> list[Entry]:
        """Give those below *content* as they stand *now* (aware, in the site's zone)."""
        found = ((file, self._source(content, file)) for file in _files(content))
        sources = {file: source for file, source in found if source}
        self._known = {file: self._known[file] for file in sources}
        return [_entry(content, file, source, now) for file, source in sources.items()]

    def _source(self, content: Path, file: str) -> Source | None:
        with suppress(OSError):  # it was taken away just now, or cannot be read: the checks tell
            stamp, known = stamp_of(content / file), self._known.get(file)
            if known is None or known[0] != stamp:
                read = read_source(content / file)
                known = stamp, Source(read.path, read.every, "", read.body_line)
            self._known[file] = known
            return known[1]
        return None


def _files(content: Path) -> Iterator[str]:
    """Name the texts by their paths below *content*, in the order of names."""
    for part in (*KEYS, GALLERIES):
        found = os.walk(content / part)
        paths = (Path(folder, name) for folder, _, names in found for name in names)
        files = sorted(path.relative_to(content).as_posix() for path in paths)
        wanted = f"/{TEXT}" if part == GALLERIES else ".md"
        yield from (file for file in files if file.endswith(wanted) and "/." not in file)


def _entry(content: Path, file: str, source: Source, now: datetime) -> Entry:
    state = state_of(source.value, now)
    until = publish_at(source.value, now) if state is State.SCHEDULED else None
    return Entry(
        file=f"{content.name}/{file}",
        address=_address(content, file, source),
        title=source.value("title") or Path(file).stem,
        state=state.value,
        until=f"{until:%Y-%m-%d %H:%M}" if until else "",
    )


def _address(content: Path, file: str, source: Source) -> str:
    """Give the address of the page that *file* makes."""
    part = file.partition("/")[0]
    if part == GALLERIES:
        return AlbumFolder(folder=(content / file).parent, source=source, pictures=()).address
    if part == "stories":
        return f"/stories/{story_slug(file)}/"
    slug = source.value("slug")
    return f"/{slug}/" if part == "pages" else f"/{part}/{slug}/"
