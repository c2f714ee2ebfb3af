"""The building process as the other one sees it: started when needed, and again if it died."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from serving.environment import HERE
from serving.preview.builder import Order
from serving.preview.report import Finding, Report

STOP_SECONDS = 5.0
Tell = Callable[[str, int, int], object]


@dataclass(slots=True)
class BuildingProcess:
    """Builds what *order* says, in a process that lives on between builds."""

    order: Order
    tell: Tell
    _process: subprocess.Popen[str] | None = field(default=None, init=False)
    _last: Report | None = field(default=None, init=False)

    def build(self) -> Report:
        """Bring the preview up to date; a process that dies on the way is told of as a failure."""
        began = time.perf_counter()
        process = self._running()
        try:
            self._ask(process)
            report = self._answer(process)
        except (OSError, EOFError):
            report = self._died(process, time.perf_counter() - began)
        self._last = report
        return report

    def close(self) -> None:
        """End the process; the next build starts another one, which reads its code anew."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()  # it ends with its input
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def interrupt(self) -> None:
        """Let a build that is going on end at once; may be called while it is waited for."""
        if self._process is not None:
            self._process.terminate()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            command = [sys.executable, "-m", "serving.preview.builder", self.order.dump()]
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._process = subprocess.Popen(
                command, cwd=HERE, encoding="utf-8", start_new_session=True, **pipes
            )
        return self._process

    def _ask(self, process: subprocess.Popen[str]) -> None:
        if process.stdin:
            process.stdin.write("build\n")
            process.stdin.flush()

    def _answer(self, process: subprocess.Popen[str]) -> Report:
        """Read what the process says up to its report; raises EOFError when it says no more."""
        for line in process.stdout or ():
            kind, _, told = line.partition(" ")
            if kind == "progress":
                self.tell(*json.loads(told))
            elif kind == "report":
                return Report.load(told)
        raise EOFError

    def _died(self, process: subprocess.Popen[str], seconds: float) -> Report:
        self.close()
        what = f"生成网页的程序中途停了（退出码 {process.returncode}）"
        mend = "撤回刚才的改动再保存一次；下次保存会重新启动它"
        before = self._last or Report(is_built=False, seconds=0)
        return Report(
            is_built=False,
            seconds=seconds,
            public=before.public,
            findings=[Finding(file="", what=what, mend=mend)],
            entries=before.entries,
        )
