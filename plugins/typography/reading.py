"""How long a text takes to read, and what tells that it changed."""

from __future__ import annotations

import hashlib
import html
import re
from math import ceil

from plugins.typography.punctuation import HAN

HAN_PER_MINUTE = 400
"""Silent reading. China's curriculum for Chinese (义务教育语文课程标准, 2011) expects at least 500
characters a minute of modern prose at the end of middle school; on a phone, and with older
readers in mind, we take less."""
WORDS_PER_MINUTE = 230
"""Silent reading of English prose that is not fiction: 238 on average (Brysbaert 2019, "How many
words do we read per minute?", doi:10.1016/j.jml.2019.104047)."""

UNREAD = re.compile(
    r"<!--.*?-->|<(?P<tag>pre|code|script|style|rt|rp|svg)\b.*?</(?P=tag)\s*>", re.S | re.I
)
TAG = re.compile(r"<[^>]*>")
WORD = re.compile(r"[^\W_]+(?:[.,'’:-][^\W_]+)*")


def digest_of(content: str) -> str:
    """Digest the HTML *content*."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def reading_minutes(content: str) -> int:
    """Give the minutes it takes to read the HTML *content*, at least 1.

    Chinese characters count one by one, everything else by words; tags, code and the small
    letters of ruby do not count.
    """
    text = html.unescape(TAG.sub(" ", UNREAD.sub(" ", content)))
    han = re.findall(f"[{HAN}]", text)
    words = WORD.findall(re.sub(f"[{HAN}]", " ", text))
    return max(1, ceil(len(han) / HAN_PER_MINUTE + len(words) / WORDS_PER_MINUTE))
