"""Quotation marks, brackets and marks of titles come in pairs (GB/T 15834-2011, 4.8, 4.9, 4.15)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugins.editing.rules.rule import Mark, Prose
from plugins.typography.punctuation import HAN, IS_CHINESE, quote_edits

PAIRS = dict(zip("《〈“‘（「『【〔", "》〉”’）」』】〕", strict=True))
OPENER_OF = {closes: opens for opens, closes in PAIRS.items()}
SIGN = re.compile("[《〈“‘（「『【〔》〉”」』）】〕]|(?<![A-Za-z])’(?![0-9])")
"""One end of a pair; ’ behind a letter and before a year is an apostrophe."""
NUMBER = re.compile(r"(?:^|[\s，。；：、])(?:[0-9]{1,2}|[A-Za-z]|[一二三四五六七八九十]{1,3})$")
"""How a part of an enumeration begins, before its bracket: 1）, 二）."""
ENDS = re.compile(r"[，。、；：？！）》〉」』】〕]|\n|$")
"""What stands behind the end of a quotation, not at its beginning."""
STARTS = re.compile(f"[{HAN}A-Za-z0-9]")
NESTED = re.compile("“[^“”\n]*(?P<inner>“[^“”\n]*”)[^“”\n]*”")


def unpaired(prose: Prose) -> Iterator[Mark]:
    """Find ends of pairs without the other one, and such that look the wrong way; each paragraph
    is looked at by itself.
    """
    if not SIGN.search(prose.shown):
        return
    for number, (start, end) in enumerate(prose.blocks):
        signs = [(found.start(), found[0]) for found in SIGN.finditer(prose.shown, start, end)]
        lone = [
            (place, sign) for place, sign in _lone(signs) if not _numbers(prose, place, sign, start)
        ]
        if not lone or _goes_on(prose, number, lone):
            continue
        turned = _turned(prose.shown, signs, lone)
        for place, sign in lone:
            yield _mark(place, sign, turned.get(place))


def _lone(signs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Give those of *signs* that have no other end."""
    stack: list[tuple[int, str]] = []
    lone = []
    for place, sign in signs:
        if sign in PAIRS:
            stack.append((place, sign))
        elif any(opened == OPENER_OF[sign] for _, opened in stack):
            while stack[-1][1] != OPENER_OF[sign]:
                lone.append(stack.pop())
            stack.pop()
        else:
            lone.append((place, sign))
    return sorted([*lone, *stack])


def _numbers(prose: Prose, place: int, sign: str, start: int) -> bool:
    """Tell whether the *sign* at *place*, in a paragraph from *start*, stands behind a number."""
    return sign == "）" and bool(NUMBER.search(prose.shown[max(start, place - 4) : place]))


def _goes_on(prose: Prose, number: int, lone: list[tuple[int, str]]) -> bool:
    """Tell whether paragraph *number* is part of a quotation of several: each of them begins with
    “, the last one ends with ” (GB/T 15834-2011, 4.8).
    """
    start = prose.blocks[number][0]
    following = prose.blocks[number + 1 : number + 2]
    is_followed = bool(following) and prose.text.startswith(("“", "「"), following[0][0])
    return len(lone) == 1 and lone[0][0] == start and lone[0][1] in "“「" and is_followed


def _turned(
    shown: str, signs: list[tuple[int, str]], lone: list[tuple[int, str]]
) -> dict[int, str]:
    """Give the signs that certainly look the wrong way, turned, by their places: then everything
    in the paragraph has its other end.
    """
    turned = {}
    opened = ""
    for place, sign in lone:
        before, after = shown[max(place - 1, 0) : place], shown[place + 1 : place + 2]
        if sign in PAIRS and opened == sign and ENDS.match(shown, place + 1):
            turned[place], opened = PAIRS[sign], ""
        elif sign in OPENER_OF and before in ("", "\n", "：") and STARTS.match(after):
            turned[place] = opened = OPENER_OF[sign]
        elif sign in PAIRS:
            opened = sign
    mended = [(place, turned.get(place, sign)) for place, sign in signs]
    return turned if turned and not _lone(mended) else {}


def _mark(place: int, sign: str, turned: str | None) -> Mark:
    other = PAIRS.get(sign) or OPENER_OF[sign]
    if turned:
        return Mark(place, place + 1, f"{sign} 方向反了", f"改成 {turned}", turned)
    side = "后面" if sign in PAIRS else "前面"
    return Mark(place, place + 1, f"{sign} 没有配对", f"在{side}补上 {other}，或者去掉它")


def nested(prose: Prose) -> Iterator[Mark]:
    """Find quotation marks within the same quotation marks (GB/T 15834-2011, 4.8: “ ” outside,
    ‘ ’ inside).
    """
    for found in NESTED.finditer(prose.shown):
        yield Mark(*found.span("inner"), "引号里又用了“”", "里面的一层用‘’")


def straight_quotes(prose: Prose) -> Iterator[Mark]:
    """Find straight quotes around or beside Chinese; the build turns pairs by itself, in the same
    way.
    """
    shown = prose.shown
    if '"' not in shown and "'" not in shown:
        return
    for start, end in prose.blocks:
        block = shown[start:end]
        for edit in quote_edits(block):
            what = f"中文里用了直引号 {block[edit.start]}"
            place = start + edit.start
            yield Mark(place, place + 1, what, f"改成 {edit.text}", edit.text)
        yield from _lone_quote(block, start)


def _lone_quote(block: str, start: int) -> Iterator[Mark]:
    """Find a straight double quote that is left alone beside Chinese."""
    opened = -1
    for found in re.finditer('"', block):
        place = found.start()
        if opened >= 0:
            opened = -1
        elif not block[max(place - 1, 0) : place].isdigit():
            opened = place
    if opened >= 0 and IS_CHINESE.search(block[max(opened - 1, 0) : opened + 2]):
        mend = "补上另一个，中文里写成“”"
        yield Mark(start + opened, start + opened + 1, '直引号 " 没有配对', mend)
