"""Which encoding an editor's file has, and what it says if that is certain."""

from __future__ import annotations

import re
import unicodedata

HAN = re.compile("[\u4e00-\u9fff]")
USUAL = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u2027\u00b7\u0000-\u007f]")
"""What Chinese texts are written with."""
LEAST = 0.98
"""How much of a text must be usual signs, so that it was surely read in the right encoding."""
COMMON = 0.85
"""How many of the Han of a text are everyday ones."""
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
NEVER = frozenset({"Cn", "Co", "Cs"})
"""Categories of signs that no text holds: unassigned, private, half a pair."""


def likely_encoding(content: bytes) -> str:
    """Name the encoding that *content*, which is not UTF-8, looks like; empty if none can be told.

    GBK stands for its successor GB18030 as well.
    """
    if content.startswith(UTF_16_MARKS) or _alternates(content):
        return "UTF-16"
    try:
        is_chinese = HAN.search(content.decode("gb18030"))
    except UnicodeDecodeError:
        return ""
    return "GBK" if is_chinese else ""


def certain_text(content: bytes) -> str | None:
    """Give what *content* in UTF-16 (with its mark) or GB18030 says; None when another reading is
    possible, and for UTF-8.
    """
    is_marked = content.startswith(UTF_16_MARKS)
    encoding = "utf-16" if is_marked else "gb18030"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    if not text or "\0" in text or any(unicodedata.category(sign) in NEVER for sign in text):
        return None
    if is_marked:
        return text
    is_same = text.encode("gb18030") == content
    is_usual = len(USUAL.findall(text)) >= LEAST * len(text)
    return text if is_usual and is_same and _is_everyday(HAN.findall(text)) else None


def _is_everyday(signs: list[str]) -> bool:
    """Say whether *signs* are mostly Han of the first level of GB 2312, which texts are made of:
    texts in Big5 or Shift-JIS give rare ones when they are read as GBK.
    """
    codes = (sign.encode("gb18030") for sign in signs)
    common = sum(0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1 for code in codes)
    return common >= COMMON * len(signs) > 0


def _alternates(content: bytes) -> bool:
    """Say whether every other byte is mostly zero, as in UTF-16 without a mark."""
    return len(content) > 3 and content.count(0) > len(content) // 4
