"""Writes what stands in a picture's place until it is there: its colours in a few cells.

Cells are a text such as ``a98cb8edc/543765876``: a row of colours after the other, three
hexadecimal digits each. The style sheet blurs them; nothing needs a script.
"""

from __future__ import annotations

from markupsafe import Markup

OBLONG = 1.2
"""From this ratio of its sides on a picture has more cells along the longer one."""
DIGITS = 3
"""Of a colour."""


def grid_of(width: int, height: int) -> tuple[int, int]:
    """Say how many columns and rows of cells suit a picture of *width* and *height*, in pixels."""
    if width > OBLONG * height:
        return 3, 2
    return (2, 3) if height > OBLONG * width else (2, 2)


def placeholder_svg(cells: str) -> Markup:
    """Draw *cells* as SVG; nothing if there are none.

    Each cell reaches to the lower right corner and the next ones lie on it, so that no seam shows.
    """
    if not cells:
        return Markup("")
    rows = cells.split("/")
    columns = len(rows[0]) // DIGITS
    paths = "".join(
        f'<path fill="#{row[DIGITS * x : DIGITS * (x + 1)]}" d="M{x} {y}h3v3H{x}"/>'
        for y, row in enumerate(rows)
        for x in range(columns)
    )
    return Markup(  # noqa: S704 - digits only, made by plugins.galleries.images
        f'<svg class="photo__cells" viewBox="0 0 {columns} {len(rows)}" preserveAspectRatio="none"'
        f' aria-hidden="true" focusable="false">{paths}</svg>'
    )
