"""Makes a full release: Pelican into a fresh folder, checked, switched in by one rename."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pelican import Pelican
from pelican.log import LimitFilter
from pelican.settings import read_settings

from comment_archive.files import Archive
from plugins.campaign.data import CampaignError
from plugins.editing.handlers import EditingError
from plugins.editing.pictures import is_photo
from plugins.galleries.records import PicturesError
from plugins.message_board.handlers import RECORDS
from publishing import twins
from publishing.checks import conclude, examine, pages_in
from publishing.compiled import compiled_with
from publishing.release import BuildError, Release, Releases, keep_times

BROKEN_LINK = "Unable to find"
"""How Pelican's warning of a link to a file that is not there begins."""
CODE = ("comment_archive", "plugins", "publishing")
WARNINGS = "warnings.txt"
"""Within the records: what a release should be mended of, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What is built from where to where."""

    settings: Path
    """Pelican's settings file."""
    releases: Path
    overrides: dict[str, Any]
    """Settings that replace those of the file."""


def build(
    plan: BuildPlan,
    *,
    force: bool = False,
    may_shrink: bool = False,
    warn: Callable[[str], object] = lambda line: None,
) -> tuple[Release, bool]:
    """Make a release and show it to readers; gives it, and whether anything had to be made.

    When neither content nor theme, settings or code differ from the current release, that one
    stays: the publisher keeps its messages up to date. Raises BuildError, and what readers see
    stays as it was. A release that is much smaller than the last one is an error too, unless it
    *may_shrink*. What does not fail a build but should be mended is given to *warn*, a line each.
    """
    releases = Releases(plan.releases)
    settings = _settings(plan)
    with Archive(Path(settings["COMMENT_ARCHIVE"])).locked():
        fingerprint = _fingerprint(settings, plan)
        current = releases.current()
        if current is not None and current.fingerprint() == fingerprint and not force:
            _tell(current, warn)
            return current, False
        release = releases.fresh()
        try:
            warnings = _fill(release, settings)
            look_over(release, current, site=settings["SITEURL"], may_shrink=may_shrink)
            (release.records / "inputs.txt").write_text(fingerprint + "\n", "utf-8")
            (release.records / WARNINGS).write_text(
                "".join(f"{line}\n" for line in warnings), "utf-8"
            )
        except BaseException:
            releases.discard(release)
            raise
        keep_times(release, current)
        if settings.get("PRECOMPRESS"):
            twins.fill(release.public, release.records, current.public if current else None)
        releases.switch(release)
    _tell(release, warn)
    return release, True


def look_over(
    release: Release, before: Release | None, *, site: str = "", may_shrink: bool = False
) -> None:
    """Check *release*, reading each of its pages once, and record which slots they hold; raises
    BuildError with a line for each problem.
    """
    facts = [
        examine(name, (release.public / name).read_bytes(), site)
        for name in pages_in(release.public)
    ]
    if problems := conclude(facts, release, before, may_shrink=may_shrink):
        raise BuildError("\n".join(problems))
    release.slot_map().write((page.name, list(page.slots)) for page in facts)


def _tell(release: Release, warn: Callable[[str], object]) -> None:
    """Give *warn* what *release* should be mended of; it stays true while nothing changes."""
    kept = release.records / WARNINGS
    for line in kept.read_text("utf-8").splitlines() if kept.is_file() else ():
        warn(line)


def _settings(plan: BuildPlan) -> dict[str, Any]:
    if not plan.settings.is_file():
        raise BuildError(f"{plan.settings}: there is no such settings file: name one that exists")
    settings: dict[str, Any] = read_settings(str(plan.settings), override=dict(plan.overrides))
    return settings


def _fill(release: Release, settings: dict[str, Any]) -> list[str]:
    """Let Pelican make the site; gives what it should be mended of."""
    settings["OUTPUT_PATH"] = str(release.public)
    options = settings["JINJA_ENVIRONMENT"]
    settings["JINJA_ENVIRONMENT"] = options | {"bytecode_cache": compiled_with(repr(options))}
    with _collected() as told, contextlib.redirect_stdout(io.StringIO()):
        try:
            Pelican(settings).run()
        except (EditingError, CampaignError, PicturesError) as error:
            raise BuildError(str(error)) from error
        except OSError:
            raise
        except Exception as error:
            raise BuildError(
                "\n".join([*told.errors, f"the build stopped: {type(error).__name__}: {error}"])
            ) from error
    if told.errors:
        raise BuildError("\n".join(told.errors))
    shutil.move(release.public / RECORDS, release.records)
    return told.warnings


class _Collector(logging.Handler):
    """Keeps the text of every error that was logged, of links that lead nowhere, and of our own
    warnings.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record, with what raised it."""
        error = record.exc_info[1] if record.exc_info else sys.exc_info()[1]  # of what is handled
        line = record.getMessage().strip() + (f" ({error})" if error else "")
        if record.levelno >= logging.ERROR or line.startswith(BROKEN_LINK):
            self.errors.append(line)
        elif record.name.startswith("plugins."):
            self.warnings.append(line)


@contextlib.contextmanager
def _collected() -> Iterator[_Collector]:
    """Collect what Pelican or a plugin logs and goes on from: each error fails our build."""
    LimitFilter._raised_messages.clear()  # Pelican tells a warning once a process, not once a build
    collector = _Collector()
    loggers = [logging.getLogger("pelican"), logging.getLogger("plugins")]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        yield collector
    finally:
        for logger in loggers:
            logger.removeHandler(collector)


def _fingerprint(settings: dict[str, Any], plan: BuildPlan) -> str:
    """Digest everything a build is made of, except the messages."""
    digest = hashlib.sha256(
        repr(sorted((key, str(value)) for key, value in settings.items())).encode()
    )
    root = Path(__file__).parents[1]
    digest.update((root / "requirements.txt").read_bytes())
    folders = [Path(settings["PATH"]), Path(settings["THEME"]), *(root / name for name in CODE)]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"\0{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
                digest.update(_gist(path))
    return digest.hexdigest()


def _gist(path: Path) -> bytes:
    """Give what tells whether *path* changed: of a photograph, which is large, the time of that."""
    return str(path.stat().st_mtime_ns).encode() if is_photo(path.name) else path.read_bytes()


def threads_without_story(archive: Archive, release: Release) -> list[str]:
    """Name the threads that have messages but no story: it was renamed or removed."""
    return sorted(set(archive.threads()) - release.directory().threads.keys())
