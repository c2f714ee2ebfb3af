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
from plugins.problems import Problem, Severity, did_you_mean

DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M")
DAY = "写一个真有的日子，如 2015-12-05 或 2015-12-05 08:30"
EITHER_DAY = "改这里的日子，或者改 date"
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
        yield source.problem("bad-date", key, _reads(source, key), DAY)


def _reads(source: Source, key: str) -> str:
    """Say what stands behind *key*."""
    return f"{key} 写的是“{source.value(key)}”"


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
        mend = "写一个真有的日子，如 2016-03-05，不写钟点"
        yield source.problem("bad-date", key, _reads(source, key), mend)
    elif published and day.date() < published.date():
        what = f"{key} 的 {day.date()} 早于报道的日期 {published.date()}"
        yield source.problem("date-order", key, what, EITHER_DAY)


def _publish_at(source: Source, site: Site, key: str) -> Iterator[Problem]:
    try:
        is_usual = publish_at(source.value, SOME_MOMENT).year in YEARS
    except ValueError:
        is_usual = False
    if not is_usual:
        yield source.problem("bad-date", key, _reads(source, key), PUBLISH_AT_FORM)


def _one_of(*allowed: str) -> Check:
    def check(source: Source, site: Site, key: str) -> Iterator[Problem]:
        if source.value(key) not in allowed:
            mend = f"只能写 {' 或 '.join(allowed)}"
            yield source.problem("bad-value", key, _reads(source, key), mend)

    return check


def _theme(source: Source, site: Site, key: str) -> Iterator[Problem]:
    name = source.value(key)
    if name not in site.themes:
        meant = same_but_for_case(name, site.themes)
        meant = meant or next(iter(get_close_matches(name, sorted(site.themes), n=1)), "")
        known = f"现有的主题：{'、'.join(sorted(site.themes))}"
        mend = did_you_mean(meant) if meant else known
        yield source.problem("unknown-theme", key, f"没有主题“{name}”", mend)


def _picture(source: Source, site: Site, key: str) -> Iterator[Problem]:
    name, words = source.value(key), source.value(f"{key}_alt")
    if wrong := site.told_of_picture(name):
        yield source.problem(wrong.rule, key, wrong.what, wrong.mend)
    if not words:
        what, mend = f"缺少 {key}_alt", f"加一行“{key}_alt: 图上画了什么”"
        yield source.problem("alt-missing", key, what, mend, Severity.PUBLISHING)
    elif is_file_name(words, name):
        what, mend = f"{key}_alt 写的“{words}”是文件名", "写图上有什么"
        yield source.problem("alt-file-name", f"{key}_alt", what, mend, Severity.PUBLISHING)


def _cover(source: Source, site: Site, key: str) -> Iterator[Problem]:
    names = Names.of(pictures_in(source.path.parent))
    name = source.value(key)
    if not names.find(name):
        near = names.nearest(name)
        mend = did_you_mean(near) if near else "写这个文件夹里一张照片的文件名"
        yield source.problem("picture-missing", key, f"图集里没有照片“{name}”", mend)


