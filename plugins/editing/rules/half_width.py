"""Half-width punctuation beside Chinese (GB/T 15834-2011, 5.1: punctuation takes the place of one
character; CLREQ on punctuation)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugins.editing.rules.rule import SHUT, Mark, Prose
from plugins.typography.punctuation import HAN

FULL = dict(zip(",;:!?.()", "，；：！？。（）", strict=True))
BEFORE = f"{HAN}”’）》〉」』】〕？！…"
"""What is certainly Chinese, before a mark."""
AFTER = f"{HAN}“‘（《〈「『【〔”’）》〉」』】〕，。、；：？！…—"
"""What is certainly Chinese, after it."""
EMOTICON = re.compile(r"[:;](?:[-'^o]?[)(]|-?[DPp](?![^\s，。！？])|-[/\\|])")
SHORTCODE = re.compile(r":[a-z_]+[a-z0-9_+-]*:")
LONGEST = 40
"""Characters of the longest name of an emoji, ``:smile:``, about."""
SIGN = re.compile("[,;:!?.]")
DOMAIN = re.compile(r"\.(?:中国|公司|网络|政务|公益|在线|集团|网址)")
"""The end of an address in Chinese, as 例子.中国."""
BRACKETS = re.compile(r"(?P<open>[(（])(?P<words>[^()（）\n]*)(?P<close>[)）])")
PLAIN = re.compile(rf"[A-Za-z0-9{SHUT}][A-Za-z0-9{SHUT} .,/&%+'-]*")
"""What may stand between brackets in a Chinese sentence, Chinese aside; no face like ``(^_^)``."""
IS_BEFORE, IS_AFTER = re.compile(f"[{BEFORE}]"), re.compile(f"[{AFTER}]")
IS_HAN, IS_LATIN = re.compile(f"[{HAN}]"), re.compile("[A-Za-z0-9]")
MEND = "中文里用全角"


def half_width(prose: Prose) -> Iterator[Mark]:
    """Find ``, ; : ! ? .`` and brackets beside Chinese; not within numbers, times, faces, addresses
    and names of files.
    """
    shown = prose.shown
    for found in SIGN.finditer(shown):
        place, sign = found.start(), found[0]
        before = shown[max(place - 2, 0) : place].removesuffix(" ")[-1:]
        after = shown[place + 1 : place + 2]
        is_behind = bool(before) and bool(IS_BEFORE.match(before))
        is_before = sign != "." and bool(IS_HAN.match(after))
        if (is_behind or is_before) and not _is_other(prose, place, sign):
            is_certain = _ends_words(prose, place) if is_behind else _parts_words(shown, place)
            yield _mark(place, sign, is_certain=is_certain)
    if "(" in shown or ")" in shown:
        yield from _brackets(shown)


def _mark(place: int, sign: str, *, is_certain: bool) -> Mark:
    full = FULL[sign]
    mend = f"{MEND}“{full}”" + ("，外国人名中间用“·”" if sign == "." and not is_certain else "")
    return Mark(place, place + 1, f"中文旁边是半角的“{sign}”", mend, full if is_certain else None)


def _is_other(prose: Prose, place: int, sign: str) -> bool:
    """Tell whether the *sign* at *place* is no punctuation: part of a face, an address, a name."""
    shown, following = prose.shown, prose.shown[place + 1 : place + 2]
    if sign == ".":
        is_end = not following or following in "\n " or bool(IS_AFTER.match(following))
        return not is_end or bool(DOMAIN.match(shown, place))
    if sign == "!":
        return prose.text.startswith("[", place + 1)
    if sign not in ":;":
        return False
    face = EMOTICON.match(shown, place)
    is_bracket = following == "(" and ")" in _rest(shown, place + 2)
    around = SHORTCODE.finditer(shown, max(place - LONGEST, 0), place + LONGEST)
    is_name = any(name.start() <= place < name.end() for name in around)
    return is_name or bool(face and not is_bracket)


def _ends_words(prose: Prose, place: int) -> bool:
    """Tell whether the sign at *place*, behind Chinese, belongs to a Chinese sentence: one in
    another language may hold a Chinese word.
    """
    following = _rest(prose.shown, place + 1)
    if prose.shown[place] == "." and IS_HAN.match(following):
        return False  # 约翰.史密斯 wants another sign
    if following[:1] == SHUT:
        return prose.shown[place] in ",;:"
    return not (following[:1] == " " and IS_LATIN.match(following.lstrip(" ")))


def _rest(text: str, place: int) -> str:
    """Give what is left of a line from *place*."""
    end = text.find("\n", place)
    return text[place : end if end >= 0 else len(text)]


def _parts_words(shown: str, place: int) -> bool:
    """Tell whether the sign at *place*, right before Chinese, stands behind a word or a number."""
    return shown[place] in ",;" and bool(
        re.match(f"[A-Za-z0-9%％℃{SHUT}]", shown[max(place - 1, 0)])
    )


def _brackets(shown: str) -> Iterator[Mark]:
    """Find brackets around or behind Chinese, and pairs of which one is full-width already."""
    for found in BRACKETS.finditer(shown):
        pair = found["open"] + found["close"]
        if pair == "（）" or (pair == "()" and not _are_chinese(found)):
            continue
        for name in ("open", "close"):
            if found[name] in FULL:
                yield _mark(found.start(name), found[name], is_certain=True)


def _are_chinese(found: re.Match[str]) -> bool:
    text, end = found.string, found.end()
    if IS_HAN.search(found["words"]):
        return True
    is_behind = bool(IS_BEFORE.match(text[max(found.start() - 1, 0) : found.start()]))
    is_before = end == len(text) or text[end] == "\n" or bool(IS_AFTER.match(text, end))
    return is_behind and is_before and bool(PLAIN.fullmatch(found["words"]))
