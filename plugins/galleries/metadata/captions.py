"""Which of a file's own texts are for readers, and how they are made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

MOST_OF_CAPTION = 1_000
"""Characters of a caption or an alternative text."""
MOST_OF_CREDIT = 200
EARLIEST, LATEST = 1900, 2100

DAY = re.compile(r"\s*([0-9]{4})[:./-]([0-9]{2})[:./-]([0-9]{2})(?![0-9])")
UNWANTED = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]"
    "|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""What XML forbids, controls, half characters, and signs that turn the direction of writing."""
SENTENCE_END = re.compile(r"[。！？；!?][”’」』）]?|\.(?= )")

BOILERPLATE = frozenset(
    [
        *("applemark", "ascii", "binary comment", "burst", "dcim", "default", "default comment"),
        *("exif jpeg picture", "exif_jpeg_picture", "exif_jpeg_t422", "image", "jpeg", "photo"),
        *("konica minolta", "minolta", "picture", "samsung", "screenshot", "sony dsc", "untitled"),
        *("cof", "dav", "dig", "edf", "fbt", "hdr", "hdrpl", "mde", "mtr", "nor", "oznor"),
        *("oznorwo", "ptr", "rhdr", "rpt", "sdr"),  # modes of Huawei's cameras
        *("图片", "照片", "未命名", "无标题", "截图", "截屏", "屏幕截图"),
    ]
)
"""Captions that makers of cameras and programs chose, in small letters."""
BOILERPLATE_FORMS = re.compile(
    r"[\w .,&-]{0,40}\bdigital (?:still )?camera"  # OLYMPUS DIGITAL CAMERA
    r"|(?:created|edited|processed) with .{1,80}|file written by .{1,80}"  # Created with GIMP
    r"|lead technologies.{0,40}|creator: gd-jpeg.{0,80}|screenshot\b.{0,60}"
    r"|(?:微信|qq)?(?:图片|照片|视频|(?:屏幕)?截[图屏])[\d\W_年月日上下午]{6,60}(?:\.\w{3,4})?"
    r"|[a-z]{0,12}[_-]?\d[\d _.()-]*(?:\.[a-z]{3,4})?"  # DSC0001, IMG_20151205_1, P1010001.JPG
    r"|(?:dsc|foto|image|img|photo|picture|scan) \d+|_?[a-z]{2,4}_[a-z]?\d+.{0,12}"  # _MG_1234
    r"|[\w .()-]{1,80}\.(?:jpe?g|png|heic|heif|tiff?|dng|cr[23]|nef|arw|webp|avif|gif|psd)"
    r"|[{<].*|\[\{.*|(?:[a-z_ -]{1,40}:[^;:]{0,60};\s*){3,}.*",  # phones: filter: 0; module: photo;
    re.IGNORECASE | re.DOTALL,
)
NOBODY = frozenset(
    [
        *("anonymous", "artist", "author", "camera owner", "owner", "photographer", "picasa"),
        *("unknown", "unknown artist", "user", "作者", "佚名", "未知"),
    ]
)
"""What programs put where a photographer's name should stand, in small letters."""


def first(texts: Iterable[str]) -> str:
    """Give the first text that is not empty."""
    return next(filter(None, texts), "")


def choose_caption(texts: Iterable[str]) -> str:
    """Give the first text that somebody wrote, ready to be shown; empty when none is."""
    cleaned = (clean(text, MOST_OF_CAPTION) for text in texts)
    return first(text for text in cleaned if not is_boilerplate(text))


def join_credits(texts: Iterable[str]) -> str:
    """Name those who made the picture, each once; empty when only programs' fillers are given."""
    cleaned = dict.fromkeys(clean(text, MOST_OF_CREDIT) for text in texts)
    named = (text for text in cleaned if text.lower() not in NOBODY and not is_boilerplate(text))
    return cut("、".join(named), MOST_OF_CREDIT)


def is_boilerplate(text: str) -> bool:
    """Say whether a camera or a program wrote *text* by itself, file names included."""
    is_without_words = not any(sign.isalpha() for sign in text)
    is_listed = text.lower().strip(" .。") in BOILERPLATE
    return is_without_words or is_listed or BOILERPLATE_FORMS.fullmatch(text) is not None


def clean(text: str, most: int) -> str:
    """Give *text* on one line of at most *most* characters, without signs that cannot be shown."""
    return cut(" ".join(UNWANTED.sub("", text[: 4 * most]).split()), most)


def cut(text: str, most: int) -> str:
    """Shorten *text* to *most* characters: after a sentence, if one ends in its second half."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    ends = [found.end() for found in SENTENCE_END.finditer(kept, most // 2)]
    return kept[: ends[-1]] if ends else f"{kept.rstrip()}…"


def read_day(text: str) -> str:
    """Give the day at the beginning of *text* as ``2015-12-05``; empty when there is none."""
    found = DAY.match(text)
    if not found:
        return ""
    with suppress(ValueError):
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return day.isoformat() if EARLIEST <= day.year <= LATEST else ""
    return ""


def decode(value: bytes, *, is_utf_8: bool = False) -> str:
    """Read a text up to its first NUL. Where its character set is not known, UTF-8 is tried, then
    GB 18030, which Chinese programs wrote for long, then Latin-1, which reads everything.
    """
    value = value.partition(b"\0")[0]
    if is_utf_8:
        return value.decode("utf-8", "ignore")
    for code in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return value.decode(code)
    return value.decode("latin-1")
