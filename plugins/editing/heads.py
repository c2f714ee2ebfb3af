"""What the heads of stories, pages, theme pages and albums may hold, key by key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from difflib import get_close_matches

from comment_archive.directory import BOARD
from comment_archive.files import THREAD_ID
from plugins.campaign.addresses import slug_of, split_list
from plugins.campaign.changes import YEARS, read_correction, read_update, read_withdrawal
from plugins.campaign.states import STATUSES, State, publish_at
from plugins.editing.folders import pictures_in
from plugins.editing.pictures import Names, is_file_name, same_but_for_case
from plugins.editing.site import RESERVED, TAKEN, Site
from plugins.editing.sources import Source
from plugins.galleries.options import OPTIONS
from plugins.problems import Problem, Severity

DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M")
DAY = "write a day that exists, as 2015-12-05 or 2015-12-05 08:30"
PUBLISH_AT_FORM = "写成 2026-12-01 08:00；不是本站时区的，后面写上 +08:00 这样的时差"
SOME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Gives a zone to a moment of which only the form is looked at."""
ONE_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
ADDRESS = re.compile(r"https?://[^\s/]+\S*")
FORMER = re.compile(r"[^/\\;；、:：]+(?<!\.md)", re.IGNORECASE)
UNSEEN = frozenset({"Cc", "Zl", "Zp"})
"""Categories of control characters and line ends of other kinds, which break feeds."""

Check = Callable[[Source, Site, str], Iterator[Problem]]


def _anything(source: Source, site: Site, key: str) -> Iterator[Problem]:
    yield from ()


