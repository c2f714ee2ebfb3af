"""Every state, action and person: what happens, what is refused, what is recorded."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm.exc import StaleDataError

from comment_archive import markup
from comments_service.chain import GENESIS, link, salted
from comments_service.db import Base
from comments_service.decisions import facts_of
from comments_service.errors import Conflict, NotAllowed, NotFound
from comments_service.models import (
    Account,
    Action,
    ActionLink,
    ChainHead,
    Comment,
    Decision,
    Note,
    OutboxMessage,
    Report,
    Revision,
    Role,
    State,
    WordHit,
)
from comments_service.moderation import (
    MOST_PINNED,
    TRANSITIONS,
    VISITORS_ACTIONS,
    Ruling,
    decide,
    decide_each,
    latest_decision,
    new_batch,
    open_actions,
    take_back,
)

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
UNDO = timedelta(seconds=10)
PEOPLE = [*Role, "visitor"]


@pytest.fixture
def people(database):
    """Give somebody of each role, a second moderator, and the visitor, by name."""
    roles = {role.value: role for role in Role} | {"colleague": Role.MODERATOR}
    with database.writing() as session:
        made = {
            name: Account(name=name, role=role, password_hash="none")
            for name, role in roles.items()
        }
        session.add_all(made.values())
    return made | {"visitor": None}


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


ALLOWED = {
    Role.MODERATOR: {
        Action.APPROVE, Action.REFUSE, Action.SPAM, Action.REOPEN, Action.EDIT, Action.SETTLE,
    },
    "visitor": {Action.REVISE, Action.APPEAL, Action.WITHDRAW, Action.ERASE},
}  # fmt: skip
ALLOWED[Role.CHIEF] = ALLOWED[Role.ADMINISTRATOR] = {
    *ALLOWED[Role.MODERATOR], Action.PIN, Action.UNPIN,
}  # fmt: skip
"""Who may do what, told again here, so that a slip in the code's own table is seen."""


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", list(State))
def test_table_of_all_that_can_happen(database, people, state, action, person):
    """What the table holds happens and is recorded; everything else is refused untouched."""
    pinned = NOW if action is Action.UNPIN and state is State.APPROVED else None
    number = make_comment(database, state=state, pinned_at=pinned)
    ruling = Ruling(action=action, reason="insult", text="改过", note="备注")
    if (state, action) in TRANSITIONS and action in ALLOWED[person]:
        comment, decision = rule(database, number, ruling, people[person])
        assert comment.state is decision.to_state is TRANSITIONS[state, action]
        assert (decision.from_state, decision.action) == (state, action)
        assert decision.account_id == (people[person].id if people[person] else None)
        return
    with pytest.raises(NotAllowed):
        rule(database, number, ruling, people[person])
    with database.reading() as session:
        comment = session.get_one(Comment, number)
        assert (comment.state, comment.version, comment.text) == (state, 1, "你好")
        assert session.scalars(select(Decision)).all() == []


def test_locked_out_accounts_decide_nothing(database, people):
    """Who was disabled while logged in can do nothing more."""
    number = make_comment(database)
    people["moderator"].is_disabled = True
    with pytest.raises(NotAllowed):
        rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])


def test_only_people_publish():
    """Nothing becomes public but by a decision, and that is nothing a visitor may take."""
    publishing = {
        action
        for (state, action), after in TRANSITIONS.items()
        if after is State.APPROVED and state is not State.APPROVED
    }
    assert publishing == {Action.APPROVE}
    assert Action.APPROVE not in ALLOWED["visitor"]


def test_only_erasing_is_the_end():
    """What was withdrawn can only be erased, and what was erased stays so."""
    left = {state: set() for state in State}
    for (state, _), after in TRANSITIONS.items():
        left[state].add(after)
    assert left[State.ERASED] == set()
    assert left[State.WITHDRAWN] == {State.WITHDRAWN, State.ERASED}
    assert all(left[state] - {state} for state in State if state is not State.ERASED)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("marks", [{}, {"pinned_at": NOW, "reported_at": NOW}], ids=["", "marked"])
