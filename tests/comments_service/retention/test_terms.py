"""Each kind of data goes when its term is over, and not before; decisions stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from comments_service.app import create_app
from comments_service.errors import NotAllowed
from comments_service.models import (
    Account,
    Action,
    ActionLink,
    Comment,
    Decision,
    Invitation,
    LastTime,
    Login,
    LoginThrottle,
    Note,
    Opened,
    OutboxMessage,
    Report,
    Role,
    SealedAddress,
    State,
    UsedProof,
)
from comments_service.moderation import open_actions
from comments_service.reports import report_message
from comments_service.retention import forgetting
from comments_service.retention.forgetting import forget_overdue
from comments_service.retention.terms import TERMS
from comments_service.verification import verify
from tests.living_site import make_config

SECOND = timedelta(seconds=1)


def forget(site, *, days, config=None):
    """Do the night's work at *days* after now; gives what was forgotten, without zeros."""
    moment = site.now + days * timedelta(days=1)
    done = forget_overdue(site.database, config or site.config, moment)
    return {what: count for what, count in done.items() if count}


@pytest.mark.parametrize(
    ("action", "days", "kind"),
    [
        pytest.param(
            Action.REFUSE, 180, "text, name and all else of refused messages", id="refused"
        ),
        pytest.param(Action.SPAM, 30, "the same of spam", id="spam"),
        pytest.param(Action.WITHDRAW, 30, "the same of withdrawn messages", id="withdrawn"),
    ],
)
def test_words_that_nobody_publishes_go(site, action, days, kind):
    """A message that is not published loses its words when its term is over, and keeps its number,
    its decisions and their chain; nothing else does.
    """
    others = [site.post_approved(text="公开的话"), site.post(text="等着的话")]
    number = site.post(text="不公开的话", author="某人")
    with site.database.writing() as session:
        session.add(Note(comment_id=number, account_id=1, text="备注", written_at=site.now))
    site.decide(number, Action.EDIT, text="改过的话")
    decided = site.decide(number, action)
    site.publish()
    before = days - 2 * SECOND / timedelta(days=1)
    assert kind not in forget(site, days=before)
    assert site.comment(number).text == "不公开的话"
    assert forget(site, days=days)[kind] == 1
    assert kind not in forget(site, days=days + 1)
    comment = site.comment(number)
    assert (comment.state, comment.author, comment.text) == (decided.to_state, "", "")
    assert (comment.edited_text, comment.address, comment.findings) == (None, "", [])
    assert [site.comment(other).text for other in others] == ["公开的话", "等着的话"]
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 0
        found = verify(session)
    assert (found.count, found.problem) == (3, None)


def test_an_emptied_message_is_never_published(site, client):
    """Nobody approves, reopens or appeals what has no words; the receipt says why."""
    number = site.post()
    site.decide(number, Action.REFUSE)
    seen = site.comment(number).version
    forget(site, days=181)
    for action in (Action.APPROVE, Action.REOPEN, Action.APPEAL):
        with pytest.raises(NotAllowed, match="已经到期清除"):
            site.decide(number, action, text="请再看一遍")
    assert site.comment(number).version > seen
    with site.database.reading() as session:
        moderator = session.get_one(Account, site.moderator.id)
        assert open_actions(session, session.get_one(Comment, number), moderator) == []
    page = client.get(f"/messages/receipt/{site.receipts[0].token}").text
    assert "保存期限已到" in page
    assert "申诉</a>" not in page
    assert site.decide(number, Action.ERASE).to_state is State.ERASED


def test_an_open_appeal_keeps_its_words(site):
    """What is to be read a second time is kept until that is done."""
    number = site.post()
    site.decide(number, Action.REFUSE)
    site.decide(number, Action.APPEAL, text="请再看一遍")
    assert "text, name and all else of refused messages" not in forget(site, days=400)
    assert site.comment(number).text == "你好，志愿者。"


def test_emails_go(site):
    """An address is kept 90 days after the decision, one that nobody confirmed 30 days; that of a
    message that waits, and was confirmed, stays.
    """
    decided, waiting, unconfirmed = (
        site.post(text=f"第{n}句话", email=f"{n}@example.org") for n in "123"
    )
    with site.database.writing() as session:
        confirmed = Comment.id.in_([decided, waiting])
        session.execute(update(Comment).where(confirmed).values(email_confirmed_at=site.now))
    site.decide(decided, Action.APPROVE)
    assert forget(site, days=29.9).keys() & {"e-mail addresses that nobody confirmed"} == set()
    assert forget(site, days=31)["e-mail addresses that nobody confirmed"] == 1
    assert "e-mail addresses of decided messages" not in forget(site, days=89)
    assert forget(site, days=90)["e-mail addresses of decided messages"] == 1
    emails = [site.comment(number).email for number in (decided, waiting, unconfirmed)]
    assert emails == [None, "2@example.org", None]
    assert site.comment(decided).email_confirmed_at is None


def test_masked_addresses_and_digests_go(site):
    """The digest that holds an address is kept a day; the masked address of what is not published
    180 days; that of a published message stands on the site.
    """
    waiting = site.post(nonce="", user_agent="Firefox")
    published = site.post_approved(text="公开的话")
    site.publish()
    site.decide(site.post(text="再一句话", nonce="kept"), Action.APPROVE)
    what = "digests of sendings that hold address and browser"
    assert site.comment(waiting).submission_key.startswith("a")
    assert what not in forget(site, days=0.99)
    assert forget(site, days=1.01)[what] == 1
    assert site.comment(waiting).submission_key is None
    assert site.comment(3).submission_key.startswith("n")
    forget(site, days=180)
    addresses = [site.comment(number).address for number in (waiting, published)]
    assert addresses == ["", "14.152.94.*"]


