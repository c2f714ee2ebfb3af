"""An address as a QR code, to take it along on a phone."""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""


def qr(url: str, *, is_small: bool = False) -> Markup:
    """Draw *url* as inline SVG; whoever shows it gives it a name.

    It is black on white in dark mode as well, because many scanners read nothing else, and its size
    is the style sheet's, which has a small one too.
    """
    kind = "qr qr--small" if is_small else "qr"
    code = segno.make(url, error="m", micro=False)
    drawn = code.svg_inline(
        border=QUIET, dark="#000", light="#fff", svgclass=kind, lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704 -- segno draws numbers only
