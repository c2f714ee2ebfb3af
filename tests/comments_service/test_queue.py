"""The queue's pages hold every message of a choice once, in order, and are found by index alone."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from benchmarks.parts.desk_statements import is_laborious, watched
from comments_service import queue
from comments_service.models import (
    Account,
    Action,
    Comment,
    Opened,
    Report,
    Role,
    State,
    Tally,
    WordHit,
)
from comments_service.moderation import TRANSITIONS, VISITORS_ACTIONS, Ruling, decide_each
from comments_service.queue import ON_A_PAGE, Choice, Place, Tab

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MANY = 900
MOMENTS = 40
"""Few, so that many messages came at the same one."""
WORDS = ("办证", "加微信")
FILTERS = {
    "thread": "second",
    "word": WORDS[0],
    "network": "14.152.94.*",
    "hours": 20,
    "attention": 1,
}


def row(number, chance, **changes):
    """Make the columns of a comment."""
    moment = NOW - HOUR * chance.randrange(1, MOMENTS)
    values = {
        "thread": chance.choice(["first", "second"]),
        "author": "路人",
        "text": f"第{number}条",
        "address": chance.choice(["14.152.94.*", "14.152.95.*"]),
        "findings": [],
        "attention": chance.randrange(4),
        "submitted_at": moment,
        "reported_at": moment + HOUR if chance.random() < 0.2 else None,
        "receipt_hash": f"hash-{number}",
        "state": chance.choice([State.PENDING, State.PENDING, *State]),
        "version": 1,
    }
    return values | changes


def fill(database, count=MANY, **changes):
    """Store *count* comments of all kinds, in no order."""
    chance = random.Random(count)
    with database.writing() as session:
        session.execute(insert(Comment), [row(n, chance, **changes) for n in range(1, count + 1)])
        hits = [
            {"word": word, "comment_id": number}
            for word in WORDS
            for number in chance.sample(range(1, count + 1), (count + 1) // 2)
        ]
        session.execute(insert(WordHit), hits)


def make_account(database, name="lin"):
    """Make an account that may do all that moderators can."""
    with database.writing() as session:
        account = Account(name=name, role=Role.CHIEF, password_hash="")
        session.add(account)
    return account


def expected(session, choice, comments=None):
    """Give the numbers of all messages of *choice* in their order, found in Python."""
    comments = comments or session.scalars(select(Comment)).all()
    hits = {(hit.word, hit.comment_id) for hit in session.scalars(select(WordHit))}
    is_reported = choice.tab is Tab.REPORTED

    def is_chosen(comment):
        age = NOW - comment.submitted_at
        return (
            (comment.reported_at is not None if is_reported else comment.state == choice.tab.value)
            and (not choice.thread or comment.thread == choice.thread)
            and (not choice.network or comment.address == choice.network)
            and (not choice.hours or age >= HOUR * choice.hours)
            and (choice.attention is None or comment.attention == choice.attention)
            and (not choice.word or (choice.word, comment.id) in hits)
        )

    def place(comment):
        moment = comment.reported_at if is_reported else comment.submitted_at
        by_attention = choice.by_attention and not is_reported
        return (comment.attention if by_attention else 0, moment, comment.id)

    found = sorted(filter(is_chosen, comments), key=place)
    is_newest_first = choice.tab not in queue.OLDEST_FIRST and not choice.by_attention
    return [comment.id for comment in (reversed(found) if is_newest_first else found)]


def forwards(session, choice):
    """Yield all pages from the first one on."""
    place = Place()
    while True:
        page = queue.page(session, choice, place, now=NOW)
        yield page
        if not page.has_later:
            return
        place = Place(after=page.rows[-1].id)


def backwards(session, choice):
    """Yield all pages from the last one back."""
    place = Place(is_last=True)
    while True:
        page = queue.page(session, choice, place, now=NOW)
        yield page
        if not page.has_earlier:
            return
        place = Place(before=page.rows[0].id)


def numbers_of(page):
    """Give the numbers on a page."""
    return [each.id for each in page.rows]


def every_choice(tab):
    """Give all combinations of filters and orders of *tab*."""
    for some in itertools.product([False, True], repeat=len(FILTERS)):
        chosen = {name: FILTERS[name] for name, on in zip(FILTERS, some, strict=True) if on}
        for by_attention in (False, True):
            yield Choice(tab=tab, by_attention=by_attention, **chosen)


@pytest.mark.parametrize("tab", Tab)
def test_pages(database, tab):
    """Whatever is chosen, the pages hold it once and in order, read on or read back."""
    fill(database)
    with database.reading() as session:
        comments = session.scalars(select(Comment)).all()
        for choice in every_choice(tab):
            wanted = expected(session, choice, comments)
            on = list(forwards(session, choice))
            assert [n for page in on for n in numbers_of(page)] == wanted, choice
            assert all(len(page.rows) == ON_A_PAGE for page in on[:-1])
            assert [page.has_earlier for page in on] == [False] + [True] * (len(on) - 1)
            back = list(backwards(session, choice))
            assert [n for page in reversed(back) for n in numbers_of(page)] == wanted, choice
            assert [page.has_later for page in back] == [False] + [True] * (len(back) - 1)
            assert [n for n, _ in queue.chosen(session, choice, now=NOW, most=30)] == wanted[:30]


def test_full_last_page(database):
    """Exactly two pages are two pages, from either end."""
    fill(database, 2 * ON_A_PAGE, state=State.PENDING)
    with database.reading() as session:
        for walk in (forwards, backwards):
            pages = list(walk(session, Choice()))
            assert [len(page.rows) for page in pages] == [ON_A_PAGE, ON_A_PAGE]


def test_nothing(database):
    """An empty tab has an empty page, from either end."""
    with database.reading() as session:
        for place in (Place(), Place(is_last=True), Place(after=7), Place(before=7)):
            page = queue.page(session, Choice(), place, now=NOW)
            assert (list(page.rows), page.has_earlier, page.has_later) == ([], False, False)
        assert queue.newest_number(session) == 0
        assert queue.next_after(session, 7, now=NOW) is None
        assert set(queue.counts(session).values()) == {0}


@pytest.mark.parametrize("by_attention", [False, True])
def test_cursor_that_left(database, by_attention):
    """Who reads on behind a message that was decided meanwhile misses nothing."""
    fill(database, 200, state=State.PENDING)
    choice = Choice(by_attention=by_attention)
    with database.reading() as session:
        wanted = expected(session, choice)
    with database.writing() as session:
        gone = Comment.id.in_(wanted[:ON_A_PAGE])
        session.execute(update(Comment).where(gone).values(state=State.APPROVED))
    with database.reading() as session:
        place = Place(after=wanted[ON_A_PAGE - 1])
        page = queue.page(session, choice, place, now=NOW)
        assert numbers_of(page) == wanted[ON_A_PAGE : 2 * ON_A_PAGE]
        assert numbers_of(queue.page(session, choice, Place(), now=NOW)) == numbers_of(page)
        before = queue.page(session, choice, Place(before=wanted[ON_A_PAGE]), now=NOW)
        assert numbers_of(before) == []


@pytest.mark.parametrize("place", [Place(after=10**9), Place(before=10**9)])
def test_cursor_that_never_was(database, place):
    """A number that nobody has leads to the first page."""
    fill(database, 100, state=State.PENDING)
    with database.reading() as session:
        first = queue.page(session, Choice(), Place(), now=NOW)
        page = queue.page(session, Choice(), place, now=NOW)
        assert (numbers_of(page), page.has_earlier) == (numbers_of(first), False)


@pytest.mark.parametrize("side", ["after", "before"])
def test_cursor_whose_report_was_settled(database, side):
    """A settled report has no place among the open ones any more: the first page is shown."""
    fill(database, 100, reported_at=NOW)
    with database.writing() as session:
        session.execute(update(Comment).where(Comment.id == 60).values(reported_at=None))
    with database.reading() as session:
        choice = Choice(tab=Tab.REPORTED)
        first = queue.page(session, choice, Place(), now=NOW)
        page = queue.page(session, choice, Place(**{side: 60}), now=NOW)
        assert numbers_of(page) == numbers_of(first)


def test_counts_are_true(database):
    """After any deeds, in any order, the counts are those of the rows, in all and by thread."""
    fill(database, 150)
    account, chance = make_account(database), random.Random(3)
    for step in range(60):
        with database.writing() as session:
            _do_something(session, session.merge(account), chance, step)
        with database.reading() as session:
            assert queue.counts(session) == _counted(session)
            for tab, thread in itertools.product(Tab, ["first", "second"]):
                true = _counted(session, Comment.thread == thread)[tab]
                assert queue.count_of(session, tab, thread) == true
    with database.reading() as session:
        states = dict(
            session.execute(select(Comment.state, func.count()).group_by(Comment.state)).all()
        )
        assert min(queue.counts(session).values()) > 0
        kept = dict(
            session.execute(
                select(Tally.kind, func.sum(Tally.n))
                .where(Tally.thread == "", Tally.kind != "reported")
                .group_by(Tally.kind)
            ).all()
        )
        assert {State(kind): n for kind, n in kept.items() if n} == states


def test_undone_work_is_not_counted(database):
    """What was rolled back was never counted."""
    fill(database, 50)
    with database.reading() as session:
        before = queue.counts(session)
        session.execute(update(Comment).values(state=State.SPAM))
        assert queue.counts(session)[Tab.SPAM] == 50
        session.rollback()
        assert queue.counts(session) == before


def test_no_row_is_skipped_or_counted(database):
    """No page, no count reads rows to skip or to count them."""
    fill(database, 300)
    with database.reading() as session, watched(database.engine) as statements:
        for choice in every_choice(Tab.PENDING):
            list(forwards(session, choice))
            list(backwards(session, choice))
        queue.counts(session)
        queue.count_of(session, Tab.PENDING, "first")
    assert len(statements) > 200
    assert not [each.text for each in statements if each.skips_rows or each.counts_rows]


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(Choice(), id="waiting"),
        pytest.param(Choice(tab=Tab.APPROVED), id="newest first"),
        pytest.param(Choice(tab=Tab.REPORTED), id="reported"),
        pytest.param(Choice(by_attention=True), id="by attention"),
        pytest.param(Choice(attention=1), id="of one attention"),
        pytest.param(Choice(thread="second"), id="of one story"),
        pytest.param(Choice(network="14.152.94.*"), id="of one network"),
        pytest.param(Choice(hours=20), id="old ones"),
    ],
)
def test_plans(tmp_path, choice):
    """SQLite finds each page by an index that is in the page's order already."""
    from comments_service.db import Database

    database = Database.connect(f"sqlite:///{tmp_path / 'comments.db'}")
    database.upgrade()
    fill(database, 300)
    with database.reading() as session:
        with watched(database.engine) as statements:
            list(forwards(session, choice))
            list(backwards(session, choice))
        plans = {each.plan(session.connection()) for each in statements}
    database.engine.dispose()
    assert not [plan for plan in plans if is_laborious(plan, "sqlite")]


