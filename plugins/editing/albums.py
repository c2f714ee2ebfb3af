"""Albums are checked as stories are: their heads, their texts, and what stands in their folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from plugins.editing.bodies import check_body
from plugins.editing.folders import GALLERIES, TEXT, AlbumFolder, is_text
from plugins.editing.heads import ALBUM_KEYS, check_head
from plugins.editing.site import Site
from plugins.problems import Problem, Severity

LARGEST = 20_000_000
"""Bytes that a picture may have before somebody is told."""
MEGABYTE = 1_000_000


def check_album(album: AlbumFolder, site: Site) -> Iterator[Problem]:
    """Check an album: its head, its text, its pictures, and what else is in its folder."""
    source = album.source
    yield from source.problems
    if source.body_line:
        yield from check_head(source, ALBUM_KEYS, site)
        file = f"{GALLERIES}/{album.folder.name}/{TEXT}"
        yield from check_body(source, album.address, file, site, album)
    if not album.is_there and (album.pictures or album.strangers):
        mend = "照 docs/zh-CN/galleries.md 写一个，或者删去这个文件夹"
        yield Problem(source.path, 1, "没有这个文件", mend, rule="file-missing")
    if album.is_published and not album.pictures:
        mend = "把照片放进文件夹，或者加一行“status: draft”"
        yield Problem(source.path, 1, "图集里没有照片", mend, rule="album-empty")
    for name in album.strangers:
        yield _problem_of_stranger(album.folder / name)
    yield from check_sizes(album.folder / name for name in album.pictures)


def _problem_of_stranger(path: Path) -> Problem:
    """Tell of something in an album's folder that is neither its text nor a picture."""
    if not is_text(path.name):
        what, mend = f"文件名 {path.name!a} 不是UTF-8", "给文件换个名字"
        return Problem(path.parent / TEXT, 1, what, mend, rule="file-name")
    if path.is_dir():
        mend = f"把照片放到 {TEXT} 旁边"
        return Problem(path, 1, "图集里的文件夹不会被读取", mend, rule="stray-file")
    if path.suffix == ".svg":
        what, mend = f"{path.name} 是插画，图集只放照片", "另存为PNG；报道用的放进 content/pictures"
        return Problem(path, 1, what, mend, rule="picture-kind")
    if path.suffix == ".md" or path.name.lower().startswith(TEXT):
        what, mend = f"{path.name} 不是图集的正文", f"改名为 {TEXT}，或者放到别处"
        return Problem(path, 1, what, mend, rule="stray-file")
    return Problem(path, 1, f"{path.name} 不是照片", "放到别处", rule="stray-file")


def check_places(content: Path) -> Iterator[Problem]:
    """Find what stands in the folder of all albums and is none."""
    root = content / GALLERIES
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if not is_text(path.name):
            what = f"文件名 {path.name!a} 不是UTF-8"
            yield Problem(root, 1, what, "换个名字", rule="file-name")
        elif path.is_file() and not path.name.startswith(".") and path.name != "Thumbs.db":
            mend = f"每个图集一个文件夹，里面有 {TEXT}"
            yield Problem(path, 1, f"{path.name} 不属于任何图集", mend, rule="stray-file")


def check_sizes(pictures: Iterable[Path]) -> Iterator[Problem]:
    """Find pictures that are larger than they need be; they are published all the same."""
    for path in pictures:
        size = path.stat().st_size
        if size > LARGEST:
            what = f"文件有 {size // MEGABYTE} MB"
            mend = f"另存为不到 {LARGEST // MEGABYTE} MB 的JPEG，在网站上看起来一样"
            yield Problem(path, 1, what, mend, Severity.WARNING, rule="picture-large")
