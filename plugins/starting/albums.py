"""Begins an album with a folder of pictures, or goes on with one that was begun: what somebody has
written into its text stays, and new pictures come at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from comment_archive.files import write_aside
from plugins.editing.folders import GALLERIES, TEXT, pictures_in, read_folder
from plugins.editing.pictures import (
    Names,
    images_in,
    is_file_name,
    named_in_album,
    split_title,
    written,
)
from plugins.encodings import HAN
from plugins.galleries.records import Description
from plugins.starting.answers import (
    list_of_themes,
    read_day,
    read_needed,
    read_or_nothing,
    read_theme,
)
from plugins.starting.asking import Asker, Question
from plugins.starting.desk import Desk
from plugins.starting.files import BeginError, Begun, all_or_nothing, head_text
from plugins.starting.photos import Shot, digest_of
from plugins.starting.pictures import free_name
from plugins.starting.slugs import short_slug

FALLBACK = "album"
DOT = re.compile(r"(?:^|\s+)·\s+")
"""What would be taken for the end of a caption and the beginning of a credit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An album after pictures were brought to it."""

    path: Path
    """Of its text."""
    is_new: bool
    added: int
    copied: int = 0
    """Bytes that were copied."""


def album_place(folder: Path, content: Path, shots: Sequence[Shot]) -> Path:
    """Give where the album of the pictures in *folder* stands or will stand: there, if it is one of
    the albums' folders; else below these, in one that has its pictures already, or is free.
    """
    root = (content / GALLERIES).resolve()
    if folder.resolve().parent == root:
        return root / folder.name
    wanted = short_slug(folder.resolve().name) or FALLBACK
    ours, place, number = {shot.digest for shot in shots}, root / wanted, 1
    while place.exists() and ours.isdisjoint(map(digest_of, _photos_at(place))):
        number += 1
        place = root / f"{wanted}-{number}"
    return place


def _photos_at(place: Path) -> list[Path]:
    return [place / name for name in pictures_in(place)]


def keep_album(
    asker: Asker, desk: Desk, place: Path, shots: Sequence[Shot], called: str = ""
) -> Kept:
    """Bring *shots* to the album at *place*: their files, unless they are there, and a line each in
    its text, which is asked for and written if there is none; it may be titled as it is *called*.

    Raises BeginError, and Unanswered where nobody can be asked; then nothing was changed.
    """
    is_begun = (place / TEXT).is_file()
    new = _not_there(place, shots) if is_begun else list(shots)
    if not is_begun and not new:
        raise BeginError("文件夹里没有能用的照片，没有写下任何文件")
    head = {} if is_begun else _asked(asker, desk, called or place.name, new)
    with all_or_nothing() as begun:
        named = [_brought(begun, shot, place) for shot in new]
        if is_begun:
            _append(place / TEXT, named)
        else:
            head["cover"] = named[0].path.name
            lines = (_line(shot, head["credit"]) for shot in named)
            begun.write(place / TEXT, (f"{head_text(head)}\n" + "".join(lines)).encode())
    copied = sum(shot.size for shot, there in zip(new, named, strict=True) if shot is not there)
    return Kept(path=place / TEXT, is_new=not is_begun, added=len(named), copied=copied)


def _not_there(place: Path, shots: Iterable[Shot]) -> list[Shot]:
    """Give which of *shots* the text of the album at *place* does not show."""
    _require_readable(place / TEXT)
    album = read_folder(place)
    names = Names.of(album.pictures)
    images = images_in(album.source.body)
    named = {named_in_album(image.address, place.name, names) for image in images}
    there = {digest_of(place / name) for name in album.pictures if name in named}
    ours = place.resolve()
    elsewhere = {digest_of(place / name) for name in album.pictures}
    return [
        shot
        for shot in shots
        if shot.digest not in (there if shot.path.resolve().parent == ours else elsewhere)
    ]


def _require_readable(path: Path) -> None:
    """Make sure that lines in UTF-8 can be added to the text at *path*; raises BeginError."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"{path} 不是 UTF-8（第 {error.start} 个字节），什么也没有改：先存成 UTF-8"
        raise BeginError(what) from error


def _asked(asker: Asker, desk: Desk, called: str, shots: Sequence[Shot]) -> dict[str, str]:
    """Ask for the head of a new album."""
    titled = called if HAN.search(called) else None
    asker.require(*([] if titled else ["title"]), "summary")
    title = Question(option="title", words="图集的标题", read=read_needed, default=titled)
    days = sorted(shot.told.taken for shot in shots if shot.told.taken)
    day = Question(
        option="date",
        words="日期",
        read=partial(read_day, today=desk.today),
        default=(days or [desk.today.isoformat()])[0],
    )
    summary = Question(option="summary", words="摘要（一两句话，用在列表和导语）", read=read_needed)
    return {
        "title": asker.ask(title),
        "date": asker.ask(day),
        "summary": asker.ask(summary),
        "theme": _theme(asker, desk),
        "cover": "",
        "credit": _credit(asker, shots),
        "status": "draft",
    }


def _theme(asker: Asker, desk: Desk) -> str:
    themes = desk.themes()

    def read(text: str) -> str:
        return read_theme(text, themes) if read_or_nothing(text) else ""

    words, before = "主题（写号数或名字）", list_of_themes(themes)
    return asker.ask(
        Question(option="theme", words=words, read=read, default="", shown="不归", before=before)
    )


def _credit(asker: Asker, shots: Sequence[Shot]) -> str:
    """Ask whose pictures they are; most likely theirs whom most files name."""
    named = Counter(shot.told.credit for shot in shots if shot.told.credit)
    default = named.most_common(1)[0][0] if named else ""
    words = "署名，如“摄影：某某”" + ("（写“无”就不署）" if default else "")
    shown = default or "不署"
    return asker.ask(
        Question(option="credit", words=words, read=read_or_nothing, default=default, shown=shown)
    )


def _brought(begun: Begun, shot: Shot, place: Path) -> Shot:
    """Copy a picture into the album, if it is not there; gives it as it is there."""
    if shot.path.resolve().parent == place.resolve():
        return shot
    names = pictures_in(place) if place.is_dir() else ()
    path = place / free_name(shot.path.name, names)
    begun.copy(shot.path, path)
    return replace(shot, path=path)


def _append(path: Path, shots: Sequence[Shot]) -> None:
    """Write a line for each picture behind all that stands in the text, which stays as it is."""
    if not shots:
        return
    content, credit = path.read_bytes(), read_folder(path.parent).source.value("credit")
    end = "\r\n" if b"\r\n" in content else "\n"
    gap = end if content.endswith(b"\n") else 2 * end
    lines = "".join(_line(shot, credit) for shot in shots).replace("\n", end)
    write_aside(path, content + (gap + lines).encode())


def _line(shot: Shot, credit: str) -> str:
    """Write a picture with what its file says of it; *credit* is that of the album."""
    name = shot.path.name
    alt = "" if is_file_name(shot.told.alt, name) else shot.told.alt
    return f"{written(name, alt, title_of(shot.told, credit))}\n"


def title_of(told: Description, credit: str) -> str:
    """Write ``caption · credit``, the latter only if it is not the album's *credit* anyway, so that
    ``split_title`` takes it apart again.
    """
    own = DOT.sub("·", told.credit) if told.credit not in ("", credit) else ""
    if own:
        return f"{told.caption} · {own}".strip()
    if split_title(told.caption) == (told.caption, ""):
        return told.caption
    return f"{told.caption} · {credit}" if credit else DOT.sub("·", told.caption)