def test_readers(database):
    """Who opened a message is shown to others, not to himself, and not for ever."""
    fill(database, 3, state=State.PENDING)
    lin, wang = make_account(database), make_account(database, "wang")
    with database.writing() as session:
        queue.mark_opened(session, 1, lin, now=NOW)
        queue.mark_opened(session, 2, wang, now=NOW)
    with database.reading() as session:
        assert queue.readers(session, [1, 2, 3], lin, now=NOW) == {2: "wang"}
        assert queue.readers(session, [1, 2, 3], wang, now=NOW) == {1: "lin"}
        assert queue.readers(session, [3], wang, now=NOW) == {}
        assert queue.readers(session, [], wang, now=NOW) == {}
        later = NOW + queue.READ_TOGETHER
        assert queue.readers(session, [1], wang, now=later) == {}


def test_first_reader_stays(database):
    """A second reader does not take a message over, unless the first one left it long ago."""
    fill(database, 1, state=State.PENDING)
    lin, wang = make_account(database), make_account(database, "wang")
    long_after = NOW + queue.READ_TOGETHER + timedelta(minutes=5)
    moments = [(lin, NOW, lin), (wang, NOW, lin), (lin, NOW + HOUR / 10, lin), (wang, NOW, lin)]
    for account, moment, reader in [*moments, (wang, long_after + HOUR, wang)]:
        with database.writing() as session:
            queue.mark_opened(session, 1, account, now=moment)
        with database.reading() as session:
            assert session.get(Opened, 1).account_id == reader.id
    with database.writing() as session:
        queue.mark_closed(session, [1])
    with database.reading() as session:
        assert session.get(Opened, 1) is None