def test_desk_offers_what_can_be_done(database, people, state, role, marks):
    """Whatever the desk offers is taken, and what it does not offer is refused or useless."""
    number = make_comment(database, state=state, **marks)
    account = people[role]
    with database.reading() as session:
        offered = open_actions(session, session.get_one(Comment, number), account)
    possible = {a for s, a in TRANSITIONS if s is state} & ALLOWED[role]
    useless = {Action.PIN} if marks else {Action.UNPIN, Action.SETTLE}
    assert set(offered) == possible - useless


def test_approval_makes_html_and_waits(database, people):
    """Approving makes the HTML by the one function, and marks it due after the undo window."""
    number = make_comment(database, text="*好* <b>")
    comment, _ = rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    assert comment.html == markup.render("*好* <b>")
    assert comment.policy == markup.POLICY
    assert comment.publish_at == NOW + UNDO


@pytest.mark.parametrize(
    "action", [Action.REFUSE, Action.SPAM, Action.REOPEN, Action.WITHDRAW, Action.ERASE]
)
def test_taking_down_does_not_wait(database, people, action):
    """What takes a published message from the site is due at once."""
    number = make_comment(database, state=State.APPROVED, position=1, wall_position=1, html="")
    by = people["visitor" if action in VISITORS_ACTIONS else "moderator"]
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
        decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
        assert [row.revision.text for row in decisions] == ["甲", "乙"]
        for row in decisions:
            assert row.text_hash == salted(row.revision.salt, row.revision.text)


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


def chain_of(database):
    """Recompute the chain of all decisions; gives the stored hashes, the right ones, the head."""
    with database.reading() as session:
        decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
        right, previous = [], GENESIS
        for decision in decisions:
            previous = link(previous, **facts_of(decision))
            right.append(previous)
        head = session.get_one(ChainHead, 1).hash
        return [decision.hash for decision in decisions], right, head


def test_decisions_form_a_chain(database, people):
    """Each row carries the hash of the one before, whoever decides; the head is the newest."""
    for _ in range(3):
        number = make_comment(database, receipt_hash=new_batch(), submission_key=new_batch())
        rule(database, number, Ruling(action=Action.APPROVE, note="好"), people["moderator"])
        rule(database, number, Ruling(action=Action.EDIT, text="改"), people["colleague"])
        rule(database, number, Ruling(action=Action.WITHDRAW), None)
    stored, right, head = chain_of(database)
    assert len(stored) == 9
    assert stored == right
    assert head == right[-1]


def test_decisions_at_the_same_moment_keep_the_chain(database, people):
    """Eight moderators at once, each with several messages: one chain, nothing lost."""
    numbers = [
        make_comment(database, receipt_hash=f"h{n}", submission_key=f"k{n}") for n in range(24)
    ]
    barrier, failures = threading.Barrier(8), []

    def moderator(share):
        barrier.wait()
        chosen = [(number, 1) for number in share]
        try:
            with database.writing() as session:
                by = session.merge(people["moderator"])
                ruling = Ruling(action=Action.SPAM)
                decide_each(session, chosen, ruling, by=by, now=NOW, undo=UNDO)
        except Exception as failure:
            failures.append(failure)

    shares = [numbers[start::8] for start in range(8)]
    threads = [threading.Thread(target=moderator, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    stored, right, head = chain_of(database)
    assert len(stored) == 24
    assert stored == right
    assert head == right[-1]


def test_several_are_decided_with_a_result_each(database, people):
    """What can be decided is, in one transaction; the others say why not."""
    waiting, changed, done = (
        make_comment(database, receipt_hash=f"h{n}", submission_key=f"k{n}", state=state)
        for n, state in enumerate((State.PENDING, State.PENDING, State.WITHDRAWN))
    )
    chosen = [(waiting, 1), (changed, 7), (done, 1), (999, 1)]
    ruling = Ruling(action=Action.APPROVE, batch=new_batch())
    with database.writing() as session:
        by = session.merge(people["moderator"])
        outcomes = decide_each(session, chosen, ruling, by=by, now=NOW, undo=UNDO)
    assert [type(outcome.problem) for outcome in outcomes] == [
        type(None), Conflict, NotAllowed, NotFound
    ]  # fmt: skip
    with database.reading() as session:
        states = {c.id: c.state for c in session.scalars(select(Comment))}
    assert states == {
        waiting: State.APPROVED, changed: State.PENDING, done: State.WITHDRAWN
    }  # fmt: skip


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REFUSE, Action.SPAM])
def test_several_are_taken_back(database, people, action):
    """Undo returns all of a batch to the queue but what was decided anew since."""
    numbers = [
        make_comment(database, receipt_hash=f"h{n}", submission_key=f"k{n}") for n in range(3)
    ]
    ruling = Ruling(action=action, reason="insult", batch=new_batch())
    with database.writing() as session:
        by = session.merge(people["moderator"])
        chosen = [(number, 1) for number in numbers]
        decide_each(session, chosen, ruling, by=by, now=NOW, undo=UNDO)
    rule(database, numbers[0], Ruling(action=Action.WITHDRAW), None)
    with database.writing() as session:
        by = session.merge(people["colleague"])
        outcomes = take_back(session, ruling.batch, by=by, now=NOW, undo=UNDO)
    assert [type(each.problem) for each in outcomes] == [Conflict, type(None), type(None)]
    with database.reading() as session:
        states = [session.get_one(Comment, number).state for number in numbers]
        dues = [session.get_one(Comment, number).publish_at for number in numbers[1:]]
    assert states == [State.WITHDRAWN, State.PENDING, State.PENDING]
    assert dues == [None, None]


