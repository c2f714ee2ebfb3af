"""Headings of a text: they begin at ``##``, as the title is the first level, and skip none (WCAG
2.2, technique G141)."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose

FIRST = 2


def heading_order(prose: Prose) -> Iterator[Mark]:
    """Find headings that are more than one level below the one before."""
    before = FIRST - 1
    for heading in prose.headings:
        level = heading.level
        if level > before + 1:
            what = "第一个小标题不是两个井号" if before < FIRST else "小标题跳级了"
            mend = f"写成{'#' * (before + 1)}，不要写{'#' * level}"
            yield Mark(heading.start, heading.start + level, what, mend)
        before = max(level, FIRST)


def empty_heading(prose: Prose) -> Iterator[Mark]:
    """Find headings without words."""
    for heading in prose.headings:
        line = prose.text[heading.start : heading.end]
        if not line.strip("#= -\t\r"):
            yield Mark(heading.start, heading.end, "小标题没有字", "写上小标题，或者删掉这一行")
