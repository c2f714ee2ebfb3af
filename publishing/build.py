"""Makes the site: a full release beside the current one, or an edit of the current one in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pelican.settings import read_settings

from comment_archive.due import Due
from comment_archive.files import Archive
from plugins.drafts.handlers import SHARED
from plugins.drafts.shared import FILE as DRAFTS_FILE
from plugins.drafts.shared import active, read_drafts
from plugins.editing.handlers import CHECKED as CHECKED_STORIES
from plugins.editing.handlers import NOW, SHOW_UNPUBLISHED, TELL_PROBLEMS
from plugins.message_board.handlers import RELEASES, TWINS
from plugins.offering import RECORDS
from plugins.problems import Problem
from plugins.trees import own_files
from publishing import twins
from publishing.changed import compare
from publishing.checks import PageFacts, conclude, examine
from publishing.edit import clear_stage, edit
from publishing.engine.run import run
from publishing.engine.state import Before
from publishing.inputs import FILE, INPUTS, Inputs
from publishing.release import KEPT, BuildError, Release, Releases
from publishing.rollback import note_archive
from publishing.settling import settle
from publishing.told import failing_on_errors
from publishing.views import CHECKED, read_checked, write_checked
from publishing.webserver import hand_over

PROJECT = Path(__file__).parents[1]
WARNINGS = "warnings.txt"
"""Within the records: what a release should be mended of, a line each."""
FOUND = "checked.json"
"""In the folder of all releases: what the last check found in stories."""

Warn = Callable[[str], object]
Progress = Callable[[str, int, int], object]
TellProblems = Callable[[list[Problem]], object]
TellChanged = Callable[[list[str]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What is built from where to where."""

    settings: Path
    """Pelican's settings file."""
    releases: Path
    overrides: dict[str, Any]
    """Settings that replace those of the file."""
    kept: int = KEPT
    """Releases that stay on the disk."""


def build(
    plan: BuildPlan,
    *,
    force: bool = False,
    may_shrink: bool = False,
    now: datetime | None = None,
    warn: Warn = lambda line: None,
    progress: Progress = lambda stage, done, total: None,
    tell_problems: TellProblems = lambda problems: None,
    tell_changed: TellChanged = lambda names: None,
) -> tuple[Release, bool]:
    """Bring the site up to date and show it to readers; gives its release, and whether anything had
    to be made.

    Where only stories differ from what the current release was made of, it is changed in place, at
    the cost of what the change touches. Anything else, or *force*, makes a new release. When
    nothing differs, the current one stays: the publisher keeps its messages up to date. Which
    stories are public is said by *now* (aware; the present by default), and by no other clock.
    Raises BuildError, and what readers see stays as it was; a release that is much smaller than the
    last one is an error too, unless it *may_shrink*. What does not fail a build but should be
    mended is given to *warn*, a line each; *progress* is told the stage and how far it is. Where
    content was checked, *tell_problems* gets all that was found, what stops no build too;
    *tell_changed* gets the names of the files that readers see otherwise than before.
    """
    releases = Releases(plan.releases, plan.kept)
    settings = settings_of(plan) | {FILE: _name_of(plan.settings), NOW: now or datetime.now(UTC)}
    settings[SHARED] = active(read_drafts(plan.releases.with_name(DRAFTS_FILE)), settings[NOW])
    archive = _archive(plan, settings)
    with archive.locked():
        force = force or archive.is_behind()
        current = releases.current()
        if current is not None:
            settle(current)
            clear_stage(current)
        before = Inputs.read(current.records / INPUTS) if current else None
        inputs = Inputs.look(settings, before)
        settings[TELL_PROBLEMS] = tell_problems
        if current is None or before is None or force or before.world != inputs.world:
            release, names = _whole(releases, archive, settings, inputs, progress, may_shrink)
        elif before.is_same(inputs):
            release, names = current, []
            _leave_due(release, inputs.due(settings))
        else:
            release, names = _edited(
                releases, archive, current, settings, inputs, progress, may_shrink
            )
        hand_over(release)
        archive.note_in_step()
    _tell(release, warn)
    tell_changed(names)
    return release, release != current or bool(names)


def _edited(
    releases: Releases,
    archive: Archive,
    current: Release,
    settings: dict[str, Any],
    inputs: Inputs,
    progress: Progress,
    may_shrink: bool = False,
) -> tuple[Release, list[str]]:
    """Change *current* in place; make a new release where its state is not there any more. Gives
    the release, and the names of the files that changed.
    """
    warnings: list[str] = []
    changed = edit(current, _joined(settings, releases, inputs), inputs, progress, warnings)
    if changed is None:
        return _whole(releases, archive, settings, inputs, progress, may_shrink)
    _keep_warnings(current, warnings)
    return current, changed