def test_edit_is_taken_back(database, people):
    """Undoing an edit gives the words before it, by an edit of its own."""
    number = make_comment(database)
    rule(database, number, Ruling(action=Action.EDIT, text="一改"), people["moderator"])
    batch = new_batch()
    ruling = Ruling(action=Action.EDIT, text="二改", batch=batch)
    rule(database, number, ruling, people["moderator"])
    with database.writing() as session:
        by = session.merge(people["moderator"])
        take_back(session, batch, by=by, now=NOW, undo=UNDO)
    with database.reading() as session:
        assert session.get_one(Comment, number).words == "一改"


def test_appeals_are_read_by_somebody_else(database, people):
    """Who refused does not decide the appeal; a colleague does, and there is no second one."""
    number = make_comment(database)
    refusal = Ruling(action=Action.REFUSE, reason="offtopic", sentence="请写到留言板。")
    rule(database, number, refusal, people["moderator"])
    rule(database, number, Ruling(action=Action.APPEAL, text="说的就是这个专题"), None)
    for action in (Action.APPROVE, Action.REFUSE):
        with pytest.raises(NotAllowed, match="另一位编辑"):
            rule(database, number, Ruling(action=action, reason="insult"), people["moderator"])
    comment, _ = rule(database, number, refusal, people["colleague"])
    assert comment.state is State.REFUSED
    with pytest.raises(NotAllowed, match="已经申诉过"):
        rule(database, number, Ruling(action=Action.APPEAL), None)


def appealed(database, people):
    """Store a comment that the moderator refused and its visitor appeals; gives its number."""
    number = make_comment(database)
    refusal = Ruling(action=Action.REFUSE, reason="offtopic")
    rule(database, number, refusal, people["moderator"])
    rule(database, number, Ruling(action=Action.APPEAL, text="请再看看"), None)
    return number


def test_reading_again_cannot_be_got_round(database, people):
    """What a second reader decided is neither refused nor taken back by the first; undone, it is an
    appeal again, and the visitor has not lost it.
    """
    number = appealed(database, people)
    rule(database, number, Ruling(action=Action.APPROVE), people["colleague"])
    for action in (Action.REFUSE, Action.SPAM, Action.REOPEN):
        with pytest.raises(NotAllowed, match="另一位编辑"):
            rule(database, number, Ruling(action=action, reason="insult"), people["moderator"])
    comment, _ = rule(database, number, Ruling(action=Action.REOPEN), people["colleague"])
    assert comment.state is State.APPEALED
    with database.reading() as session:
        shown = session.get_one(Comment, number)
        assert set(open_actions(session, shown, people["moderator"])) == {Action.EDIT}
        assert Action.APPROVE in open_actions(session, shown, people["colleague"])


def test_editors_take_their_reply_back(database, people):
    """A reply of the editors that is undone is withdrawn; it does not wait to be moderated."""
    number = make_comment(database, by_account_id=people["moderator"].id)
    rule(database, number, Ruling(action=Action.APPROVE), people["moderator"])
    comment, _ = rule(database, number, Ruling(action=Action.REOPEN), people["moderator"])
    assert comment.state is State.WITHDRAWN