def _of_picture(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not source.value("picture"):
        what, mend = f"有 {key}，没有 picture", f"加一行“picture: 文件名”，或者删去 {key}"
        yield source.problem("lone-key", key, what, mend)


def _thread(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.value(key)
    if not THREAD_ID.fullmatch(value) or value == BOARD:
        mend = f"用小写字母、数字和连字符，最多80个；{BOARD} 已经有用"
        yield source.problem("bad-address", key, _reads(source, key), mend)


def _address(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.value(key)
    if not THREAD_ID.fullmatch(value) or value in RESERVED:
        taken = "、".join(sorted(RESERVED))
        mend = f"用小写字母、数字和连字符，最多80个；已经有用的是 {taken}"
        yield source.problem("bad-address", key, _reads(source, key), mend)


def _web_address(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not ADDRESS.fullmatch(source.value(key)):
        mend = "写完整的网址，如 https://www.example.com/page"
        yield source.problem("bad-url", key, _reads(source, key), mend)
    elif not source.value("source"):
        what, mend = f"有 {key}，没有 source", f"加一行“source: 来源”，或者删去 {key}"
        yield source.problem("lone-key", key, what, mend)


def _tags(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if wrong := next((sign for sign in source.value(key) if sign in "，、；;"), ""):
        what, mend = f"标签之间写的是“{wrong}”", "用半角逗号分开，如“红马甲, U站”"
        yield source.problem("tag-separator", key, what, mend, part=wrong)


def _names(source: Source, site: Site, key: str) -> Iterator[Problem]:
    for name in split_list(source.value(key)):
        slug = slug_of(name)
        if not FORMER.fullmatch(name) or not slug or slug in TAKEN:
            what, mend = f"“{name}”不会是以前的地址", "写旧文件名，不带 .md；几个就用逗号分开"
            yield source.problem("bad-address", key, what, mend, part=name)


def _corrections(source: Source, site: Site, key: str) -> Iterator[Problem]:
    published = moment_of(source.value("date"))
    for number, line in source.every[key]:
        try:
            correction = read_correction(line)
        except ValueError:
            what = f"{key} 写的是“{line}”"
            mend = "先写一个真有的日子，空一格，再写改了什么，如 2015-12-20 把“116万”改为“117万”"
            yield source.problem_at("bad-correction", number, what, mend)
            continue
        if published and correction.day < published.date():
            what = f"{key} 的 {correction.day} 早于报道的日期 {published.date()}"
            yield source.problem_at("date-order", number, what, EITHER_DAY)


def _updated(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value, published = source.value(key), moment_of(source.value("date"))
    try:
        moment = read_update(value).moment
    except ValueError:
        mend = "先写日期，要写改了什么就空一格接着写，如 2015-12-21 补充了数字"
        yield source.problem("bad-date", key, _reads(source, key), mend)
        return
    has_time = moment.time() != time()
    if published and (moment < published if has_time else moment.date() < published.date()):
        what = f"更新（{moment.date()}）早于发布（{published.date()}）"
        yield source.problem("date-order", key, what, EITHER_DAY)


def _status(source: Source, site: Site, key: str) -> Iterator[Problem]:
    yield from _one_of(*STATUSES)(source, site, key)
    if source.value(key) == State.WITHDRAWN.value and not source.value("withdrawn"):
        mend = "加一行 withdrawn: 2015-12-30 说明，读者会看到这句说明"
        yield source.problem("key-missing", key, "撤下要写明日期和说明", mend)


def _withdrawn(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value, published = source.value(key), moment_of(source.value("date"))
    try:
        day = read_withdrawal(value).day
    except ValueError:
        mend = "先写撤下的日期，空一格，再写给读者的说明，如 2015-12-30 消息来源有误"
        yield source.problem("bad-date", key, _reads(source, key), mend)
        return
    if published and day < published.date():
        what = f"撤下（{day}）早于发布（{published.date()}）"
        yield source.problem("date-order", key, what, EITHER_DAY)
    if source.value("status") != State.WITHDRAWN.value:
        mend = "要撤下就加一行 status: withdrawn；恢复公开就去掉这一行"
        what = "写了 withdrawn，这一篇却没有撤下"
        yield source.problem("withdrawn-status", key, what, mend, Severity.PUBLISHING)


def _rank(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not re.fullmatch("[1-9]|10", source.value(key)):
        yield source.problem("bad-value", key, _reads(source, key), "写1到10的整数")


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
    "formerly": Key(_names),
    **{name: Key(_one_of(*choices)) for name, choices in OPTIONS.items()},
    "status": Key(_one_of("draft", "published")),
}
"""What the heads of stories, pages, theme pages and albums may and must hold."""


def check_head(source: Source, keys: dict[str, Key], site: Site) -> Iterator[Problem]:
    """Check the head of *source*, which may hold *keys*."""
    for key, entries in source.every.items():
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            mend = did_you_mean(near[0]) if near else f"可以写的有 {'、'.join(keys)}"
            what = f"不认识的键 {key}"
            yield Problem(source.path, entries[0][0], what, mend, column=1, rule="unknown-key")
        elif not keys[key].may_repeat:
            for number, _ in entries[1:]:
                what, mend = f"{key} 写了两次", f"第{entries[0][0]}行和第{number}行只留一行"
                yield Problem(source.path, number, what, mend, column=1, rule="key-twice")
        yield from _unseen(source, key)
    for key, rule in keys.items():
        if (rule.may_repeat and key in source.every) or source.value(key):
            yield from rule.check(source, site, key)
        elif rule.is_needed:
            yield source.problem("key-missing", key, f"缺少 {key}", f"加一行“{key}: ……”")


def _unseen(source: Source, key: str) -> Iterator[Problem]:
    """Find characters in the values of *key* that nobody sees."""
    for number, value in source.every[key]:
        unseen = (sign for sign in value if unicodedata.category(sign) in UNSEEN)
        if sign := next(unseen, ""):
            what = f"{key} 里有看不见的控制字符 U+{ord(sign):04X}"
            mend = "删去它，或者重写这一行"
            yield source.problem_at("control-character", number, what, mend, part=sign)
