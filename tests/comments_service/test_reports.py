"""Readers' reports, and visitors' problems with their own messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from comments_service.errors import NotAllowed, NotFound, TooMany
from comments_service.models import Account, Action, Comment, Report, Role, State
from comments_service.moderation import Ruling, decide
from comments_service.reports import (
    MOST_IN_AN_HOUR,
    PROBLEM,
    REPORT_REASONS,
    problems_of,
    report_message,
    report_problem,
)
from comments_service.tokens import hash_token

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
READER = "14.152.94.23"


@pytest.fixture
def published(database):
    """Give a function that stores a comment the site shows; gives its number."""

    def published(number=1, **changes):
        values = {
            "id": number,
            "thread": "first",
            "author": "路人",
            "text": "大家好",
            "address": "1.2.3.*",
            "submitted_at": NOW,
            "receipt_hash": hash_token(str(number)),
            "state": State.APPROVED,
            "position": number,
        }
        with database.writing() as session:
            session.add(Comment(**(values | changes)))
        return number

    return published


@pytest.fixture
def report(database):
    """Give a function that reports a message; gives the report."""

    def report(number=1, now=NOW, **changes):
        values = {"reason": "insult", "text": "", "address": READER} | changes
        with database.writing() as session:
            return report_message(session, number, now=now, **values)

    return report


def look(database, number=1):
    """Give a comment and its reports."""
    with database.reading() as session:
        comment = session.get_one(Comment, number)
        return comment, list(comment.reports)


def settle(database, number=1, now=NOW):
    """Settle a comment's reports as a moderator."""
    with database.writing() as session:
        account = session.scalars(select(Account)).first()
        if account is None:
            account = Account(name="值班", role=Role.CHIEF, password_hash="")
            session.add(account)
            session.flush()
        ruling = Ruling(action=Action.SETTLE)
        decide(session, number, ruling, by=account, now=now, undo=timedelta())


def test_report_comes_to_the_desk(published, report, database):
    """A report is a row with the masked network; the comment is marked, its version stays."""
    published()
    made = report(text="骂人")
    comment, reports = look(database)
    assert [each.id for each in reports] == [made.id]
    assert (reports[0].reason, reports[0].text) == ("insult", "骂人")
    assert reports[0].address == "14.152.94.*"
    assert comment.reported_at == NOW
    assert comment.version == 1


def test_oldest_report_counts(published, report, database):
    """Another network's report is a row of its own and does not move the first one's moment."""
    published()
    first = report()
    second = report(now=NOW + timedelta(hours=1), address="8.8.8.8")
    comment, reports = look(database)
    assert first.id != second.id
    assert len(reports) == 2
    assert comment.reported_at == NOW


def test_same_network_again_is_the_same_number(published, report, database):
    """Within a day a network's second report has the first one's number, and adds its words."""
    published()
    first = report(text="骂人")
    assert report(text="骂人").id == first.id
    assert report(reason="privacy", text="写了电话", now=NOW + timedelta(hours=23)).id == first.id
    _, reports = look(database)
    assert [each.text for each in reports] == ["骂人\n泄露隐私：写了电话"]
    assert report(now=NOW + timedelta(hours=25)).id != first.id


def test_settled_report_is_not_opened_by_the_same_again(published, report, database):
    """After it was settled the same report changes nothing; one that says more is a new one."""
    published()
    first = report(text="骂人")
    settle(database)
    assert report(text="骂人").id == first.id
    assert look(database)[0].reported_at is None
    later = NOW + timedelta(minutes=5)
    assert report(text="还写了我家地址", now=later).id != first.id
    assert look(database)[0].reported_at == later


@pytest.mark.parametrize("state", [state for state in State if state is not State.APPROVED])
def test_only_what_is_public_is_reported(published, report, state):
    """A message that nobody can read is not found, nor is a number that does not exist."""
    published(state=state)
    with pytest.raises(NotFound):
        report()
    with pytest.raises(NotFound):
        report(2)
    with pytest.raises(NotFound):
        report(2**63 - 1)


def test_reason_is_one_of_the_list(published, report):
    """An unknown reason, and that of a visitor's own problem, is refused with a sentence."""
    published()
    for reason in ("", "nonsense", PROBLEM):
        with pytest.raises(NotAllowed, match="请选择举报的理由"):
            report(reason=reason)
    for number, reason in enumerate(REPORT_REASONS, start=2):
        published(number)
        assert report(number, reason=reason).reason == reason


def test_many_reports_of_one_network_wait(published, report):
    """After ten an hour the network is told how long to wait, and may go on afterwards."""
    for number in range(1, MOST_IN_AN_HOUR + 2):
        published(number)
    for number in range(1, MOST_IN_AN_HOUR + 1):
        report(number, now=NOW + timedelta(minutes=number))
    late = NOW + timedelta(minutes=30)
    with pytest.raises(TooMany, match="请过31分钟再提交") as refusal:
        report(MOST_IN_AN_HOUR + 1, now=late)
    assert refusal.value.seconds == 31 * 60
    assert report(1, now=late).comment_id == 1
    assert report(MOST_IN_AN_HOUR + 1, now=late, address="8.8.8.8")
    assert report(MOST_IN_AN_HOUR + 1, now=NOW + timedelta(minutes=61, seconds=1))


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.9", "::1", "fe80::1", ""])
def test_shared_addresses_never_wait(published, report, address):
    """Where all visitors may share an address nobody is kept from reporting."""
    for number in range(1, MOST_IN_AN_HOUR + 3):
        published(number)
        report(number, address=address)


def test_problem_with_ones_own_message(published, database):
    """A visitor's problem comes to the same tab, whatever the state, and stays on the receipt."""
    published(state=State.REFUSED, position=None)
    with database.writing() as session:
        comment = session.get_one(Comment, 1)
        made = report_problem(session, comment, text="称呼写错了", address=READER, now=NOW)
        assert report_problem(session, comment, text="称呼写错了", address=READER, now=NOW) is made
    comment, reports = look(database)
    assert comment.reported_at == NOW
    assert reports[0].reason == PROBLEM
    with database.reading() as session:
        assert [each.id for each in problems_of(session, comment)] == [made.id]


def test_erased_message_has_no_problems(published, database):
    """What is erased cannot be reported: nobody could settle it."""
    published(state=State.ERASED)
    with database.writing() as session:
        comment = session.get_one(Comment, 1)
        with pytest.raises(NotAllowed):
            report_problem(session, comment, text="x", address=READER, now=NOW)
    with database.reading() as session:
        assert session.scalars(select(Report)).all() == []
