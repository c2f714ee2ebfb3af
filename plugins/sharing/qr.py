"""A page's address as a QR code: the way into WeChat, which has no link to share by, and from
paper back to the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import zxingcpp
from markupsafe import Markup

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""
AGAIN = Markup('<use href="#{}"/>')
DIGITS = bytes.maketrans(b"\0\xff", b"10")
"""For what the library draws: 0 is dark, 255 is light."""
DARK = re.compile("1+")
HIDDEN = Markup('aria-hidden="true"')


def qr(url: str, label: str = "", id: str = "", again: str = "") -> Markup:
    """Draw *url* as inline SVG, named *label* for those who hear the page.

    Without a label it is decoration. It is black on white in dark mode as well, because many
    scanners do not read a code that is light on dark, and its size is the style sheet's. One that
    got an *id* can stand on its page *again* for a few bytes.
    """
    side, path = _drawn(url)
    role = Markup('role="img" aria-label="{}"').format(label) if label else HIDDEN
    named = Markup('id="{}" ').format(id) if id else ""
    code = Markup('<path {}stroke="#000" d="{}"/>').format(named, path)
    return Markup(
        '<svg class="qr" {role} viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/>{code}</svg>'
    ).format(role=role, side=side, code=AGAIN.format(again) if again else code)


@lru_cache(maxsize=256)
def _drawn(url: str) -> tuple[int, str]:
    """Give the side of the code with its quiet zone, and the lines of its dark modules; a page
    shows the same code twice.
    """
    rows = _symbol(url)
    return len(rows) + 2 * QUIET, _path(rows)


def _symbol(text: str) -> list[str]:
    """Give the rows of the code of *text*, 1 for a dark module; a seventh of it may be
    lost (level M of ISO/IEC 18004). Raises ValueError for more than 2,331 bytes.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_hrt=False, add_quiet_zones=False)
    view = memoryview(image)
    side, modules = len(view), view.tobytes().translate(DIGITS).decode()
    return [modules[start : start + side] for start in range(0, side * side, side)]


def _path(rows: Iterable[str]) -> str:
    """Draw the dark runs as lines through the middle of their row, each from the last one's end:
    the shortest way to write them of four that were compared.
    """
    parts: list[str] = []
    end, line = 0, 0
    for y, row in enumerate(rows):
        for found in DARK.finditer(row):
            x, next_end = found.span()
            move = f"m{x - end} {y - line}" if parts else f"M{x + QUIET} {y + QUIET}.5"
            parts.append(f"{move}h{next_end - x}")
            end, line = next_end, y
    return "".join(parts)
