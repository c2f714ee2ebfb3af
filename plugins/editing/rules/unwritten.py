"""What `./run new` writes where the text is to be, and that it is still there."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose

FIRST_LINE = "正文从这里写起，把这一句换掉。"


def unwritten(prose: Prose) -> Iterator[Mark]:
    """Find the line that stands for a text."""
    start = prose.text.find(FIRST_LINE) if prose.part == "body" else -1
    if start >= 0:
        mend = "把这一句换成正文"
        yield Mark(start, start + len(FIRST_LINE), "正文还没有写", mend)