def test_reports_go(site):
    """A report loses its address after 30 days and its words 180 days after it was settled; that
    there was one stays.
    """
    number = site.post_approved()
    site.publish()
    with site.database.writing() as session:
        values = {"reason": "insult", "text": "骂人", "address": "14.152.94.23"}
        report_message(session, number, now=site.now, **values)
    assert forget(site, days=31)["masked addresses of reports"] == 1
    assert "words of reports" not in forget(site, days=400)
    site.decide(number, Action.SETTLE)
    assert "words of reports" not in forget(site, days=179)
    assert forget(site, days=180)["words of reports"] == 1
    with site.database.reading() as session:
        report = session.scalars(select(Report)).one()
        assert (report.reason, report.text, report.address) == ("insult", "", "")


ROWS = {
    Login: lambda at: Login(account_id=1, token_hash="a", opened_at=at, seen_at=at),
    OutboxMessage: lambda at: OutboxMessage(kind="digest", due_at=at, created_at=at),
    ActionLink: lambda at: ActionLink(
        token_hash="a", account_id=1, comment_id=1, action=Action.APPROVE, seen_version=1,
        expires_at=at,
    ),
    Invitation: lambda at: Invitation(token_hash="a", role=Role.CHIEF, expires_at=at),
    LoginThrottle: lambda at: LoginThrottle(key="a", retry_at=at),
    LastTime: lambda at: LastTime(name="mail:a:1", at=at),
    Opened: lambda at: Opened(comment_id=1, account_id=1, opened_at=at),
    UsedProof: lambda at: UsedProof(digest="a", expires_at=at),
}  # fmt: skip
DAYS = {Login: 7, OutboxMessage: 7, ActionLink: 7, Invitation: 7}


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__tablename__)
def test_rows_go(site, model):
    """Rows that are needed for a while are there until their term is over, and then gone."""
    site.post()
    with site.database.writing() as session:
        session.add(ROWS[model](site.now))
        session.add(LastTime(name="digest", at=site.now))
    count = select(func.count()).select_from(model)
    days = DAYS.get(model, 1)
    forget(site, days=days - 0.01)
    with site.database.reading() as session:
        before = session.scalar(count)
    forget(site, days=days)
    with site.database.reading() as session:
        assert before - session.scalar(count) == 1
        assert session.get(LastTime, "digest") is not None


def test_sealed_addresses_go_by_the_setting(site):
    """Full addresses are kept as many days as the setting says, and not at all once it says 0."""
    number = site.post()
    with site.database.writing() as session:
        session.add(SealedAddress(comment_id=number, sealed="x", stored_at=site.now))
    config = make_config(site.root, site.database_url, address_log_days=180)
    assert "sealed full addresses" not in forget(site, days=179, config=config)
    assert forget(site, days=180, config=config)["sealed full addresses"] == 1
    with site.database.writing() as session:
        session.add(SealedAddress(comment_id=number, sealed="x", stored_at=site.now))
    assert forget(site, days=0.01)["sealed full addresses"] == 1


def test_many_go_in_small_transactions(sqlite_site, monkeypatch):
    """However many are due, no transaction holds more than a batch, and all go."""
    monkeypatch.setattr(forgetting, "BATCH", 3)
    monkeypatch.setattr(forgetting, "ROUND", 5)
    for n in range(12):
        sqlite_site.decide(sqlite_site.post(text=f"第{n}句话"), Action.SPAM)
    pauses: list[int] = []
    moment = sqlite_site.now + timedelta(days=31)
    done = forget_overdue(
        sqlite_site.database, sqlite_site.config, moment, pause=lambda: pauses.append(1)
    )
    assert done["the same of spam"] == 12
    assert len(pauses) == 5
    with sqlite_site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Comment.text != "")) == 0
        assert session.scalar(select(func.count()).select_from(Decision)) == 12


def test_the_site_and_the_figures_stay(site):
    """What is published and what is told of it does not change when words go."""
    shown, gone = site.post_approved(text="公开的话"), site.post_approved(text="撤下的话")
    site.publish()
    site.decide(gone, Action.REFUSE)
    site.publish()
    before = site.tree()
    forget(site, days=400)
    site.now += timedelta(minutes=1)
    site.publish()
    assert site.tree() == before
    assert site.clean_build(site.root / "anew") == before
    assert site.comment(shown).text == "公开的话"


def test_by_a_command(site):
    """An operator can let it be done at once."""
    with site.database.writing() as session:
        session.add(UsedProof(digest="a", expires_at=site.now))
    app = create_app(make_config(site.root, site.database_url))
    told = app.test_cli_runner().invoke(args=["comments", "forget"])
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "0 messages that visitors took back since are taken back again.",
        "       1  digests of proofs of work",
        "1 rows past their term are forgotten.",
    ]
    app.extensions["parts"].database.engine.dispose()


def test_each_kind_has_one_term():
    """No kind stands in the table twice."""
    names = [term.what for term in TERMS]
    assert len(names) == len(set(names))
