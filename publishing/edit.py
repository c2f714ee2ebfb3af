"""Changes the current release in place when only stories changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from comment_archive.directory import Directory
from comment_archive.due import DUE
from plugins.discovery.redirects import GONE
from plugins.message_board.handlers import EDITED, OWN_FILES
from plugins.message_board.shelf import sweep
from plugins.offering import RECORDS
from plugins.trees import own_files
from publishing import changeset
from publishing.checks import PageFacts, conclude_some, examine
from publishing.engine.run import Progress, run
from publishing.engine.site import Made
from publishing.engine.state import Before
from publishing.inputs import INPUTS, Inputs
from publishing.release import BuildError, Release
from publishing.settling import SLOTS, settle
from publishing.told import failing_on_errors

STAGE = "edit"
"""Within the records: where an edit is made before any of it is shown."""


def edit(
    release: Release,
    settings: dict[str, Any],
    inputs: Inputs,
    progress: Progress,
    warnings: list[str],
) -> list[str] | None:
    """Bring *release* to what the stories are now; gives the names that changed, or None when the
    release does not know what it was made of.

    What should be mended is added to *warnings*. Raises BuildError, and nothing has changed.
    """
    before = Before.of(release.records, settings)
    if before is None:
        return None
    stage = release.records / STAGE
    try:
        with failing_on_errors() as told:
            settings = settings | {EDITED: str(release.folder)}
            made = run(settings, stage, before, progress=progress)
        warnings += told.warnings
        made.names |= settings.get(OWN_FILES, frozenset())
        return _apply(release, stage, before, made, inputs, settings)
    finally:
        clear_stage(release)


def clear_stage(release: Release) -> None:
    """Remove what an edit of *release* made on its way, and left if it was killed."""
    shutil.rmtree(release.records / STAGE, ignore_errors=True)


def _apply(
    release: Release,
    stage: Path,
    before: Before,
    made: Made,
    inputs: Inputs,
    settings: dict[str, Any],
) -> list[str]:
    names = [name for name in own_files(stage) if not name.startswith(f"{RECORDS}/")]
    staged = dict(_staged(release, stage, names))
    made.state.files = made.names.union(names)
    gone = dict.fromkeys(_gone(release, before.state.files, made.state.files))
    pages = _looked_over(release, stage, made, staged, names, gone, settings["SITEURL"])
    slots = {page.name: page.slots for page in pages} | {
        name: () for name in gone if name.endswith(".html")
    }
    inputs = inputs.read_by(made.state.reads, settings)
    records = _records(stage, made, before, inputs)
    records[f"../records/{DUE}"] = inputs.due(settings).dump()
    records[f"../records/{SLOTS}"] = json.dumps(slots).encode()
    changed = changeset.apply(release, {**staged, **gone, **dict(_links(stage))} | records)
    settle(release)
    sweep(release.folder.parent)
    return [name for name in changed if not name.startswith("../")]


def _looked_over(
    release: Release,
    stage: Path,
    made: Made,
    staged: dict[str, bytes],
    names: Collection[str],
    gone: Collection[str],
    site: str,
) -> list[PageFacts]:
    """Check what is to be changed; gives the facts of all staged pages. *names* are those of all
    staged files. Raises BuildError.
    """
    known = {page.name: page for page in made.facts}
    pages = [
        known.get(name) or examine(name, content, site)
        for name, content in staged.items()
        if name.endswith(".html")
    ]
    threads = stage / RECORDS / "threads.json"
    problems = conclude_some(
        pages,
        release,
        added=names,
        removed=gone,
        behind=dict(_behind_links(release, stage)),
        directory=Directory.read(threads) if threads.is_file() else None,
    )
    if problems:
        raise BuildError("\n".join(problems))
    return pages


def _staged(release: Release, stage: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield what of the staged files *names* may differ; a picture is one file with two names, and
    there may be gigabytes of them.
    """
    for name in names:
        shown = release.public / name
        if not (shown.is_file() and shown.samefile(stage / name)):
            yield name, (stage / name).read_bytes()


def _links(stage: Path) -> Iterator[tuple[str, changeset.Link]]:
    """Yield the links to older pages of messages; they lead there from where they go to."""
    for folder, folders, files in os.walk(stage):
        for path in (Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink():
                yield path.relative_to(stage).as_posix(), changeset.Link(str(path.readlink()))


def _behind_links(release: Release, stage: Path) -> Iterator[tuple[str, Path]]:
    """Yield the pages that stand behind the links, by the names they will have."""
    for name, link in _links(stage):
        folder = (release.public / name).parent / link.target
        for path in folder.rglob("index.html"):
            yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _gone(release: Release, before: frozenset[str], now: frozenset[str]) -> Iterator[str]:
    """Yield which files of *before* are none *now*, and what the publisher put below the pages
    among them, or below one whose story was withdrawn; another page may have its address there.
    """
    gone = before - now
    yield from gone
    for name in (*gone, *(name for name in now - before if name.endswith(f"/{GONE}"))):
        folder = (release.public / name).parent
        if name.endswith(("/index.html", f"/{GONE}")):
            below = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
            found = (path.relative_to(release.public).as_posix() for path in below)
            yield from (each for each in found if each not in now)


def _records(stage: Path, made: Made, before: Before, inputs: Inputs) -> dict[str, bytes | None]:
    """Give the records that belong to the edit, named from the public folder."""
    records: dict[str, bytes | None] = {
        f"../records/{path.relative_to(stage / RECORDS).as_posix()}": path.read_bytes()
        for path in (stage / RECORDS).rglob("*")
        if path.is_file()
    }
    records[f"../records/{INPUTS}"] = inputs.dump()
    records[f"../records/state/{before.path.name}"] = made.state.dump()
    return records
