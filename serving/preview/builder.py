"""The process that builds the preview: once for each line on its standard input.

``python -m serving.preview.builder`` is given what to build as JSON (:class:`Order`), and answers
on standard output, a line each: ``progress`` with stage, done and total, then ``report``. It has no
threads, so that a build of everything may use several processes, and it ends with its input.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from comment_archive.files import Archive, write_aside
from plugins.editing.check import check_content
from plugins.problems import Problem
from publishing.build import BuildPlan, build, settings_of
from publishing.changed import addresses_of
from publishing.release import BuildError, Releases
from serving.preview import faults
from serving.preview.report import Finding, Report
from serving.preview.texts import Texts

MESSAGES = "messages-seen.txt"
"""Beside the releases: which messages the last start of the preview found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be built."""

    settings: str
    releases: str
    overrides: dict[str, Any]

    def dump(self) -> str:
        """Write it for the command line."""
        return json.dumps(asdict(self))

    @property
    def plan(self) -> BuildPlan:
        """Give the plan of the build."""
        return BuildPlan(
            settings=Path(self.settings),
            releases=Path(self.releases),
            overrides=self.overrides,
            kept=1,
        )


class Workshop:
    """Builds one preview as often as it is asked to."""

    def __init__(self, plan: BuildPlan, tell: Callable[[str, int, int], object]) -> None:
        self.plan, self.tell = plan, tell
        self.texts = Texts()
        self.problems: list[Problem] | None = None
        """What the last check found; a build that finds nothing changed checks nothing."""
        self.has_looked = False
        """Whether it is known that the pages show the messages of this start."""

    def build(self) -> Report:
        """Bring the preview up to date; gives what came of it, whatever that is."""
        began, changed = time.perf_counter(), list[str]()
        errors, may_pass, is_built = list[Finding](), False, False
        try:
            self._build(changed)
            is_built = True
        except BuildError as error:
            errors = self._findings_of(error)
        except OSError as error:
            errors, may_pass = [faults.of_system(error)], True
        except (Exception, SystemExit) as error:  # settings are Python, and may do anything
            errors = [faults.of_code(error)]
        current = Releases(self.plan.releases).current()
        content, zone = self._place()
        return Report(
            is_built=is_built,
            seconds=time.perf_counter() - began,
            public=str(current.public) if current else "",
            changed=addresses_of(changed),
            findings=[*(faults.of_problem(each, content) for each in self.problems or ()), *errors],
            entries=self.texts.entries(content, datetime.now(zone)) if content else [],
            may_pass=may_pass,
        )

    def _build(self, changed: list[str]) -> None:
        """Build, and note what the checks found and which files changed."""
        told = list[list[Problem]]()
        try:
            build(
                self.plan,
                force=self._has_other_messages(),
                may_shrink=True,
                progress=self.tell,
                tell_problems=told.append,
                tell_changed=changed.extend,
            )
        finally:
            if told:
                self.problems = [problem for found in told for problem in found]
        if self.problems is None:
            self.problems = self._checked()
        self._note_messages()

    def _checked(self) -> list[Problem]:
        """Check the content by itself."""
        settings = settings_of(self.plan)
        content, words = Path(settings["PATH"]), Path(settings["THEME"]) / "words"
        now, name = datetime.now(ZoneInfo(settings["TIMEZONE"])), settings["CAMPAIGN_FILE"]
        return check_content(content, name, words, now=now, style=True, is_preview=True)

    def _findings_of(self, error: BuildError) -> list[Finding]:
        """Give what failed a build beside the problems of the content, which are known."""
        known = {str(problem) for problem in self.problems or ()}
        lines = [line for line in str(error).splitlines() if line not in known]
        if cause := faults.of_template(error.__cause__):
            return [cause]
        return [faults.of_line(line) for line in lines]

    def _place(self) -> tuple[Path | None, tzinfo]:
        """Give the folder of the content, none while the settings are broken, and the zone."""
        try:
            settings = settings_of(self.plan)
            return Path(settings["PATH"]), ZoneInfo(settings["TIMEZONE"])
        except (Exception, SystemExit):
            return None, UTC

    def _messages(self) -> str:
        """Tell which messages the archive holds, as far as a start must know."""
        root = self.plan.overrides.get("COMMENT_ARCHIVE")
        return repr(Archive(Path(root)).wall().head()) if root else ""

    def _has_other_messages(self) -> bool:
        """Say whether there were other messages when the preview was built last: an edit shows
        those that it finds on the pages, and only a build of everything looks at all of them.
        """
        if self.has_looked:
            return False
        seen = self.plan.releases.with_name(MESSAGES)
        return not seen.is_file() or seen.read_text("utf-8") != self._messages()

    def _note_messages(self) -> None:
        if not self.has_looked:
            write_aside(self.plan.releases.with_name(MESSAGES), self._messages().encode())
        self.has_looked = True


def main() -> None:
    """Answer each line of the standard input with a build."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is answered by who asks for builds
    os.fsync = wait_for_no_disk
    order = Order(**json.loads(sys.argv[1]))
    with open_answers() as answers:
        workshop = Workshop(order.plan, partial(tell_progress, answers))
        for _ in sys.stdin:
            tell(answers, "report", workshop.build().dump())


def wait_for_no_disk(fd: object) -> None:
    """Stand in for ``os.fsync`` in this process: a preview that a power failure spoils is thrown
    away and built again, and the waits are a third of what a save takes on some disks.
    """


def open_answers() -> TextIO:
    """Keep the standard output for answers; whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def tell_progress(answers: TextIO, stage: str, done: int, total: int) -> None:
    """Say how far the build is."""
    tell(answers, "progress", json.dumps([stage, done, total]))


def tell(answers: TextIO, kind: str, told: str) -> None:
    """Answer with one line."""
    answers.write(f"{kind} {told}\n")
    answers.flush()


if __name__ == "__main__":
    main()
