"""The tables of the numbers page: the same rows for the page and for the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comment_archive.directory import ThreadInfo
from comments_service.models import Action, State
from comments_service.statistics import Day, Person, Story
from comments_service.web.language import say


@dataclass(frozen=True, slots=True)
class Span:
    """How long something took; the page writes it in words, a file in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Thread:
    """A story: the page links its title to its part of the queue, a file has the title only."""

    id: str
    title: str


Cell = str | int | date | Span | Thread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table; the first cell of a row says what the row is about."""

    name: str
    caption: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def days_table(days: Sequence[Day]) -> Table:
    """Give what happened, a day a row."""
    heads = ("日期", "收到", "其中自动放入垃圾", "通过数", "不采用数", "放入垃圾数")
    rows = [
        (day.date, day.received, day.sorted_out, day.approved, day.refused, day.spam)
        for day in days
    ]
    return Table(name="days", caption=say("最近30天，每天"), heads=_said(heads), rows=rows)


def stories_table(stories: Sequence[Story], threads: Mapping[str, ThreadInfo]) -> Table:
    """Give how many messages there are, a story a row."""
    heads = ("报道", "全部", "待审核", "已公开", "未采用", "申诉", "垃圾", "已撤回或删除")
    rows = [
        (
            Thread(story.thread, _title(story.thread, threads)),
            story.total,
            story.counts.get(State.PENDING, 0),
            story.counts.get(State.APPROVED, 0),
            story.counts.get(State.REFUSED, 0),
            story.counts.get(State.APPEALED, 0),
            story.counts.get(State.SPAM, 0),
            story.counts.get(State.WITHDRAWN, 0) + story.counts.get(State.ERASED, 0),
        )
        for story in stories
    ]
    return Table(name="stories", caption=say("每篇报道的留言"), heads=_said(heads), rows=rows)


def people_table(people: Sequence[Person]) -> Table:
    """Give what was decided, a moderator a row."""
    heads = (
        "审核人员", "处理数", "通过数", "不采用数", "放入垃圾数", "收回重审数", "修改数",
        "其他处理数", "等待的中位数",
    )  # fmt: skip
    named = (Action.APPROVE, Action.REFUSE, Action.SPAM, Action.REOPEN, Action.EDIT)
    rows = [
        (
            person.name,
            person.total,
            *(person.counts.get(action, 0) for action in named),
            sum(n for action, n in person.counts.items() if action not in named),
            None if person.median is None else Span(person.median),
        )
        for person in people
    ]
    return Table(
        name="moderators", caption=say("最近30天，每位审核人员"), heads=_said(heads), rows=rows
    )


def spell(span: Span) -> str:
    """Write how long something took, no more exactly than anybody wants to know."""
    seconds = max(0.0, span.seconds)
    if seconds < 10:
        return say("%(n)s秒", n=f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return say("%(n)s秒", n=whole)
    if whole < 3600:
        return say("%(minutes)s分%(seconds)s秒", minutes=whole // 60, seconds=whole % 60)
    minutes = whole // 60
    if minutes < 24 * 60:
        return say("%(hours)s小时%(minutes)s分", hours=minutes // 60, minutes=minutes % 60)
    hours = minutes // 60
    return say("%(days)s天%(hours)s小时", days=hours // 24, hours=hours % 24)


def plain(cell: Cell) -> str:
    """Write a cell for a file, where a span is a number of seconds."""
    if isinstance(cell, Span):
        return f"{cell.seconds:.3f}"
    if isinstance(cell, Thread):
        return cell.title
    return "" if cell is None else str(cell)


def file_heads(table: Table) -> tuple[str, ...]:
    """Give the heads of a table in a file, where spans need their unit."""
    places = {i for row in table.rows for i, cell in enumerate(row) if isinstance(cell, Span)}
    unit = say("（秒）")
    return tuple(head + unit if i in places else head for i, head in enumerate(table.heads))


def _title(thread: str, threads: Mapping[str, ThreadInfo]) -> str:
    return threads[thread].title if thread in threads else thread


def _said(heads: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(say(head) for head in heads)
