"""Every state, action and person: what happens, what is refused, what is recorded."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm.exc import StaleDataError

from comment_archive import markup
from comments_service import accounts
from comments_service.errors import NotAllowed, NotFound
from comments_service.models import Account, Action, Comment, Decision, State
from comments_service.moderation import (
    TRANSITIONS,
    VISITORS_ACTIONS,
    Conflict,
    Ruling,
    decide,
    latest_decision,
    open_actions,
)

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
UNDO = timedelta(seconds=10)
PEOPLE = ["moderator", "visitor"]


@pytest.fixture
def people(database):
    """Give two moderators, by name."""
    with database.writing() as session:
        return {
            name: accounts.create_account(session, name, "long enough password")
            for name in ("moderator", "colleague")
        } | {"visitor": None}


def make_comment(database, **changes):
    """Store a comment in any state; gives its number."""
    values = {
        "thread": "first",
        "author": "路人",
        "text": "你好",
        "address": "",
        "submitted_at": NOW,
        "receipt_hash": "h",
        "submission_key": "k",
        "state": State.PENDING,
    }
    with database.writing() as session:
        comment = Comment(**(values | changes))
        session.add(comment)
        session.flush()
        return comment.id


def rule(database, number, ruling, by, now=NOW):
    """Decide in a transaction of its own; gives comment and decision."""
    with database.writing() as session:
        account = session.merge(by) if by else None
        decision = decide(session, number, ruling, by=account, now=now, undo=UNDO)
        return decision.comment, decision


@pytest.mark.parametrize(
    ("state", "action", "person"),
    [
        pytest.param(s, a, p, id=f"{s}-{a}-{p}")
        for s, a, p in itertools.product(State, Action, PEOPLE)
    ],
)
def test_table_of_all_that_can_happen(database, people, state, action, person):
    """What the table holds happens and is recorded; everything else is refused untouched."""
    number = make_comment(database, state=state)
    ruling = Ruling(action=action, reason="insult", text="改过", note="备注")
    is_theirs = (action in VISITORS_ACTIONS) == (person == "visitor")
    if (state, action) in TRANSITIONS and is_theirs:
        comment, decision = rule(database, number, ruling, people[person])
        assert comment.state is decision.to_state is TRANSITIONS[state, action]
        assert (decision.from_state, decision.action) == (state, action)
        assert decision.account_id == (people[person].id if people[person] else None)
        return
    with pytest.raises(NotAllowed):
        rule(database, number, ruling, people[person])
    with database.reading() as session:
        assert session.get_one(Comment, number).state is state
        assert session.scalars(select(Decision)).all() == []


def test_every_state_but_withdrawn_can_be_left():
    """A withdrawal is the visitor's last word; nothing else is a dead end."""
    left = {state for state, _ in TRANSITIONS}
    assert left == set(State) - {State.WITHDRAWN}


def test_open_actions_are_those_of_the_table(database):
    """The desk offers what decide() will take, and no more."""
    for state in State:
        comment = Comment(state=state)
        expected = {a for s, a in TRANSITIONS if s is state} - VISITORS_ACTIONS
        assert set(open_actions(comment)) == expected


def test_approval_makes_html_and_waits(database, people):
    """Approving makes the HTML by the one function, and marks it due after the undo window."""
    number = make_comment(database, text="*好* <b>")
    comment, _ = rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    assert comment.html == markup.render("*好* <b>")
    assert comment.policy == markup.POLICY
    assert comment.publish_at == NOW + UNDO


@pytest.mark.parametrize("action", [Action.REFUSE, Action.SPAM, Action.REOPEN, Action.WITHDRAW])
def test_taking_down_does_not_wait(database, people, action):
    """What takes a published message from the site is due at once."""
    number = make_comment(database, state=State.APPROVED, position=1, wall_position=1, html="")
    by = people["visitor" if action is Action.WITHDRAW else "moderator"]
    comment, _ = rule(database, number, Ruling(action=action, reason="insult"), by)
    assert comment.publish_at == NOW


def test_undone_approval_is_not_due(database, people):
    """An approval taken back before it was published leaves nothing to do."""
    number = make_comment(database)
    rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    comment, _ = rule(database, number, Ruling(action=Action.REOPEN), people["moderator"])
    assert comment.publish_at is None


def test_edit_keeps_what_was_typed(database, people):
    """A moderator's words stand beside the typed ones, and the HTML follows."""
    number = make_comment(
        database, state=State.APPROVED, position=1, wall_position=1, html="<p>你好</p>", policy=1
    )
    ruling = Ruling(action=Action.EDIT, text="您好")
    comment, _ = rule(database, number, ruling, people["moderator"])
    assert (comment.text, comment.words) == ("你好", "您好")
    assert comment.html == "<p>您好</p>"
    assert comment.publish_at == NOW


