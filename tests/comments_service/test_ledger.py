"""The public account: what is counted, by which day, and that the past stays as it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from comment_archive.ledger import Month
from comments_service.chain import GENESIS
from comments_service.ledger import last_day, make_ledger, months, over_at
from comments_service.models import (
    Account,
    Action,
    ChainHead,
    Comment,
    Decision,
    Report,
    Role,
    State,
)
from comments_service.moderation import Ruling, decide
from comments_service.reasons import REASONS

ZONE = "Asia/Shanghai"
MARCH = datetime(2026, 3, 10, 4, tzinfo=UTC)
"""Noon in Shanghai."""
NO_UNDO = timedelta()


class Board:
    """Comments and decisions at given moments."""

    def __init__(self, database):
        self.database, self.made = database, 0
        with database.writing() as session:
            self.people = [
                Account(name=f"编辑{n}", role=Role.CHIEF, password_hash="x") for n in (1, 2)
            ]
            session.add_all(self.people)

    def receive(self, at=MARCH, *, state=State.PENDING, by_editor=False):
        """Take a message in; gives its number."""
        self.made += 1
        with self.database.writing() as session:
            comment = Comment(
                thread="first",
                author="",
                text="你好",
                address="14.152.94.*",
                submitted_at=at,
                receipt_hash=f"r{self.made}",
                state=state,
                by_account_id=self.people[0].id if by_editor else None,
            )
            session.add(comment)
            session.flush()
            return comment.id

    def decide(self, number, action, at=MARCH, *, by=0, **changes):
        """Decide as one of the editors; by=None is the visitor."""
        reason = "offtopic" if action is Action.REFUSE else None
        ruling = Ruling(**({"action": action, "reason": reason} | changes))
        with self.database.writing() as session:
            account = None if by is None else session.merge(self.people[by])
            decide(session, number, ruling, by=account, now=at, undo=NO_UNDO)

    def ledger(self, day):
        """Account for everything until the end of *day*."""
        with self.database.reading() as session:
            return make_ledger(session, day, timezone=ZONE, reasons=REASONS)

    def month(self, day=date(2026, 3, 31)):
        """Give the month of *day*."""
        return self.ledger(day).months[-1]


@pytest.fixture
def board(database):
    """Give an empty board."""
    return Board(database)


def test_nothing_to_tell(board):
    """Before the first day with a message is over there is no account."""
    assert board.ledger(date(2026, 3, 31)) is None
    board.receive()
    assert board.ledger(date(2026, 3, 9)) is None
    assert board.ledger(date(2026, 3, 10)).months == (Month(month="2026-03", received=1),)


def test_everything_is_counted_in_its_place(board):
    """Each deed has its figure; the editors' own answers have none."""
    approved, refused, spam, withdrawn, erased, appealing = (board.receive() for _ in range(6))
    answer = board.receive(by_editor=True)
    board.receive(state=State.SPAM)
    board.decide(approved, Action.APPROVE, MARCH + timedelta(seconds=30))
    board.decide(answer, Action.APPROVE)
    board.decide(refused, Action.REFUSE, MARCH + timedelta(seconds=90))
    board.decide(spam, Action.SPAM, MARCH + timedelta(seconds=100))
    board.decide(withdrawn, Action.WITHDRAW, by=None)
    board.decide(erased, Action.ERASE, by=None)
    board.decide(appealing, Action.REFUSE, MARCH + timedelta(hours=1), reason="insult")
    board.decide(appealing, Action.APPEAL, MARCH + timedelta(hours=2), by=None, text="请再看看")
    board.decide(appealing, Action.APPROVE, MARCH + timedelta(hours=3), by=1)
    assert board.month() == Month(
        month="2026-03",
        received=7,
        published=2,
        refused={"offtopic": 1, "insult": 1},
        spam=2,
        withdrawn=1,
        erased=1,
        appeals=1,
        granted=1,
        wait=90,
        appeal_wait=3600,
    )


def test_reports_are_told_with_their_waits(board, database):
    """A report counts in the month it came, its wait in the month it was settled, also once its
    words are forgotten.
    """
    numbers = [board.receive() for _ in range(3)]
    for number in numbers:
        board.decide(number, Action.APPROVE)
        with database.writing() as session:
            report = Report(comment_id=number, reason="insult", address="", reported_at=MARCH)
            session.add(report)
            session.get_one(Comment, number).reported_at = MARCH
    board.decide(numbers[0], Action.SETTLE, MARCH + timedelta(hours=1))
    board.decide(numbers[1], Action.REFUSE, MARCH + timedelta(hours=3))
    board.decide(numbers[2], Action.SETTLE, MARCH + timedelta(days=25))
    march, april = board.ledger(date(2026, 4, 30)).months
    assert (march.reports, march.report_wait) == (3, 3600)
    assert (april.reports, april.report_wait) == (0, 25 * 86400)


