"""Begins a campaign of its own: a copy of the starter with names, themes, colours and numbers that
are asked for. It can be built at once; its texts say that they are to be replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path

from plugins.campaign.records import Footer
from plugins.campaigns import SETTINGS
from plugins.editing.site import RESERVED
from plugins.encodings import HAN
from plugins.starting.answers import plain, read_needed, read_or_nothing
from plugins.starting.asking import Asker, Question, WrongAnswer
from plugins.starting.files import BeginError, all_or_nothing
from plugins.starting.slugs import free_slug

DATA = "content/campaign.toml"
THEMES = "content/themes/"
FIRST = "content/stories/first-story.md"
NOT_COPIED = frozenset({"var", "__pycache__"})
SEPARATORS = re.compile("[、，,；;]+")
MOST_THEMES = 10
SKIN_NAME = re.compile(r"/\* (?P<name>[^:]+):")
FOOTER = {
    "icp": "备案号，如 粤ICP备12345678号-1",
    "police": "公安备案号，如 粤公网安备12345678901234号",
    "report_phone": "举报电话",
    "report_email": "举报邮箱",
}
"""What of the footer is asked for."""
FORMS = {item.name: item.metadata["form"] for item in fields(Footer) if "form" in item.metadata}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a new campaign is to be."""

    title: str
    slogan: str
    themes: tuple[str, ...]
    skin: str
    footer: Mapping[str, str]


def ask_wishes(asker: Asker, name: str, starter: Path, skins: Mapping[str, str]) -> Wishes:
    """Ask what the campaign *name* is to be; *skins* are what colours there are, by name."""
    known = "、".join(theme.title for theme in starter_themes(starter))
    titled = name if HAN.search(name) else None
    title = asker.ask(
        Question(option="title", words="专题的名字", read=read_needed, default=titled)
    )
    slogan = Question(
        option="slogan", words="首页的大标题（一句口号）", read=read_needed, default=title
    )
    themes = Question(
        option="themes", words="有哪些主题（用顿号隔开）", read=read_themes, default=known
    )
    return Wishes(
        title=title,
        slogan=asker.ask(slogan),
        themes=asker.ask(themes),
        skin=_skin(asker, skins),
        footer={key: _number(asker, key, words) for key, words in FOOTER.items()},
    )


def read_themes(text: str) -> tuple[str, ...]:
    """Take the names of themes apart."""
    names = tuple(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))
    if not 0 < len(names) <= MOST_THEMES:
        raise WrongAnswer(f"写1到{MOST_THEMES}个主题，用顿号隔开，如：行动、人物、问答")
    return names


def _skin(asker: Asker, skins: Mapping[str, str]) -> str:
    lines = [f"  {number}  {name}  {told}" for number, (name, told) in enumerate(skins.items(), 1)]
    return asker.ask(
        Question(
            option="skin",
            words="配色（写号数或名字）",
            read=partial(_read_skin, skins=skins),
            default="",
            shown="原来的红色",
            before="\n".join(lines),
        )
    )


def _read_skin(text: str, skins: Mapping[str, str]) -> str:
    said = plain(read_or_nothing(text)).casefold()
    by_number = {str(number): name for number, name in enumerate(skins, 1)}
    by_word = {told: name for name, told in skins.items()}
    found = by_number.get(said) or by_word.get(said) or said
    if found and found not in skins:
        raise WrongAnswer(f"没有配色“{text}”：写 {'、'.join(skins)} 里的一个，或直接回车")
    return found


def _number(asker: Asker, key: str, words: str) -> str:
    pattern, _ = FORMS[key]

    def read(text: str) -> str:
        if text and not pattern.fullmatch(text):
            raise WrongAnswer(f"“{text}”写法不对：{words}；还没有就直接回车")
        return text

    option = key.replace("report_", "")
    return asker.ask(Question(option=option, words=words, read=read, default="", shown="先空着"))