def test_edit_within_the_undo_window_stays_in_it(database, people):
    """Editing an approved message does not publish it earlier."""
    number = make_comment(database)
    rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    ruling = Ruling(action=Action.EDIT, text="您好")
    comment, _ = rule(database, number, ruling, people["moderator"])
    assert comment.publish_at == NOW + UNDO
    assert comment.html == "<p>您好</p>"


@pytest.mark.parametrize(
    "ruling",
    [
        pytest.param(Ruling(action=Action.REFUSE), id="no reason"),
        pytest.param(Ruling(action=Action.REFUSE, reason="because"), id="unknown reason"),
        pytest.param(Ruling(action=Action.EDIT), id="no words"),
        pytest.param(Ruling(action=Action.EDIT, text="  \n"), id="empty words"),
    ],
)
def test_incomplete_rulings_are_refused(database, people, ruling):
    """A refusal needs a reason from the list, an edit needs words."""
    number = make_comment(database)
    with pytest.raises(NotAllowed):
        rule(database, number, ruling, people["moderator"])


def test_second_moderator_is_told_who_decided(database, people):
    """Who decides on an old version is refused; the record says what was decided, by whom."""
    number = make_comment(database)
    ruling = Ruling(action=Action.APPROVE, seen_version=1)
    rule(database, number, ruling, people["moderator"])
    late = Ruling(action=Action.REFUSE, reason="insult", seen_version=1)
    with pytest.raises(Conflict):
        rule(database, number, late, people["colleague"])
    with database.reading() as session:
        comment = session.get_one(Comment, number)
        latest = latest_decision(session, comment)
        assert (latest.account.name, latest.action) == ("moderator", Action.APPROVE)
        assert comment.state is State.APPROVED


def test_two_moderators_at_the_same_moment(database, people):
    """Of eight decisions on the same version exactly one is taken."""
    number = make_comment(database)
    results, barrier = [], threading.Barrier(8)

    def moderator(person):
        ruling = Ruling(action=Action.REFUSE, reason="insult", seen_version=1)
        barrier.wait()
        try:
            rule(database, number, ruling, people[person])
            results.append("done")
        except (Conflict, StaleDataError):
            results.append("told")

    names = ["moderator", "colleague"] * 4
    threads = [threading.Thread(target=moderator, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done"] + ["told"] * 7
    with database.reading() as session:
        assert len(session.scalars(select(Decision)).all()) == 1


def test_unknown_comment(database, people):
    """A number that nobody has is said to be unknown."""
    with pytest.raises(NotFound):
        rule(database, 77, Ruling(action=Action.APPROVE), people["moderator"])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: setattr(s.scalars(select(Decision)).one(), "note", "x"), id="row"),
        pytest.param(lambda s: s.execute(update(Decision).values(note="x")), id="update"),
        pytest.param(lambda s: s.execute(delete(Decision)), id="delete"),
    ],
)
def test_decisions_are_written_once(database, people, change):
    """The database itself refuses to change or delete a decision."""
    number = make_comment(database)
    rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    with pytest.raises(DatabaseError, match="is a record"), database.writing() as session:
        change(session)


def test_edits_are_kept_in_the_record(database, people):
    """Each wording that a moderator gave stays with its decision."""
    number = make_comment(database)
    for words in ("甲", "乙"):
        rule(database, number, Ruling(action=Action.EDIT, text=words), people["moderator"])
    with database.reading() as session:
        assert [row.text for row in session.scalars(select(Decision))] == ["甲", "乙"]


def test_withdrawal_sees_what_the_publisher_did_meanwhile(database, people):
    """A withdrawal that read the comment before it got its position is due all the same."""
    number = make_comment(database)
    rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    with database.writing() as session:
        seen = session.get_one(Comment, number)
        assert seen.position is None
        if database.engine.dialect.name == "postgresql":
            with database.writing() as other:
                values = {"position": 1, "wall_position": 1}
                other.execute(update(Comment).where(Comment.id == number).values(values))
        else:
            values = {"position": 1, "wall_position": 1}
            statement = update(Comment).where(Comment.id == number).values(values)
            session.execute(statement.execution_options(synchronize_session=False))
        ruling = Ruling(action=Action.WITHDRAW)
        decide(session, number, ruling, by=None, now=NOW, undo=UNDO)
        assert seen.publish_at == NOW


def test_edit_of_an_approval_that_waits_again(database, people):
    """Published, taken back, approved again and edited: it still waits for the undo window."""
    number = make_comment(database, position=1, wall_position=1)
    rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    ruling = Ruling(action=Action.EDIT, text="您好")
    comment, _ = rule(database, number, ruling, people["moderator"])
    assert comment.publish_at == NOW + UNDO
    assert not comment.is_public(NOW)
    assert comment.is_public(NOW + UNDO)


def test_nobody_exists_by_default(database):
    """A fresh database has no account."""
    with database.reading() as session:
        assert session.scalars(select(Account)).all() == []
