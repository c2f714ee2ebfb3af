"""Mends files of editors as far as that is sure: their encoding, colons in heads, their prose."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from pathlib import Path

from comment_archive.files import write_aside
from plugins.campaign.broken_toml import straightened
from plugins.editing.folders import GALLERIES, TEXT
from plugins.editing.rules.house import HouseWords
from plugins.editing.sources import FENCE, LINE
from plugins.editing.style import mended
from plugins.encodings import certain_text, likely_encoding

FOLDERS = ("stories", "themes", "pages")
END = re.compile("\r\n|\r|\n")


def texts_in(content: Path) -> Iterator[Path]:
    """Give every text of stories, themes, pages and albums, in order."""
    for folder in FOLDERS:
        yield from filter(Path.is_file, sorted((content / folder).rglob("*.md")))
    yield from sorted((content / GALLERIES).glob(f"*/{TEXT}"))


def mend_file(path: Path, words: HouseWords) -> bool:
    """Mend what is sure in the file at *path*, by the house list's *words* as well; says whether
    anything was to be mended.

    Its mark of UTF-8 and its line ends stay as they are; another encoding becomes UTF-8 when it is
    certain what the file says. The file is replaced as a whole, and where it leads if it is a link.
    """
    return _renew(path, lambda text: mended(with_plain_colons(text), words))


def mend_data(path: Path) -> bool:
    """Mend what is sure in the campaign's data at *path*: quotation marks around values; says
    whether anything was to be mended. See :func:`mend_file`.
    """
    return _renew(path, straightened)


def _renew(path: Path, mend: Callable[[str], str]) -> bool:
    content = path.read_bytes()
    new = mended_content(content, mend)
    if new == content:
        return False
    target, mode = path.resolve(), path.stat().st_mode
    write_aside(target, new)
    target.chmod(mode)
    return True


def mended_content(content: bytes, mend: Callable[[str], str]) -> bytes:
    """Give the *content* of a file, whose text *mend* mends line by line, as it is to be."""
    text = _text_of(content)
    if text is None:
        return content
    mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
    ends = END.findall(text)
    lines = mend(END.sub("\n", text)).split("\n")
    whole = "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
    return mark + whole.encode()


def _text_of(content: bytes) -> str | None:
    """Give what a file says, without the mark of UTF-8; None when that is not certain."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = certain_text(content)
        return found.removeprefix("\ufeff") if found else None
    return None if "\0" in text and likely_encoding(content) == "UTF-16" else text


def with_plain_colons(text: str) -> str:
    """Write plain colons behind the keys of the head of *text*."""
    lines = text.split("\n")
    is_fenced = bool(FENCE.fullmatch(lines[0]))
    for number, line in enumerate(lines):
        if not line.strip() or (number and is_fenced and FENCE.fullmatch(line)):
            break
        if (found := LINE.fullmatch(line)) and found["colon"] == "：":
            lines[number] = f"{found['key']}: {found['value']}"
    return "\n".join(lines)