def skins_in(folder: Path) -> dict[str, str]:
    """Give the skins of the theme with their Chinese names."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.css"))}
    found = ((name, SKIN_NAME.match(text)) for name, text in texts.items())
    return {name: match["name"] if match else name for name, match in found}


@dataclass(frozen=True, slots=True)
class StarterTheme:
    """A theme of the starter."""

    title: str
    text: str


def starter_themes(starter: Path) -> list[StarterTheme]:
    """Give the themes of the starter, in their order."""
    texts = [path.read_text("utf-8") for path in (starter / THEMES).glob("*.md")]
    ordered = sorted(texts, key=lambda text: _value(text, "order"))
    return [StarterTheme(_value(text, "title"), text) for text in ordered]


def begin_campaign(folder: Path, starter: Path, wishes: Wishes, today: date) -> int:
    """Make a campaign in *folder*, which must not be there; gives how many files it has.

    Raises BeginError; then nothing was made.
    """
    if folder.exists():
        raise BeginError(f"{folder} 已经有了，没有动它：换一个名字，或先把它挪开")
    files = dict(_files(starter, wishes, today))
    with all_or_nothing() as begun:
        for name, content in files.items():
            begun.write(folder / name, content)
    return len(files)


def _files(starter: Path, wishes: Wishes, today: date) -> Iterator[tuple[str, bytes]]:
    """Give every file of the new campaign, by its path."""
    themes = dict(zip(_slugs(wishes.themes), wishes.themes, strict=True))
    for path in sorted(starter.rglob("*")):
        name = path.relative_to(starter).as_posix()
        if path.is_file() and NOT_COPIED.isdisjoint(name.split("/")) and THEMES not in name:
            yield name, _copied(name, path.read_bytes(), wishes, next(iter(themes)), today)
    texts = [theme.text for theme in starter_themes(starter)]
    for number, (slug, title) in enumerate(themes.items()):
        head = {"title": title, "slug": slug, "order": str(number + 1), "kicker": title}
        yield f"{THEMES}{slug}.md", _with_head(texts[number % len(texts)], head).encode()


def _copied(name: str, content: bytes, wishes: Wishes, theme: str, today: date) -> bytes:
    """Give a file of the starter with what was wished for in its place."""
    if name == DATA:
        told = {"name": wishes.title, "slogan": [wishes.slogan], "as_of": _month(today)}
        return _with_values(content.decode(), {**told, **wishes.footer}).encode()
    if name == SETTINGS:
        return _with_values(content.decode(), {"SKIN": wishes.skin}).encode()
    if name == FIRST:
        return _with_head(content.decode(), {"date": today.isoformat(), "theme": theme}).encode()
    return content


def _month(day: date) -> str:
    return f"截至{day.year}年{day.month}月"


def _slugs(titles: Sequence[str]) -> list[str]:
    slugs: list[str] = []
    for title in titles:
        slugs.append(free_slug(title, RESERVED.union(slugs), "theme"))
    return slugs


def _value(text: str, key: str) -> str:
    found = re.search(rf"^{key}: (.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def _with_head(text: str, values: Mapping[str, str]) -> str:
    """Replace *values* in the head of a text."""
    for key, value in values.items():
        text = _replaced(rf"^{key}: .*$", f"{key}: {value}", text)
    return text


def _with_values(text: str, values: Mapping[str, object]) -> str:
    """Replace *values* in TOML or Python, which write texts and lists alike."""
    for key, value in values.items():
        text = _replaced(rf"^{key} = .*$", f"{key} = {json.dumps(value, ensure_ascii=False)}", text)
    return text


def _replaced(pattern: str, line: str, text: str) -> str:
    """Put *line* in the place of the one that *pattern* finds; raises ValueError without one."""
    text, times = re.subn(pattern, lambda _: line, text, count=1, flags=re.MULTILINE)
    if not times:
        raise ValueError(f"the starter has no line {pattern}: mend campaigns/starter")
    return text
