"""``./run write``: joins the server, the building process and what watches files."""

from __future__ import annotations

import os
import threading
import time
import webbrowser
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from comments_service.config import Config
from plugins.campaigns import SETTINGS, campaign_folder, own_settings
from publishing.inputs import CODE
from publishing.release import Releases
from serving import HOST, demo, environment
from serving.environment import HERE, ServingError
from serving.preview import console
from serving.preview.access import Access
from serving.preview.builder import Order
from serving.preview.network import own_addresses, qr_of
from serving.preview.process import BuildingProcess
from serving.preview.report import Report
from serving.preview.server import PreviewServer, Site
from serving.preview.state import State
from serving.preview.stopping import StopFlag, stop_on_signal
from serving.preview.watching import Watcher, short_names

FOLDER = "write"
"""Below the campaign's var: all that the preview makes, apart from what pictures are kept of."""
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- only when asked, and then with a token
AGAIN_SECONDS = 2.0
"""After which a build that failed for want of room or of a file is tried again by itself."""


UNKNOWN = "重新看一遍"
"""What is done when something may have been saved that nobody heard of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asks for."""

    port: int
    is_open_to_lan: bool = False
    opens_browser: bool = False
    polls: bool = False
    settings: str = "pelicanconf.py"


def write(wishes: Wishes) -> None:
    """Build, serve, and do so again after each save, until Ctrl-C."""
    config = environment.prepare()
    folder = config.var / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        demo.photograph()
        hosts = own_addresses() if wishes.is_open_to_lan else []
        access = Access(wishes.port, frozenset(hosts))
        state = State()
        site = Site(state, access, Releases(folder / "releases"))
        with _serving(wishes, site):
            console.say(
                f"边写边看：{access.address(HOST)}（全部文章和检查：/_write/），按 Ctrl-C 结束"
            )
            _tell_lan(access, hosts, is_asked=wishes.is_open_to_lan)
            stop = StopFlag()
            progress = console.Progress(state)
            builder = BuildingProcess(_order(config, folder, wishes.settings), progress)
            stop_on_signal(stop, builder.interrupt)
            Desk(wishes, state, builder, stop).work(access.address(HOST))


def _order(config: Config, folder: Path, settings: str) -> Order:
    plan = environment.build_plan(config, settings)
    own = {"SHOW_UNPUBLISHED": True, "PRODUCTION": False, "PRECOMPRESS": False}
    return Order(
        settings=str(plan.settings),
        releases=str(folder / "releases"),
        overrides=plan.overrides | own,
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """See to it that one preview builds in *folder*; raises ServingError when another one does."""
    lock = FileLock(folder / "lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise ServingError(
            "边写边看已经在另一个窗口开着：用那一个，或者先在那里按 Ctrl-C"
        ) from None


@contextmanager
def _serving(wishes: Wishes, site: Site) -> Iterator[None]:
    """Serve *site* meanwhile; raises ServingError when the port is not to be had."""
    try:
        server = PreviewServer(EVERYWHERE if wishes.is_open_to_lan else HOST, wishes.port, site)
    except OSError as error:
        other = wishes.port + 1 if wishes.port < 65535 else 8080
        raise ServingError(
            f"端口 {wishes.port} 用不了（{error.strerror}）：多半有别的程序在用它。"
            f"关掉那个程序，或者换一个端口：./run write --port {other}"
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        site.state.end()
        server.shutdown()
        server.server_close()


def _tell_lan(access: Access, hosts: list[str], *, is_asked: bool) -> None:
    if is_asked and not hosts:
        console.say("这台机器现在不在局域网里，别的机器打不开。")
    for host in hosts:
        console.say(f"同一个网络里的手机和电脑：{access.address(host, with_token=True)}")
    if hosts:
        console.say(qr_of(access.address(hosts[0], with_token=True)))


@dataclass(slots=True)
class Desk:
    """Builds after each save, and says what came of it."""

    wishes: Wishes
    state: State
    builder: BuildingProcess
    stop: StopFlag
    folders: list[Path] = field(default_factory=list)
    _failed_at: float = field(default=0.0, init=False)

    def work(self, address: str) -> None:
        """Build at once, then after each save."""
        try:
            self._build("生成")
            if self.wishes.opens_browser and not self.stop.is_set():
                webbrowser.open(address)
            self.folders = watched()
            watcher = Watcher(self.folders, self.stop, self.wishes.polls)
            for saved in watcher.changes():
                self._after(saved)
        finally:
            self.builder.close()

    def _after(self, saved: set[Path]) -> None:
        """Build if something was *saved*, or if what failed may go well by now."""
        if saved:
            known = saved.difference(self.folders)
            if any(_is_code(path) for path in known):
                self.builder.close()
            names = {path.name for path in known}
            self._build(f"保存 {short_names(known)}" if known else UNKNOWN, names)
        elif self._failed_at and time.monotonic() - self._failed_at > AGAIN_SECONDS:
            self._build("再试一次")

    def _build(self, deed: str, saved: Collection[str] = ()) -> None:
        began = time.perf_counter()
        report = self.builder.build()
        if self.stop.is_set():
            return
        self._failed_at = time.monotonic() if report.may_pass else 0.0
        before = self.state.shown
        if deed == UNKNOWN and before and _says_the_same(report, before.report):
            return
        self.state.show(report)
        for line in console.lines_of(deed, report, time.perf_counter() - began, saved):
            console.say(line)


def _says_the_same(report: Report, before: Report) -> bool:
    """Say whether nobody needs to hear of *report* after the one *before*."""
    is_same = (report.is_built, report.findings) == (before.is_built, before.findings)
    return is_same and not report.changed


def watched() -> list[Path]:
    """Name all that a page is made of."""
    campaign = campaign_folder(os.environ)
    own = own_settings(campaign)
    content, theme = own.get("PATH", campaign / "content"), own.get("THEME", HERE / "theme")
    code = [HERE / folder for folder in CODE]
    files = [path for path in (HERE / "pelicanconf.py", campaign / SETTINGS) if path.is_file()]
    return [Path(content), Path(theme), *code, *files]


def _is_code(path: Path) -> bool:
    return path.suffix == ".py"


def port_of(asked: str) -> int:
    """Read the number of a port; raises ServingError for what is none."""
    if asked.isascii() and asked.isdigit() and 0 < int(asked) < 65536:
        return int(asked)
    raise ServingError(f"没有端口 {asked}：写一个 1 到 65535 的数，例如 --port 8080")