def _whole(
    releases: Releases,
    archive: Archive,
    settings: dict[str, Any],
    inputs: Inputs,
    progress: Progress,
    may_shrink: bool = False,
) -> tuple[Release, list[str]]:
    """Make a release from nothing and switch to it; gives it, and the names of the files that
    differ.
    """
    current = releases.current()
    release = releases.fresh()
    try:
        before = Before.nothing(release.records)
        with failing_on_errors() as told:
            joined = _joined(settings, releases, inputs)
            made = run(joined, release.public, before, progress=progress)
        if (release.public / RECORDS).is_dir():
            _move_into(release.public / RECORDS, release.records)
        names = frozenset(own_files(release.public))
        look_over(
            release, current, made.facts, names, site=settings["SITEURL"], may_shrink=may_shrink
        )
        _keep_warnings(release, told.warnings)
        made.facts.clear()  # to write the state takes memory, too
        made.state.files = names | made.names
        made.state.write(before.path)
        inputs = inputs.read_by(made.state.reads, settings)
        inputs.write(release.records / INPUTS)
        inputs.due(settings).write(release.records)
        changed = list(compare(release.public, current.public if current else None))
        if settings.get("PRECOMPRESS"):
            twins.fill(release.public, release.records, current.public if current else None)
        note_archive(release, archive)
    except BaseException:
        releases.discard(release)
        raise
    if current is not None:
        note_archive(current, archive)
    releases.switch(release, changed)
    return release, changed


def _leave_due(release: Release, due: Due) -> None:
    """Say when the site changes next; after a roll-back, that a build may be started for it."""
    if Due.read(release.records) != due:
        due.write(release.records)


def _joined(settings: dict[str, Any], releases: Releases, inputs: Inputs) -> dict[str, Any]:
    """Give *settings* with what joins a build of *inputs* to the releases that are there."""
    joined = settings | {
        RELEASES: str(releases.root),
        CHECKED: read_checked(releases.root),
        CHECKED_STORIES: (releases.root / FOUND, inputs.world),
    }
    return joined | {TWINS: twins.make} if settings.get("PRECOMPRESS") else joined


def look_over(
    release: Release,
    before: Release | None,
    facts: Sequence[PageFacts] = (),
    names: Iterable[str] | None = None,
    *,
    site: str = "",
    may_shrink: bool = False,
) -> None:
    """Check *release* and record which slots its pages hold; *facts* are known of some of them,
    the others are read. *names* are those of all its files, where they are known. Raises BuildError
    with a line for each problem.
    """
    known = {page.name for page in facts}
    others = [
        examine(name, (release.public / name).read_bytes(), site)
        for name in (own_files(release.public) if names is None else names)
        if name.endswith(".html") and name not in known
    ]
    pages = sorted([*facts, *others], key=lambda page: page.name)
    if problems := conclude(pages, release, before, may_shrink=may_shrink):
        raise BuildError("\n".join(problems))
    release.slot_map().write((page.name, list(page.slots)) for page in pages)
    write_checked(release.folder.parent, (page.view for page in pages if page.view))


def _move_into(folder: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.rename(target / path.name)
    folder.rmdir()


def _keep_warnings(release: Release, warnings: list[str]) -> None:
    text = "".join(f"{line}\n" for line in warnings)
    (release.records / WARNINGS).write_text(text, "utf-8")


def _tell(release: Release, warn: Warn) -> None:
    """Give *warn* what *release* should be mended of; it stays true while nothing changes."""
    kept = release.records / WARNINGS
    for line in kept.read_text("utf-8").splitlines() if kept.is_file() else ():
        warn(line)


def settings_of(plan: BuildPlan) -> dict[str, Any]:
    """Read the settings of *plan* anew; raises BuildError where there is no such file."""
    if not plan.settings.is_file():
        raise BuildError(f"{plan.settings}: there is no such settings file: name one that exists")
    found = read_settings(str(plan.settings), override=dict(plan.overrides))
    settings: dict[str, Any] = deepcopy(found)  # plugins change what modules of settings share
    return settings


def _name_of(settings: Path) -> str:
    """Give what `./run build --settings` takes for the file *settings*."""
    path = settings.absolute()
    return str(path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path)


def _archive(plan: BuildPlan, settings: dict[str, Any]) -> Archive:
    """Give the site's archive, whose lock is the site's; one without messages has none in it.

    A preview only looks at messages, and holds up nobody who writes some: its lock is its own.
    """
    if settings.get(SHOW_UNPUBLISHED):
        return Archive(plan.releases.with_name("archive"))
    return Archive(Path(settings.get("COMMENT_ARCHIVE") or plan.releases.with_name("archive")))


def threads_without_story(archive: Archive, release: Release) -> list[str]:
    """Name the threads that have messages but no story: it was renamed or removed."""
    directory = release.directory()
    return sorted(set(archive.threads()) - directory.threads.keys() - directory.withdrawn.keys())
