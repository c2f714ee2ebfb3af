"""Addresses and anchors in pinyin, read word by word: 重庆 is chong-qing, 银行 yin-hang."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from plugins.typography.phrases import syllables
from plugins.typography.words import segment, tags

LONGEST = 80
FALLBACK = "section"
"""Id of a heading of which nothing can be spoken."""

READINGS: dict[str, str] = {
    "北京朝阳": "bei jing chao yang",
    "朝阳群众": "chao yang qun zhong",
    "岗厦": "gang xia",
    "石厦": "shi xia",
    "大冲": "da chong",
    "葵涌": "kui chong",
    "长圳": "chang zhen",
    "长岭陂": "chang ling pi",
    "谁": "shui",
    "谁的": "shui de",
    "一行行": "yi hang hang",
    "干一行": "gan yi hang",
    "爱一行": "ai yi hang",
}
"""Words that pypinyin reads wrong by itself, most of them names of places."""

ADVERBIAL = frozenset({"a", "ad", "d", "i", "l", "z"})
"""Parts of speech, as the segmenter names them, after which 地 is the particle de."""

RESERVED_IDS = frozenset(
    {
        "actions",
        "actions-title",
        "audit-title",
        "carousel",
        "colophon",
        "corrections",
        "corrections-title",
        "gallery",
        "gallery-title",
        "headlines",
        "kept",
        "large",
        "main",
        "message-email",
        "message-email-hint",
        "message-form",
        "message-form-title",
        "message-homepage",
        "message-name",
        "message-name-hint",
        "message-text",
        "message-text-count",
        "message-text-hint",
        "messages",
        "messages-title",
        "other-themes",
        "page-code",
        "related",
        "scheme-auto",
        "scheme-dark",
        "scheme-light",
        "stats",
        "stories",
        "themes",
        "themes-title",
        "timeline",
    }
)
"""Ids that the theme's templates and scripts give to parts of the home page and of pages with an
editor's text; a heading with the same words gets a number."""
MESSAGE_ID = re.compile(r"m-\d+")


def pinyin_slug(text: str) -> str:
    """Give *text* in small letters, digits and hyphens, a syllable a part, at most 80 characters.

    Readings are looked up a word at a time, since alone pypinyin takes 万人参与 for a matter of
    人参. Accents are dropped. Empty when nothing of *text* can be spoken.
    """
    words = segment(_plain(text), READINGS)
    spoken = [_read(word, before) for before, word in zip(["", *words], words, strict=False)]
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(spoken)).strip("-")
    if len(slug) <= LONGEST:
        return slug
    return slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]


def unique_ids(texts: Iterable[str], taken: Collection[str] = RESERVED_IDS) -> list[str]:
    """Give an id in pinyin for each of *texts*, in their order.

    None is empty, none is in *taken* or the id of a message (``m-12``), and none comes twice: the
    second of the same words ends in ``-2``.
    """
    used = set(taken)
    ids = []
    for text in texts:
        wanted = pinyin_slug(text) or FALLBACK
        if wanted in used and MESSAGE_ID.fullmatch(f"{wanted}-2"):
            wanted = f"{wanted}-{FALLBACK}"  # with a number, every other one would be a message's
        free, number = wanted, 1
        while free in used or MESSAGE_ID.fullmatch(free):
            number += 1
            free = f"{wanted}-{number}"
        used.add(free)
        ids.append(free)
    return ids


def _plain(text: str) -> str:
    """Fold case, width and accents: Ｃａｆé is cafe."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _read(word: str, before: str) -> str:
    if word in READINGS:
        return READINGS[word]
    if word == "地" and len(before) > 1 and tags(before)[-1] in ADVERBIAL:
        return "de"
    return _spoken(word)


@lru_cache(maxsize=8192)
def _spoken(word: str) -> str:
    """Give the syllables of a *word*; headings of many stories share their words."""
    return "-".join(syllables(word))