def _date(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if moment_of(source.value(key)) is None:
        yield source.problem(key, f"{key} is {source.value(key)!r}", DAY)


def moment_of(value: str) -> datetime | None:
    """Read a date, with or without a time, as it stands there: naive; None when it is none."""
    for form in DATES if value.isascii() else ():
        try:
            moment = datetime.strptime(value, form)  # noqa: DTZ007 -- only the day is looked at
        except ValueError:
            continue
        return moment if moment.year in YEARS else None
    return None


def _last_day(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.value(key)
    day = moment_of(value) if ONE_DAY.fullmatch(value) else None
    published = moment_of(source.value("date"))
    if day is None:
        yield source.problem(key, f"{key} is {value!r}", "write a day that exists, as 2016-03-05")
    elif published and day.date() < published.date():
        what = f"{key} of {day.date()} is older than the story of {published.date()}"
        yield source.problem(key, what, "mend the day here or that of date")


def _publish_at(source: Source, site: Site, key: str) -> Iterator[Problem]:
    try:
        is_usual = publish_at(source.value, SOME_MOMENT).year in YEARS
    except ValueError:
        is_usual = False
    if not is_usual:
        yield source.problem(key, f"{key} 写成了“{source.value(key)}”", PUBLISH_AT_FORM)


def _one_of(*allowed: str) -> Check:
    def check(source: Source, site: Site, key: str) -> Iterator[Problem]:
        if source.value(key) not in allowed:
            what = f"{key} is {source.value(key)!r}"
            yield source.problem(key, what, f"write {' or '.join(allowed)}")

    return check


def _theme(source: Source, site: Site, key: str) -> Iterator[Problem]:
    name = source.value(key)
    if name not in site.themes:
        meant = same_but_for_case(name, site.themes)
        mend = (
            f"did you mean {meant}?" if meant else f"write one of {', '.join(sorted(site.themes))}"
        )
        yield source.problem(key, f"there is no theme {name!r}", mend)


def _picture(source: Source, site: Site, key: str) -> Iterator[Problem]:
    name, words = source.value(key), source.value(f"{key}_alt")
    if wrong := site.told_of_picture(name):
        yield source.problem(key, *wrong)
    if not words:
        mend = "add a line that says what is to be seen"
        yield source.problem(key, f"{key}_alt is missing", mend, Severity.PUBLISHING)
    elif is_file_name(words, name):
        what = f"{key}_alt is {words!r}, as a file is named"
        yield source.problem(f"{key}_alt", what, "write what is to be seen", Severity.PUBLISHING)


def _cover(source: Source, site: Site, key: str) -> Iterator[Problem]:
    names = Names.of(pictures_in(source.path.parent))
    name = source.value(key)
    if not names.find(name):
        near = names.nearest(name)
        mend = f"did you mean {near}?" if near else "name a file that stands beside this one"
        yield source.problem(key, f"there is no picture {name!r} in this album", mend)


def _of_picture(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not source.value("picture"):
        mend = f"add a line that names the file, or take {key} away"
        yield source.problem(key, "picture is missing", mend)


def _thread(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.value(key)
    if not THREAD_ID.fullmatch(value) or value == BOARD:
        mend = f"use small letters, digits and hyphens, up to 80; {BOARD} is taken"
        yield source.problem(key, f"{key} is {value!r}", mend)


def _address(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.value(key)
    if not THREAD_ID.fullmatch(value) or value in RESERVED:
        taken = ", ".join(sorted(RESERVED))
        mend = f"use small letters, digits and hyphens, up to 80; taken are {taken}"
        yield source.problem(key, f"{key} is {value!r}", mend)


def _web_address(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not ADDRESS.fullmatch(source.value(key)):
        mend = "write a whole address, as https://www.example.com/page"
        yield source.problem(key, f"{key} is {source.value(key)!r}", mend)
    elif not source.value("source"):
        yield source.problem(key, "source is missing", "add a line that names whom it leads to")


def _tags(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if set("，、；;") & set(source.value(key)):
        mend = "put plain commas between them, as 红马甲, U站"
        yield source.problem(key, f"{key} are not separated", mend)


def _names(source: Source, site: Site, key: str) -> Iterator[Problem]:
    for name in split_list(source.value(key)):
        slug = slug_of(name)
        if not FORMER.fullmatch(name) or not slug or slug in TAKEN:
            mend = "write the old file's name without .md, several parted by commas"
            yield source.problem(key, f"{name!r} cannot have been an address", mend)


def _corrections(source: Source, site: Site, key: str) -> Iterator[Problem]:
    published = moment_of(source.value("date"))
    for number, line in source.every[key]:
        try:
            correction = read_correction(line)
        except ValueError:
            mend = "write a day that exists and what was mended, as 2015-12-20 把“116万”改为“117万”"
            yield Problem(source.path, number, f"{key} is {line!r}", mend)
            continue
        if published and correction.day < published.date():
            what = f"{key} of {correction.day} is older than the story of {published.date()}"
            yield Problem(source.path, number, what, "mend the day here or that of date")


def _updated(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value, published = source.value(key), moment_of(source.value("date"))
    try:
        moment = read_update(value).moment
    except ValueError:
        what = f"{key} 写的是“{value}”，读不出日期"
        mend = "先写日期，要写改了什么就空一格接着写，如 2015-12-21 补充了数字"
        yield source.problem(key, what, mend)
        return
    has_time = moment.time() != time()
    if published and (moment < published if has_time else moment.date() < published.date()):
        what = f"更新（{moment.date()}）早于发布（{published.date()}）"
        yield source.problem(key, what, f"改 {key} 或 date 里的日期")


def _status(source: Source, site: Site, key: str) -> Iterator[Problem]:
    yield from _one_of(*STATUSES)(source, site, key)
    if source.value(key) == State.WITHDRAWN.value and not source.value("withdrawn"):
        mend = "加一行 withdrawn: 2015-12-30 说明，读者会看到这句说明"
        yield source.problem(key, "撤下要写明日期和说明", mend)


def _withdrawn(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value, published = source.value(key), moment_of(source.value("date"))
    try:
        day = read_withdrawal(value).day
    except ValueError:
        mend = "先写撤下的日期，空一格，再写给读者的说明，如 2015-12-30 消息来源有误"
        yield source.problem(key, f"{key} 写的是“{value}”", mend)
        return
    if published and day < published.date():
        what = f"撤下（{day}）早于发布（{published.date()}）"
        yield source.problem(key, what, f"改 {key} 或 date 里的日期")
    if source.value("status") != State.WITHDRAWN.value:
        mend = "要撤下就加一行 status: withdrawn；恢复公开就去掉这一行"
        what = "写了 withdrawn，这一篇却没有撤下"
        yield source.problem(key, what, mend, Severity.PUBLISHING)


def _rank(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not re.fullmatch("[1-9]|10", source.value(key)):
        what = f"{key} is {source.value(key)!r}"
        yield source.problem(key, what, "write a whole number from 1 to 10")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a head, and what checks its value."""

    check: Check = _anything
    is_needed: bool = False
    may_repeat: bool = False


STORY_KEYS: dict[str, Key] = {
    "title": Key(is_needed=True),
    "date": Key(_date, is_needed=True),
    "theme": Key(_theme, is_needed=True),
    "summary": Key(is_needed=True),
    "tags": Key(_tags),
    "picture": Key(_picture),
    "picture_alt": Key(_of_picture),
    "picture_caption": Key(_of_picture),
    "source": Key(),
    "source_url": Key(_web_address),
    "credit": Key(),
    "correction": Key(_corrections, may_repeat=True),
    "updated": Key(_updated),
    "comments": Key(_one_of("open", "closed")),
    "comments_until": Key(_last_day),
    "formerly": Key(_names),
    "thread": Key(_thread),
    "publish_at": Key(_publish_at),
    "status": Key(_status),
    "withdrawn": Key(_withdrawn),
}
PAGE_KEYS: dict[str, Key] = {
    "title": Key(is_needed=True),
    "summary": Key(is_needed=True),
    "slug": Key(_address, is_needed=True),
}
THEME_KEYS: dict[str, Key] = PAGE_KEYS | {
    "order": Key(_rank, is_needed=True),
    "kicker": Key(is_needed=True),
    "picture": Key(_picture),
    "picture_alt": Key(_of_picture),
}
ALBUM_KEYS: dict[str, Key] = {
    "title": Key(is_needed=True),
    "date": Key(_date, is_needed=True),
    "summary": Key(is_needed=True),
    "theme": Key(_theme),
    "cover": Key(_cover),
    "credit": Key(),
    **{name: Key(_one_of(*choices)) for name, choices in OPTIONS.items()},
    "status": Key(_one_of("draft", "published")),
}
"""What the heads of stories, pages, theme pages and albums may and must hold."""


def check_head(source: Source, keys: dict[str, Key], site: Site) -> Iterator[Problem]:
    """Check the head of *source*, which may hold *keys*."""
    for key, entries in source.every.items():
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
            yield source.problem(key, f"{key} is not known", mend)
        elif not keys[key].may_repeat:
            for number, _ in entries[1:]:
                mend = f"keep one of the lines {entries[0][0]} and {number}"
                yield Problem(source.path, number, f"{key} stands twice", mend)
        yield from _unseen(source, key)
    for key, rule in keys.items():
        if (rule.may_repeat and key in source.every) or source.value(key):
            yield from rule.check(source, site, key)
        elif rule.is_needed:
            yield source.problem(key, f"{key} is missing", f"add a line {key}: ...")


def _unseen(source: Source, key: str) -> Iterator[Problem]:
    """Find characters in the values of *key* that nobody sees."""
    for number, value in source.every[key]:
        unseen = (sign for sign in value if unicodedata.category(sign) in UNSEEN)
        if sign := next(unseen, ""):
            what = f"{key} holds the control character U+{ord(sign):04X}"
            yield Problem(source.path, number, what, "take it out, or write the line anew")
