"""Collects what Pelican and plugins log while a site is made: errors fail it, warnings are told.
Says what came of it.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Iterator

from pelican.log import LimitFilter

from plugins.problems import ContentError
from publishing.release import BuildError, Release

BROKEN_LINK = "Unable to find"
"""How Pelican's warning of a link to a file that is not there begins."""


class Collector(logging.Handler):
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


def outcome(release: Release, before: Release | None, *, is_changed: bool) -> str:
    """Say in one line what a build did to *release*; *before* is what readers saw until then."""
    if not is_changed:
        return f"Up to date: release {release.folder.name}"
    if release == before:
        return f"Brought release {release.folder.name} up to date"
    return f"Published release {release.folder.name}"


@contextlib.contextmanager
def failing_on_errors() -> Iterator[Collector]:
    """Collect what is logged meanwhile, and hide what is printed; raises BuildError when anything
    was an error, Pelican would go on from it or not.
    """
    with _collected() as told, contextlib.redirect_stdout(io.StringIO()):
        try:
            yield told
        except ContentError as error:
            raise BuildError(str(error)) from error
        except (OSError, BuildError):
            raise
        except Exception as error:
            lines = [*told.errors, f"the build stopped: {type(error).__name__}: {error}"]
            raise BuildError("\n".join(lines)) from error
    if told.errors:
        raise BuildError("\n".join(told.errors))


@contextlib.contextmanager
def _collected() -> Iterator[Collector]:
    """Collect what Pelican or a plugin logs and goes on from."""
    LimitFilter._raised_messages.clear()  # Pelican tells a warning once a process, not once a build
    collector = Collector()
    loggers = [logging.getLogger("pelican"), logging.getLogger("plugins")]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        yield collector
    finally:
        for logger in loggers:
            logger.removeHandler(collector)
