"""Writes mended texts back into an editor's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comment_archive.files import write_aside
from plugins.editing.folders import GALLERIES, TEXT
from plugins.editing.rules.house import HouseWords
from plugins.editing.style import mended

FOLDERS = ("stories", "themes", "pages")
MARK = "\ufeff"
"""The byte order mark that some editors write at the beginning."""


def mend_content(content: Path, words: HouseWords) -> list[Path]:
    """Mend every text below the *content* folder that can be mended for sure; gives the files that
    were written anew.
    """
    return [path for path in texts_in(content) if mend_file(path, words)]


def texts_in(content: Path) -> Iterator[Path]:
    """Give every text of stories, themes, pages and albums, in order."""
    for folder in FOLDERS:
        yield from sorted((content / folder).rglob("*.md"))
    yield from sorted((content / GALLERIES).glob(f"*/{TEXT}"))


def mend_file(path: Path, words: HouseWords) -> bool:
    """Mend the file at *path*; says whether it was written anew. Line ends, a byte order mark and
    rights stay; what is no UTF-8 stays as it is, as the checks tell of it.
    """
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    bare = text.removeprefix(MARK)
    better = mended(bare, words)
    if better == bare:
        return False
    target, mode = path.resolve(), path.stat().st_mode
    write_aside(target, (text[: len(text) - len(bare)] + better).encode())
    target.chmod(mode)
    return True