def test_first_edit_is_taken_back(database, people):
    """Undone, the text is as typed, and no edit is told of; the visitor may change it again."""
    number = make_comment(database)
    batch = new_batch()
    rule(database, number, Ruling(action=Action.EDIT, text="改", batch=batch), people["moderator"])
    with database.writing() as session:
        by = session.merge(people["moderator"])
        take_back(session, batch, by=by, now=NOW, undo=UNDO)
    with database.reading() as session:
        assert session.get_one(Comment, number).edited_text is None
    rule(database, number, Ruling(action=Action.REVISE, text="再写"), None)


def test_pins_have_an_end(database, people):
    """No more than a few messages of a thread are pinned; taking one down unpins it."""
    numbers = [
        make_comment(
            database, state=State.APPROVED, receipt_hash=f"h{n}", submission_key=f"k{n}",
            position=n + 1, wall_position=n + 1, html="",
        )
        for n in range(MOST_PINNED + 1)
    ]  # fmt: skip
    for number in numbers[:-1]:
        rule(database, number, Ruling(action=Action.PIN), people["chief"])
    with pytest.raises(NotAllowed, match="先取消一条"):
        rule(database, numbers[-1], Ruling(action=Action.PIN), people["chief"])
    comment, _ = rule(database, numbers[0], Ruling(action=Action.SPAM), people["moderator"])
    assert comment.pinned_at is None
    comment, _ = rule(database, numbers[-1], Ruling(action=Action.PIN), people["chief"])
    assert (comment.pinned_at, comment.publish_at) == (NOW, NOW)


def make_everything(database, people):
    """Store a published comment with all that can hang on one; gives its number."""
    number = make_comment(
        database, state=State.APPROVED, position=1, wall_position=1, html="<p>私事</p>", policy=1,
        author="某人", text="私事", email="a@b.org", address="1.2.3.*", email_confirmed_at=NOW,
        findings=[{"detail": "私事"}], text_digest="d", reported_at=NOW, appeal_text="私事",
    )  # fmt: skip
    rule(database, number, Ruling(action=Action.EDIT, text="改过的私事"), people["moderator"])
    hanging = {"comment_id": number}
    account = people["moderator"].id
    with database.writing() as session:
        session.add_all(
            [
                Note(account_id=account, text="私事", written_at=NOW, **hanging),
                Report(reason="insult", text="私事", address="1.2.3.*", reported_at=NOW, **hanging),
                WordHit(word="私事", **hanging),
                OutboxMessage(kind="confirm", due_at=NOW, created_at=NOW, **hanging),
                ActionLink(
                    token_hash="t", account_id=account, action=Action.APPROVE, seen_version=1,
                    expires_at=NOW, **hanging,
                ),
            ]
        )  # fmt: skip
    return number


def test_erasing_leaves_nothing(database, people):
    """Name, e-mail, address and every word are gone from all tables; number and decisions stay."""
    number = make_everything(database, people)
    comment, _ = rule(database, number, Ruling(action=Action.ERASE), None)
    assert (comment.author, comment.text, comment.address) == ("", "", "")
    kept = (comment.email, comment.edited_text, comment.html, comment.appeal_text)
    assert kept == (None, None, None, None)
    assert comment.publish_at == NOW
    with database.reading() as session:
        for table in (Revision, Note, WordHit, OutboxMessage, ActionLink):
            assert session.scalars(select(table)).all() == []
        (report,) = session.scalars(select(Report))
        assert (report.text, report.address, report.settled_at) == ("", "", NOW)
        assert session.scalars(select(Decision.comment_id)).all() == [number, number]
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert "私事" not in str(row)
    stored, right, _ = chain_of(database)
    assert stored == right


def test_revising_is_for_what_nobody_touched(database, people):
    """A visitor changes a pending text; once an editor changed it, no more."""
    number = make_comment(database)
    comment, decision = rule(database, number, Ruling(action=Action.REVISE, text="您好"), None)
    assert (comment.text, comment.state, decision.text_hash) == ("您好", State.PENDING, None)
    rule(database, number, Ruling(action=Action.EDIT, text="编辑改"), people["moderator"])
    with pytest.raises(NotAllowed, match="编辑正在修改"):
        rule(database, number, Ruling(action=Action.REVISE, text="再改"), None)