def test_same_deed_twice_counts_once(board):
    """A message that was approved, taken back and approved again was published once."""
    number = board.receive()
    for action in (Action.APPROVE, Action.REOPEN, Action.APPROVE):
        board.decide(number, action)
    assert board.month().published == 1


def test_first_decision_ends_the_wait(board):
    """Later decisions do not make a wait longer, and what is undecided has none."""
    number = board.receive()
    board.receive()
    board.decide(number, Action.REFUSE, MARCH + timedelta(minutes=5))
    board.decide(number, Action.APPROVE, MARCH + timedelta(days=25))
    march, april = board.ledger(date(2026, 4, 30)).months
    assert (march.wait, april.wait) == (300, None)
    assert (march.published, april.published) == (0, 1)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REOPEN])
def test_what_screening_set_aside_stays_counted(board, action):
    """Spam that screening found counts when it came, also once somebody looked at it."""
    number = board.receive(state=State.SPAM)
    assert board.month().spam == 1
    board.decide(number, action, MARCH + timedelta(days=25))
    march, april = board.ledger(date(2026, 4, 30)).months
    assert (march.spam, april.spam) == (1, 0)


def test_past_days_stay_as_told(board):
    """Whatever comes later, the account of a day that is over is the same."""
    number = board.receive()
    trapped = board.receive(state=State.SPAM)
    board.decide(number, Action.APPROVE, MARCH)
    told = board.ledger(date(2026, 3, 10))
    later = MARCH + timedelta(days=1)
    for action in (Action.REFUSE, Action.APPROVE):
        board.decide(number, action, later)
    board.decide(number, Action.ERASE, later, by=None)
    board.decide(trapped, Action.ERASE, later, by=None)
    board.receive(later)
    assert board.ledger(date(2026, 3, 10)) == told
    assert board.ledger(date(2026, 3, 11)) != told


def test_end_of_the_chain(board, database):
    """Number and hash are those of the last decision before the day was over."""
    number = board.receive()
    assert (board.ledger(date(2026, 3, 10)).decisions, board.ledger(date(2026, 3, 10)).hash) == (
        0,
        "",
    )
    board.decide(number, Action.APPROVE, MARCH)
    board.decide(number, Action.REFUSE, MARCH + timedelta(days=1))
    with database.reading() as session:
        first, second = session.scalars(select(Decision.hash).order_by(Decision.id)).all()
        assert session.scalar(select(ChainHead.hash)) == second != GENESIS
    told = [board.ledger(date(2026, 3, day)) for day in (10, 11)]
    assert [(ledger.decisions, ledger.hash) for ledger in told] == [(1, first), (2, second)]


def test_days_are_those_of_the_site(board):
    """A message of 16:30 UTC belongs to the next day, and month, of Shanghai."""
    board.receive(datetime(2026, 2, 28, 15, 59, tzinfo=UTC))
    board.receive(datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    february, march = board.ledger(date(2026, 3, 1)).months
    assert (february.month, february.received) == ("2026-02", 1)
    assert (march.month, march.received) == ("2026-03", 1)


def test_silent_months_have_their_row():
    """Months are given without a gap, over the turn of a year, the last one cut at its day."""
    spans = list(months(date(2025, 11, 30), date(2026, 1, 5), ZONE))
    assert [span.name for span in spans] == ["2025-11", "2025-12", "2026-01"]
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert spans[-1].end == datetime(2026, 1, 5, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        pytest.param(datetime(2026, 3, 10, 16, 9, tzinfo=UTC), date(2026, 3, 9), id="before"),
        pytest.param(datetime(2026, 3, 10, 16, 10, tzinfo=UTC), date(2026, 3, 10), id="turn"),
    ],
)
def test_when_a_day_is_over(now, day):
    """A day is over ten minutes after midnight where the site is."""
    assert last_day(now, ZONE) == day
    assert over_at(day, ZONE) <= now < over_at(day + timedelta(days=1), ZONE)
