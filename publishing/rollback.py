"""Goes back to an older release, with every message that was published since it was current."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from jinja2 import TemplateError

from comment_archive.due import Due
from comment_archive.files import Archive
from comment_archive.records import Change
from publishing.due_builds import end_drafts
from publishing.release import BuildError, Release, Releases
from publishing.republish import Republisher
from publishing.settling import settle
from publishing.webserver import hand_over

IN_STEP = "archive.json"
"""Within the records: how far the archive had grown when the release was last in step with it."""


def note_archive(release: Release, archive: Archive) -> None:
    """Note that *release* shows all that is in *archive* now; who calls this holds its lock.

    While the archive was made anew and pages are behind it, nobody knows that of any release: a
    roll-back then brings all messages to it.
    """
    if archive.is_behind():
        (release.records / IN_STEP).unlink(missing_ok=True)
        return
    text = json.dumps({"wall": archive.wall().head().last})
    release.records.mkdir(exist_ok=True)
    (release.records / IN_STEP).write_text(f"{text}\n", "utf-8")


def roll_back(releases: Releases, archive: Archive, number: int | None = None) -> list[str]:
    """Show the release *number* again, by default the one before the current one; gives the
    addresses that change.

    Messages published since are brought to it first; what was edited or taken down had been at
    once. Raises BuildError, with readers seeing what they saw, when there is no such release or it
    cannot be brought in step.
    """
    with archive.locked():
        current = releases.current()
        target = _find(releases, current, number)
        if target == current:
            return []
        settle(target)
        try:
            _bring_in_step(target, archive)
        except (FileNotFoundError, LookupError, TemplateError, TypeError, ValueError) as error:
            raise BuildError(
                f"release {target.number} cannot be brought in step with the messages ({error}): "
                "take another one (./run releases lists them)"
            ) from error
        if current is not None:
            note_archive(current, archive)
        note_archive(target, archive)
        _hold(target)
        end_drafts(target, releases, releases.clock())
        addresses = releases.switch(target)
        hand_over(target)
        return addresses


def _hold(release: Release) -> None:
    """Let nothing build *release* up to date by itself, since somebody chose it as it is."""
    replace(Due.read(release.records), is_held=True).write(release.records)


def _find(releases: Releases, current: Release | None, number: int | None) -> Release:
    found = {release.number: release for release in releases.all()}
    if number is None:
        older = [one for one in found if current is not None and one < current.number]
        number = max(older, default=0)
    if number not in found:
        which = f"no release {number}" if number else "no older release"
        raise BuildError(f"there is {which}: ./run releases lists those on the disk")
    return found[number]


def _bring_in_step(release: Release, archive: Archive) -> None:
    republisher = Republisher.of_release(release, archive)
    republisher.catch_up(list(_published_since(release, archive)))
    republisher.republish([], is_new_day=True)


def _published_since(release: Release, archive: Archive) -> Iterator[Change]:
    """Yield the messages that were not there when *release* was last in step."""
    path = release.records / IN_STEP
    last = json.loads(path.read_bytes())["wall"] if path.is_file() else 0
    wall = archive.wall()
    for comment in wall.between(last + 1, wall.head().last):
        yield Change(
            thread=comment.thread,
            position=comment.position,
            wall_position=comment.wall_position,
            is_new=True,
        )
