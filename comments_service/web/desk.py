"""The moderators' desk: the queue with its filters, search, and what arrived meanwhile."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from comments_service import publication
from comments_service import queue as queues
from comments_service import search as searching
from comments_service.models import Comment, Decision, Tally
from comments_service.moderation import MOST_AT_ONCE
from comments_service.parts import now, parts
from comments_service.queue import Choice, Tab
from comments_service.web.auth import moderator, require_moderator
from comments_service.web.choices import AGES, read_choice, read_place, written
from comments_service.web.desk_forms import REASON_CHOICES
from comments_service.web.numbers import read_number

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(require_moderator)

LATE = timedelta(hours=2)
"""After so long a waiting message is shown in another colour."""
MOST_THREADS = 100
"""Threads that can be chosen in the filter: those with the most messages in the tab."""


@bp.get("/")
def queue() -> ResponseReturnValue:
    """Show one page of a tab, narrowed by filters."""
    choice, place = read_choice(request.args), read_place(request.args)
    with parts().database.reading() as session:
        page, counts = queues.page(session, choice, place, now=now()), queues.counts(session)
        return render_template(
            "queue.html",
            choice=choice,
            page=page,
            counts=counts,
            found=_count(session, choice) if choice.thread else None,
            threads_here=_threads(session, choice.tab),
            newest=queues.newest_number(session),
            publication=publication.standing(session, now()),
            **_shared(session, [row.id for row in page.rows], choice),
        )


@bp.get("/search")
def search() -> ResponseReturnValue:
    """Show the messages that hold the words asked for, newest first, from all tabs."""
    words = request.args.get("q", "").strip().replace("\0", "")
    words = words.encode("utf-8", "ignore").decode()
    before = read_number(request.args.get("before"))
    with parts().database.reading() as session:
        most = queues.ON_A_PAGE
        numbers = searching.find(session, words, before=before, most=most + 1)
        return render_template(
            "search.html",
            words=words,
            number=_numbered(session, words),
            rows=searching.rows(session, numbers[:most], queues.SHOWN),
            further=numbers[most - 1] if len(numbers) > most else None,
            **_shared(session, numbers[:most], Choice()),
        )


@bp.get("/arrivals")
def arrivals() -> ResponseReturnValue:
    """Tell the desk's script how many messages came since the page was made."""
    after = read_number(request.args.get("after")) or 0
    with parts().database.reading() as session:
        return jsonify(count=queues.arrived(session, after=after))


def _numbered(session: Session, words: str) -> int | None:
    """Give the number that a visitor read from the receipt, if *words* is one that exists."""
    number = read_number(words.removeprefix("第").removesuffix("号"))
    if number is None or session.get(Comment, number) is None:
        return None
    return number


def done_before(session: Session, batch: str) -> dict[str, object] | None:
    """Give what was decided as *batch*, for the notice above the next page."""
    query = select(Decision).where(Decision.batch == batch[:24]).order_by(Decision.id)
    decisions = session.scalars(query.options(joinedload(Decision.account))).all()
    if not decisions:
        return None
    first = decisions[0]
    left = first.decided_at + parts().config.undo - now()
    return {
        "batch": first.batch,
        "action": first.action,
        "numbers": [decision.comment_id for decision in decisions],
        "seconds": max(0, round(left.total_seconds())),
        "is_mine": first.account_id == moderator().id,
    }


def _shared(session: Session, numbers: list[int], choice: Choice) -> dict[str, object]:
    """Give what every list of messages needs."""
    moment = now()
    return {
        "fields": written(choice),
        "ages": AGES,
        "reasons": REASON_CHOICES,
        "most_at_once": MOST_AT_ONCE,
        "threads": parts().directory().stories(),
        "readers": queues.readers(session, numbers, moderator(), now=moment),
        "late": moment - LATE,
        "done": done_before(session, request.args.get("batch", "")),
        "me": moderator(),
    }


def _count(session: Session, choice: Choice) -> int | None:
    """Give how many messages of its story the choice has, where that is known without counting."""
    return queues.count_of(session, choice.tab, choice.thread) if choice.is_whole else None


def _threads(session: Session, tab: Tab) -> list[tuple[str, int]]:
    """Give the threads with the most messages in *tab*, and how many."""
    total = func.sum(Tally.n)
    query = (
        select(Tally.thread, total)
        .where(Tally.kind == tab.value, Tally.thread != "")
        .group_by(Tally.thread)
        .having(total > 0)
        .order_by(total.desc(), Tally.thread)
        .limit(MOST_THREADS)
    )
    return [(thread, int(n)) for thread, n in session.execute(query)]
