"""Sends texts through the sanitiser that were made to keep it busy: none takes long."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from chaos.rows import Row, at_least, at_most
from comment_archive.markup import MOST_WORK, reckoned, render

SIZE = 10_000
"""Bytes of each text."""
MOST_MILLISECONDS = 25.0
UNITS = (
    *("*", "_", "*a ", "*a*", "**a", "*a_b**c__", "***a ", "* ", "a*", "_a", "__a ", "***a***b"),
    *(
        "*_",
        "_*a*_ ",
        "*_*_a",
        "a_b_c ",
        "> *a\n",
        "[",
        "]",
        "[a](",
        "[a](https://e.org",
        "![",
        "](",
    ),
    *("[a](https://e.org) ", "[a][b]", '[a](https://e.org "', "[a](<https://e.org '", "[a](()"),
    *(
        "[a\n",
        "[a](<",
        "[*a*](https://e.org)",
        "[^1]: a\n",
        "[a]: https://e.org\n",
        "(",
        ")",
        "\\[",
    ),
    *(
        ">",
        "> ",
        "> a\n",
        ">>>>> a\n\n",
        "> a\n\nb\n\n",
        ">\n",
        "- a\n",
        "1. a\n",
        "# a\n",
        "a\n=\n",
    ),
    *(
        "---\n",
        "a|b\n-|-\n",
        "```\n",
        "    a\n",
        "`",
        "`a ",
        "&",
        "&amp;",
        "&#x3c;",
        "<",
        "<b>",
        "<a>",
    ),
    *("<a href=", "<https://e.org>", "<https://e.org ", "<http", "<!--", "<![CDATA[", "<?", "</p>"),
    *('<a b="', "a=b ", "<div>\n\n", "<svg><style>", "<table><tr><td>", "<select><option>", "\\"),
    *(
        "<b><i><u>",
        "\\*",
        "\n",
        "\r\n",
        "\r",
        "a\n",
        "a\n\n",
        "a  \n",
        "\n ",
        "\t",
        " ",
        "\0",
        "好",
        "🇨",
    ),
    *("\x02klzzwxh:0000\x03", '"', "'\"", "Z\u0301\u0335", "\u2028", "\u3000\n", "https://e.org/ "),
)
"""What is repeated until the text is long enough."""
NESTED = (
    "[" * 5000 + "]" * 5000,
    "[" * 2500 + "a" + "](https://e.org)" * 400,
    "[" * (SIZE - 5) + "](x)",
    "[a](" + "(" * (SIZE - 4),
    "*a " * 1600 + "a* " * 1600,
    "*a **b " * 700 + "** *" * 700,
    "*" * 4999 + "x" + "*" * 4999,
    ">" * (SIZE - 1) + "x",
    "".join("  " * depth + "- a\n" for depth in range(97)),
    "".join("`" * many + " " for many in range(1, 140)),
    "<a " + "a=b " * 2400,
    " " * (SIZE - 1) + "a",
)
"""What opens first and closes later, or never."""


def texts() -> Iterator[str]:
    """Give every text, and of each that would take long the longest part that would not yet."""
    for text in (*(_filled(unit) for unit in UNITS), *NESTED):
        yield text
        if reckoned(text) > MOST_WORK:
            yield _just_below(text)


def run(folder: Path, quick: bool) -> list[Row]:
    """Render every text some times."""
    tries = 3 if quick else 9
    slowest, tried = (0.0, ""), 0
    for text in texts():
        tried += 1
        slowest = max(slowest, (_median(text, tries), f"{text[:12]!r}… ({len(text)} characters)"))
    row = at_most("processor time of the slowest, median", MOST_MILLISECONDS, slowest[0], " ms")
    return [
        at_least("hostile texts of 10 kB rendered", len(UNITS) + len(NESTED), tried),
        Row(row.what, row.asked, f"{row.measured}: {slowest[1]}", row.is_met),
    ]


def _median(text: str, tries: int) -> float:
    """Give the milliseconds of the processor that *text* takes."""
    taken = []
    for _ in range(tries):
        began = time.process_time()
        render(text)
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def _filled(unit: str) -> str:
    """Repeat *unit* up to as many bytes as are sent."""
    return (unit * SIZE).encode()[:SIZE].decode("utf-8", "ignore")


def _just_below(text: str) -> str:
    """Cut *text* where it would begin to be too much, and fill up with plain words."""
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        if reckoned(text[:middle]) <= MOST_WORK:
            least = middle
        else:
            most = middle - 1
    begun = text[:least] + "\n\n"
    return begun + "好" * ((SIZE - len(begun.encode())) // 3)
