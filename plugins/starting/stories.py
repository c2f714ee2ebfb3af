"""Begins a story: asks what its head needs and writes the file, as a draft."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from plugins.editing.pictures import is_file_name
from plugins.editing.rules.unwritten import FIRST_LINE
from plugins.starting.answers import (
    list_of_themes,
    read_day,
    read_needed,
    read_or_nothing,
    read_theme,
    read_yes,
)
from plugins.starting.asking import Asker, Question, WrongAnswer
from plugins.starting.desk import Desk
from plugins.starting.files import BeginError, all_or_nothing, head_text
from plugins.starting.pictures import FOLDER, Picture, read_picture
from plugins.starting.slugs import free_slug, taken_by

STORIES = "stories"
NEEDED = ("title", "theme", "summary")
"""The options that must be given where nobody can be asked."""


def begin_story(asker: Asker, desk: Desk) -> Path:
    """Ask for a story and write its file; gives its path.

    Raises Unanswered where nobody can be asked; whatever is raised, nothing was written.
    """
    asker.require(*NEEDED)
    stories = desk.sources(STORIES)
    title = asker.ask(Question(option="title", words="标题", read=read_needed))
    theme, day, picture = _theme(asker, desk), _date(asker, desk), _picture(asker, desk)
    alt = _alt(asker, picture) if picture.name else ""
    is_open, summary = _is_open(asker), _summary(asker)
    head = {
        "title": title,
        "date": day,
        "theme": theme,
        "summary": summary,
        "picture": picture.name,
        "picture_alt": alt,
        "credit": _credit(asker, desk.last_credit(stories)),
        "comments": "open" if is_open else "closed",
        "status": "draft",
    }
    path = desk.content / STORIES / f"{free_slug(title, taken_by(stories))}.md"
    _write(path, head, picture, desk)
    return path


def _is_open(asker: Asker) -> bool:
    return asker.ask(
        Question(option="messages", words="收不收留言", read=read_yes, default="是", shown="收")
    )


def _summary(asker: Asker) -> str:
    words = "摘要（一两句话，用在卡片和导语）"
    return asker.ask(Question(option="summary", words=words, read=read_needed))


def _theme(asker: Asker, desk: Desk) -> str:
    themes = desk.themes()
    if not themes:
        raise BeginError("content/themes 里还没有主题：先写一个主题页，再写报道")
    return asker.ask(
        Question(
            option="theme",
            words="主题（写号数或名字）",
            read=partial(read_theme, themes=themes),
            before=list_of_themes(themes),
        )
    )


def _date(asker: Asker, desk: Desk) -> str:
    read = partial(read_day, today=desk.today)
    return asker.ask(
        Question(option="date", words="日期", read=read, default=desk.today.isoformat())
    )


def _picture(asker: Asker, desk: Desk) -> Picture:
    read = partial(read_picture, content=desk.content)
    words = "题图（content/pictures 里的文件名，或图片文件的路径；? 列出有哪些）"
    return asker.ask(
        Question(option="picture", words=words, read=read, default="", shown="不要题图")
    )


def _alt(asker: Asker, picture: Picture) -> str:
    def read(text: str) -> str:
        if text and is_file_name(text, picture.name):
            raise WrongAnswer(f"“{text}”像是文件名：写图上看得见什么，如“志愿者撑伞送老人过街”")
        return text

    words = "图上画了什么（读给看不见图的人听）"
    return asker.ask(
        Question(option="alt", words=words, read=read, default="", shown="先空着，发布前要补")
    )


def _credit(asker: Asker, last: str) -> str:
    words = "署名（写“无”就不署）" if last else "署名"
    shown = last or "不署"
    return asker.ask(
        Question(option="credit", words=words, read=read_or_nothing, default=last, shown=shown)
    )


def _write(path: Path, head: dict[str, str], picture: Picture, desk: Desk) -> None:
    text = f"{head_text(head)}\n{FIRST_LINE}\n"
    with all_or_nothing() as begun:
        if picture.source:
            begun.copy(picture.source, desk.content / FOLDER / picture.name)
        begun.write(path, text.encode())
