"""The pictures of a new album: which can be shown, in which order, and what their files say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plugins.editing.folders import is_text
from plugins.editing.pictures import is_photo, natural
from plugins.galleries.recipe import RECIPES
from plugins.galleries.records import BadPictureError, Description

MOST_PIXELS = RECIPES["standard"].most_pixels
SILENT = frozenset({"index.md", "Thumbs.db", "desktop.ini", "photographs.toml"})
"""Files that stand in folders of pictures without anybody's wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture that can be shown."""

    path: Path
    digest: str
    size: int
    """Bytes of its file."""
    moment: str = ""
    """When it was taken, in a form that sorts; empty when the file does not say."""
    told: Description = field(default_factory=Description)


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands in a folder."""

    shots: tuple[Shot, ...]
    skipped: tuple[str, ...]
    """Why a file is none of them, a line each."""


def look(folder: Path, step: Callable[[], object]) -> Looked:
    """Look at every file of *folder*, 2 before 10; *step* is called after each that may be a
    picture.
    """
    shots: dict[str, Shot] = {}
    skipped = list[str]()
    for path in sorted(folder.iterdir(), key=lambda path: natural(path.name)):
        if why := _unfit(path):
            skipped += [] if why == UNTOLD else [f"{_named(path)}：{why}"]
            continue
        try:
            shot = read_shot(path)
        except BadPictureError as error:
            skipped.append(f"{_named(path)}：{error}")
        else:
            if (first := shots.setdefault(shot.digest, shot)) is not shot:
                skipped.append(f"{_named(path)}：和 {first.path.name} 是同一张")
        step()
    return Looked(tuple(shots.values()), tuple(skipped))


UNTOLD = "-"


def photos_in(folder: Path) -> list[Path]:
    """Give the files that look like pictures by their names."""
    return [path for path in folder.iterdir() if not _unfit(path)]


def _unfit(path: Path) -> str:
    """Say why a file is no picture by its name alone; empty when it may be one."""
    if path.name.startswith(".") or path.name in SILENT:
        return UNTOLD
    if path.is_dir():
        return "里面的文件夹不看，照片要直接放在这个文件夹里"
    if not is_text(path.name):
        return "文件名不是 UTF-8，改个名字再来"
    if not path.name.isprintable():
        return "文件名里有看不见的字符，改个名字再来"
    return "" if is_photo(path.name) else "不是图集能用的图片"


def _named(path: Path) -> str:
    """Give the name of a file as it can be shown."""
    return "".join(sign if sign.isprintable() else "?" for sign in path.name)


def read_shot(path: Path) -> Shot:
    """Read a picture and what its file says; raises BadPictureError."""
    from plugins.galleries.images import make_files, read_header  # loads libvips
    from plugins.galleries.metadata import read_description
    from plugins.galleries.metadata.exif import read_moment

    content = path.read_bytes()
    header = read_header(content, MOST_PIXELS)
    make_files(content, header, (), lambda *_: None)  # a broken one is told here
    told = read_description(header.exif, header.xmp, header.iptc)
    digest = hashlib.sha256(content).hexdigest()
    moment = read_moment(header.exif) or told.taken
    return Shot(path=path, digest=digest, size=len(content), moment=moment, told=told)


def by_time(shots: Sequence[Shot]) -> list[Shot]:
    """Give *shots* as they were taken; those that do not say stay behind."""
    return sorted(shots, key=lambda shot: (not shot.moment, shot.moment.replace("-", ":")))


def digest_of(path: Path) -> str:
    """Give what tells pictures apart."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