def test_arrivals(database):
    """New messages that wait are told of, up to a number."""
    fill(database, 30, state=State.PENDING)
    with database.writing() as session:
        session.execute(update(Comment).where(Comment.id > 28).values(state=State.SPAM))
    with database.reading() as session:
        assert queue.newest_number(session) == 30
        assert queue.arrived(session, after=30) == 0
        assert queue.arrived(session, after=20) == 8
        assert queue.arrived(session, after=0, most=10) == 10


def test_next_one(database):
    """Behind the last message that waits comes the first one; alone, none."""
    fill(database, 3, state=State.PENDING, submitted_at=NOW)
    with database.reading() as session:
        assert [queue.next_after(session, n, now=NOW) for n in (1, 2, 3)] == [2, 3, 1]
    with database.writing() as session:
        session.execute(update(Comment).where(Comment.id > 1).values(state=State.SPAM))
    with database.reading() as session:
        assert queue.next_after(session, 1, now=NOW) is None


def test_network(database):
    """Beside a message stand the newest others of its network, none that is older than a month."""
    fill(database, 40, address="14.152.94.*")
    old = NOW - timedelta(days=31)
    with database.writing() as session:
        session.execute(update(Comment).where(Comment.id < 36).values(address="1.2.3.*"))
        session.execute(update(Comment).where(Comment.id == 37).values(submitted_at=old))
    with database.reading() as session:
        numbers = {n.id for n in queue.of_network(session, session.get(Comment, 40), now=NOW)}
        assert numbers == {36, 38, 39}
        many = queue.of_network(session, session.get(Comment, 1), now=NOW)
        moments = [each.submitted_at for each in many]
        assert len(many) == queue.OF_NETWORK + 1
        assert moments == sorted(moments, reverse=True)
        nowhere = Comment(address="", id=99)
        assert queue.of_network(session, nowhere, now=NOW) == []


