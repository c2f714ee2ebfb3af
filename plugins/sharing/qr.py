"""A page's address as a QR code: the way into WeChat, which has no link to share by, and from
paper back to the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""
AGAIN = Markup('<use href="#{}"/>')
HIDDEN = Markup('aria-hidden="true"')


@lru_cache(maxsize=1024)
def qr(url: str, label: str = "", id: str = "", again: str = "") -> Markup:
    """Draw *url* as inline SVG, named *label* for those who hear the page.

    Without a label it is decoration. It is black on white in dark mode as well, because many
    scanners do not read a code that is light on dark, and its size is the style sheet's. One that
    got an *id* can stand on its page *again* for a few bytes.
    """
    rows = [bytes(row) for row in segno.make(url, error="m", micro=False).matrix]
    side = len(rows) + 2 * QUIET
    role = Markup('role="img" aria-label="{}"').format(label) if label else HIDDEN
    named = Markup('id="{}" ').format(id) if id else ""
    code = Markup('<path {}stroke="#000" d="{}"/>').format(named, _path(rows))
    return Markup(
        '<svg class="qr" {role} viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/>{code}</svg>'
    ).format(role=role, side=side, code=AGAIN.format(again) if again else code)


def _path(rows: Iterable[bytes]) -> str:
    """Draw the dark runs as lines through the middle of their row, each from the last one's end:
    the shortest way to write them of four that were compared.
    """
    parts: list[str] = []
    end, line = 0, 0
    for x, y, length in _runs(rows):
        move = f"M{x + QUIET} {y + QUIET}.5" if not parts else f"m{_pair(x - end, y - line)}"
        parts.append(f"{move}h{length}")
        end, line = x + length, y
    return "".join(parts)


def _pair(x: int, y: int) -> str:
    """Write two numbers; a minus parts them as well as a space."""
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def _runs(rows: Iterable[bytes]) -> Iterator[tuple[int, int, int]]:
    """Give column, row and length of every run of dark modules, row by row."""
    for y, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            yield start, y, end - start
            start = row.find(1, end)
