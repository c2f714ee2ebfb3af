"""The picture of a new story: one that is there, or a file that is copied to the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from plugins.campaign.addresses import slug_of
from plugins.editing.pictures import Names, folded, is_photo, natural
from plugins.galleries.recipe import RECIPES
from plugins.galleries.records import BadPictureError
from plugins.starting.answers import paths_meant, read_or_nothing
from plugins.starting.asking import WrongAnswer

FOLDER = "pictures"
"""Within the content."""
FALLBACK = "picture"
LIST = frozenset({"?", "？"})
MOST_LISTED = 60
MOST_PIXELS = RECIPES["standard"].most_pixels


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a story."""

    name: str
    """Of the file below content/pictures; empty when there is none."""
    source: Path | None = None
    """What is copied there first; None for one that is there."""


def read_picture(text: str, content: Path) -> Picture:
    """Find the picture that *text* names: a file of content/pictures, or one anywhere by its path,
    as it is typed or dropped onto the terminal. Raises WrongAnswer.
    """
    if not read_or_nothing(text):
        return Picture("")
    there = sorted(pictures_of(content), key=natural)
    if text in LIST:
        raise WrongAnswer(_listed(there))
    names = Names.of(there)
    if name := names.find(text) or names.find(text.removeprefix("content/pictures/")):
        return Picture(name)
    for path in paths_meant(text):
        if path.is_file():
            return _to_copy(path, content, there)
    near = names.nearest(text)
    mend = f"是不是 {near}？" if near else "打 ? 列出有哪些，不要图就直接回车"
    raise WrongAnswer(f"content/pictures 里没有“{text}”，也没有这个文件：{mend}")


def pictures_of(content: Path) -> list[str]:
    """Name the files of content/pictures that a story can show."""
    folder = content / FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    return [path.name for path in found if is_photo(path.name) or path.suffix == ".svg"]


def _listed(names: list[str]) -> str:
    more = [f"……一共 {len(names)} 个"] if len(names) > MOST_LISTED else []
    return "\n  ".join(["content/pictures 里有：", *names[:MOST_LISTED], *more])


def _to_copy(path: Path, content: Path, there: list[str]) -> Picture:
    """Say as what *path* is copied; a file with the same content that is there is taken instead."""
    data = path.read_bytes()
    check(path.name, data)
    for name in there:
        known = content / FOLDER / name
        if known.stat().st_size == len(data) and known.read_bytes() == data:
            return Picture(name)
    return Picture(safe_name(path.name, there), path)


def check(name: str, data: bytes) -> None:
    """Make sure that a file can be shown; raises WrongAnswer."""
    if name.lower().endswith(".svg"):
        if b"<svg" not in data or b"<script" in data.lower():
            raise WrongAnswer(f"{name} 不是能用的插画：另选一个，或存成 PNG")
        return
    if not is_photo(name):
        raise WrongAnswer(f"{name} 不是图片：要 .jpg、.png、.webp、.avif、.gif、.tif 或 .svg")
    from plugins.galleries.images import read_header  # loads libvips

    try:
        read_header(data, MOST_PIXELS)
    except BadPictureError as error:
        raise WrongAnswer(f"{name}：{error}") from error


def safe_name(name: str, taken: Iterable[str]) -> str:
    """Give the name of a copy: small letters, digits and hyphens, none of *taken*."""
    path = PurePath(name.lower())
    return free_name(f"{slug_of(path.stem) or FALLBACK}{path.suffix}", taken)


def free_name(name: str, taken: Iterable[str]) -> str:
    """Give *name*, with a number before its ending if it is one of *taken*."""
    path, used = PurePath(name), {folded(each) for each in taken}
    free, number = name, 1
    while folded(free) in used:
        number += 1
        free = f"{path.stem}-{number}{path.suffix}"
    return free
