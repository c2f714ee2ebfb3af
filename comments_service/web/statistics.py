"""The desk's numbers: a page of tables and small charts, and the tables as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from comments_service import rights, statistics
from comments_service.parts import now, parts
from comments_service.rights import Right
from comments_service.statistics import Day
from comments_service.web.auth import moderator, require_moderator, require_right
from comments_service.web.charts import Chart, bar_chart
from comments_service.web.csv_files import csv_file
from comments_service.web.language import say
from comments_service.web.tables import (
    Span,
    Table,
    Thread,
    days_table,
    file_heads,
    people_table,
    plain,
    spell,
    stories_table,
)
from comments_service.web.words import site

bp = Blueprint("statistics", __name__, url_prefix="/desk")
bp.before_request(require_moderator)
bp.add_app_template_filter(spell)
bp.add_app_template_test(lambda cell: isinstance(cell, Span), "span")
bp.add_app_template_test(lambda cell: isinstance(cell, Thread), "thread")
bp.add_app_template_test(lambda cell: isinstance(cell, date), "day")

STORIES = 20
"""Stories on the page; the file has all."""


@bp.get("/numbers")
def page() -> ResponseReturnValue:
    """Show how the desk is doing; what each person decides only to those who may see it."""
    moment = now()
    since = moment - timedelta(days=statistics.DAYS)
    with parts().database.reading() as session:
        days = statistics.days(session, moment, _zone())
        tables = [days_table(days), _stories(session, moment, STORIES)]
        if rights.may(moderator(), Right.NUMBERS):
            tables.append(_people(session, moment))
        return render_template(
            "statistics.html",
            now=moment,
            waiting=statistics.waiting(session),
            first_answers=statistics.first_answers(session, since),
            ways_live=statistics.ways_live(session, since),
            tables=tables,
            charts=_charts(days),
            Span=Span,
        )


@bp.get("/numbers/<any(days, stories, moderators):name>.csv")
@require_right(Right.NUMBERS)
def file(name: str) -> ResponseReturnValue:
    """Give one of the tables as a file."""
    moment = now()
    with parts().database.reading() as session:
        table = FILES[name](session, moment)
    day = moment.astimezone(_zone()).date()
    rows = ([plain(cell) for cell in row] for row in table.rows)
    return csv_file(f"{name}-{day}.csv", file_heads(table), rows)


def _days(session: Session, moment: datetime) -> Table:
    return days_table(statistics.days(session, moment, _zone()))


def _stories(session: Session, moment: datetime, limit: int | None = None) -> Table:
    return stories_table(statistics.stories(session, limit), parts().directory().stories())


def _people(session: Session, moment: datetime) -> Table:
    return people_table(statistics.people(session, moment - timedelta(days=statistics.DAYS)))


FILES: dict[str, Callable[[Session, datetime], Table]] = {
    "days": _days,
    "stories": _stories,
    "moderators": _people,
}
"""What makes each table that can be taken away."""


def _charts(days: list[Day]) -> list[Chart]:
    return [
        _chart("received", say("每天收到的留言"), days, lambda day: day.received),
        _chart("decided", say("每天的处理"), days, lambda day: day.decided),
    ]


def _chart(name: str, title: str, days: list[Day], number: Callable[[Day], int]) -> Chart:
    values = [(f"{day.date}", number(day)) for day in reversed(days)]
    most = max(n for _, n in values)
    words = say(
        "最近30天共%(total)s，最多的一天%(most)s；逐日的数字在上面的表里。",
        total=sum(n for _, n in values),
        most=most,
    )
    return bar_chart(name, title, words, values)


def _zone() -> ZoneInfo:
    return ZoneInfo(site().timezone)
