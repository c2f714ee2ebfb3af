"""Opens a wall of photos on a phone: what comes over the wire, and whether anything jumps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from playwright.sync_api import Browser, Page

from audit.asking import ask
from audit.site import configuration
from audit.tools import NGINX
from benchmarks.parts.runs import HERE
from serving import HOST
from tests.site.browserless import free_port, wait_until

WIDTH, HEIGHT = 390, 844
"""Of the phone's window, in CSS pixels."""
KILOBYTE = 1000
WATCH = """
window.shifts = [];
const nameOf = ({ node }) => node?.className?.baseVal ?? node?.className ?? node?.nodeName ?? "?";
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) window.shifts.push({ value, moved: sources.map(nameOf).join(" ") });
}).observe({ type: "layout-shift", buffered: true });
"""
SCROLL = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const isWaitedFor = (image) => {
    const { top, bottom, width } = image.getBoundingClientRect();
    return !image.complete && width > 0 && bottom > 0 && top < innerHeight;
  };
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    const end = performance.now() + 30000;
    do {
      await frame();
      if (performance.now() > end) throw new Error(`pictures at ${y} px did not come`);
    } while (Array.from(document.images).some(isWaitedFor));
  }
}
"""
"""Goes down the page as a reader does, who waits for the pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one visit to a page told."""

    kilobytes: float
    """Over the wire before anybody scrolls, with the heads of the answers."""
    pictures: int
    """How many of the files were pictures."""
    shift: float
    """All layout shifts from opening to the end of the page: never less than CLS."""
    moved: tuple[str, ...]
    """The classes of what was shifted."""


@contextmanager
def published(public: Path, folder: Path) -> Iterator[str]:
    """Serve *public* by a real nginx with our configuration; gives the address.

    Raises ServingError when there is no nginx.
    """
    nginx, port = NGINX.require(), free_port()
    ours = (HERE / "deploy" / "nginx.conf").read_text("utf-8")
    told = folder / "nginx.conf"
    told.write_text(
        configuration(ours, folder=folder, public=public, port=port, service=free_port()), "utf-8"
    )
    server = Popen([nginx, "-c", str(told), "-p", str(folder)])  # noqa: S603 -- our own file
    address = f"http://{HOST}:{port}"
    try:
        wait_until(lambda: _answers(address), seconds=20)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def visit(browser: Browser, url: str, pixels: int) -> Visit:
    """Open *url* as a new visitor on a phone with *pixels* of the screen to a CSS pixel."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=pixels
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    sizes, kinds = _listen(page)
    page.goto(url, wait_until="networkidle")
    before, pictures = sum(sizes), kinds.count("Image")
    page.evaluate(SCROLL)
    shifts = page.evaluate("window.shifts")
    context.close()
    return Visit(
        kilobytes=before / KILOBYTE,
        pictures=pictures,
        shift=sum(each["value"] for each in shifts),
        moved=tuple(each["moved"] for each in shifts),
    )


def _listen(page: Page) -> tuple[list[float], list[str]]:
    """Note the bytes of every answer over the wire, and of what kind each is."""
    sizes: list[float] = []
    kinds: list[str] = []

    def note_end(event: dict[str, Any]) -> None:
        sizes.append(event["encodedDataLength"])

    def note_answer(event: dict[str, Any]) -> None:
        kinds.append(event["type"])

    session = page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", note_end)
    session.on("Network.responseReceived", note_answer)
    session.send("Network.enable")
    return sizes, kinds


def _answers(address: str) -> bool:
    try:
        return ask(address, "/").status == 200
    except OSError:
        return False