def test_neighbours(database):
    """A message is shown among the published ones around it, or behind the newest ones."""
    fill(database, 12, state=State.APPROVED, thread="first")
    with database.writing() as session:
        for number in range(1, 11):
            place = update(Comment).where(Comment.id == number)
            session.execute(place.values(position=number))
        session.execute(update(Comment).where(Comment.id == 4).values(state=State.WITHDRAWN))
    with database.reading() as session:
        near = [each.id for each in queue.around(session, session.get(Comment, 5))]
        assert near == [2, 3, 6, 7, 8]
        newest = [each.id for each in queue.around(session, session.get(Comment, 12))]
        assert newest == [8, 9, 10]


def test_whole(database):
    """Only a tab, or one story of it, has a count of its own."""
    whole = Choice()
    assert whole.is_whole
    assert replace(whole, thread="first", by_attention=True).is_whole
    for name, value in FILTERS.items():
        assert replace(whole, **{name: value}).is_whole == (name == "thread")


def _do_something(session, account, chance, step):
    """Decide, report, leave a message, or do what its visitor may; some of it is refused."""
    numbers = list(session.scalars(select(Comment.id)))
    some = [(number, None) for number in chance.sample(numbers, chance.randrange(1, 9))]
    if step % 10 == 4:
        session.execute(insert(Comment), [row(10_000 + step, chance)])
    elif step % 10 == 7:
        _report(session, [number for number, _ in some])
    else:
        action = chance.choice(sorted({action for _, action in TRANSITIONS}))
        ruling = Ruling(action=Action(action), reason="insult", text=f"改{step}")
        by = None if action in VISITORS_ACTIONS else account
        decide_each(session, some, ruling, by=by, now=NOW, undo=timedelta())


def _report(session, numbers):
    """Report messages, as readers do."""
    session.execute(update(Comment).where(Comment.id.in_(numbers)).values(reported_at=NOW))
    for number in numbers:
        session.add(Report(comment_id=number, reason="insult", address="", reported_at=NOW))


def _counted(session, *conditions):
    """Count the rows of every tab, one by one."""
    found = Counter(session.scalars(select(Comment.state).where(*conditions)))
    reported = session.scalars(
        select(Comment.id).where(Comment.reported_at.is_not(None), *conditions)
    )
    by_tab = {tab: found[tab.value] for tab in Tab}
    return by_tab | {Tab.REPORTED: len(reported.all())}
