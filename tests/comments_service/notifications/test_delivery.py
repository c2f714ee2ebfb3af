"""Delivery: what is told when, and what happens when it cannot be."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from comments_service.models import Action, Comment, OutboxMessage, State
from comments_service.notifications import delivery
from comments_service.notifications.delivery import deliver_due, wait_after
from comments_service.replies import reply
from tests.comments_service.notifications.conftest import leave_confirmed
from tests.comments_service.notifications.posting import (
    VISITOR,
    Mailbox,
    deliver,
    free_port,
    mail_config,
    mail_server,
    outbox_of,
    texts_of,
    waiting_of,
)

UNDO = timedelta(seconds=10)
DAY = timedelta(days=1)


def test_asks_for_confirmation_once(site, mailbox, config):
    """A message with an address brings one mail, which asks whether it is the visitor's."""
    number = site.post(email=VISITOR)
    assert deliver(site, config) == 1
    mail = mailbox.take()
    plain, html = texts_of(mail)
    assert mail["To"] == VISITOR
    assert f"第{number}号" in mail["Subject"]
    assert f"/messages/mail/{number}/" in plain
    assert f"/messages/mail/{number}/" in html
    assert deliver(site, config, DAY) == 0
    assert outbox_of(site) == []


def test_nothing_is_told_before_the_address_is_confirmed(site, mailbox, config):
    """Decisions about a message with an unconfirmed address bring no mail."""
    number = site.post(email=VISITOR)
    deliver(site, config)
    mailbox.take()
    site.decide(number, Action.APPROVE)
    site.publish()
    assert deliver(site, config) == 0
    assert (mailbox.mails, outbox_of(site)) == ([], [])


def test_approval_is_told_when_it_is_live(site, mailbox, config, confirmed):
    """The mail waits for the undo window and for the publisher, and leads to the message."""
    site.decide(confirmed, Action.APPROVE, undo=UNDO)
    assert deliver(site, config) == 0
    assert deliver(site, config, UNDO) == 0
    assert outbox_of(site) == ["decision"]
    site.now += UNDO
    site.publish()
    site.tick()
    assert deliver(site, config) == 1
    plain, html = texts_of(mailbox.take())
    link = f"/stories/first/#m-{confirmed}"
    assert link in plain
    assert link in html
    assert "已经公开" in plain


def test_refusal_is_told_with_reason_and_way_to_appeal(site, mailbox, config, confirmed):
    """The mail gives the reason and the moderator's sentence, never the receipt's address."""
    site.decide(confirmed, Action.REFUSE, sentence="请<b>换</b>个说法", undo=UNDO)
    assert deliver(site, config) == 0
    assert deliver(site, config, UNDO) == 1
    plain, html = texts_of(mailbox.take())
    assert "与本专题无关" in plain
    assert "请<b>换</b>个说法" in plain
    assert "请&lt;b&gt;换&lt;/b&gt;个说法" in html
    assert "申诉" in plain
    assert site.receipts[-1].token not in plain + html
    assert "/messages/receipt/" not in plain + html


def test_second_reading_is_told_without_another_appeal(site, mailbox, config, confirmed):
    """Who appealed is told the second decision, and is offered no third."""
    site.decide(confirmed, Action.REFUSE)
    with site.database.writing() as session:
        comment = session.get_one(Comment, confirmed)
        comment.appealed_at = site.now
    deliver(site, config)
    plain, _ = texts_of(mailbox.take())
    assert "已由另一位编辑复核" in plain
    assert "可以申诉一次" not in plain


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REFUSE])
def test_what_was_undone_is_not_told(site, mailbox, config, confirmed, action):
    """A decision taken back within the undo window brings no mail, then or later."""
    site.decide(confirmed, action, undo=UNDO)
    site.now -= timedelta(seconds=55)
    site.decide(confirmed, Action.REOPEN)
    site.publish()
    assert deliver(site, config, DAY) == 0
    assert mailbox.mails == []


def test_spam_and_withdrawal_are_not_told(site, mailbox, config):
    """A visitor is not told that his message was taken for spam, nor what he did himself."""
    for action in (Action.SPAM, Action.WITHDRAW):
        site.decide(leave_confirmed(site), action)
    assert deliver(site, config, DAY) == 0


def test_reply_is_told_to_whom_it_answers(site, mailbox, config):
    """When an answer is live, the one who was answered is told; not for his own answers."""
    parent = leave_confirmed(site)
    site.decide(parent, Action.APPROVE)
    site.publish()
    deliver(site, config)
    mailbox.take()
    answer = site.post(reply_to=parent, author="邻\u202e居")
    own = leave_confirmed(site, reply_to=parent)
    for number in (answer, own):
        site.decide(number, Action.APPROVE)
    site.publish()
    deliver(site, config, DAY)
    told = {mail["Subject"].partition("（")[0]: mail for mail in mailbox.mails}
    assert len(mailbox.mails) == 2
    plain, _ = texts_of(told["有人回复了您的留言"])
    assert "邻居回复了您" in plain
    assert f"#m-{answer}" in plain
    assert f"第{parent}号" in plain


def test_editors_reply_is_told(site, mailbox, config, confirmed):
    """The editors' answer is told like anybody's."""
    site.decide(confirmed, Action.APPROVE)
    with site.database.writing() as session:
        by = session.merge(site.moderator)
        times = {"now": site.tick(), "undo": timedelta()}
        reply(session, confirmed, "谢谢", name="编辑部", by=by, **times)
    site.publish()
    assert deliver(site, config) == 2
    assert "编辑部回复了您" in "".join(texts_of(mail)[0] for mail in mailbox.mails)


@pytest.mark.parametrize("deed", ["parent withdrawn", "answer withdrawn", "unsubscribed"])
def test_reply_that_holds_no_more_is_not_told(site, mailbox, config, confirmed, deed):
    """Between decision and delivery much can happen; then nothing is told."""
    site.decide(confirmed, Action.APPROVE)
    site.publish()
    deliver(site, config)
    mailbox.take()
    answer = site.post_approved(reply_to=confirmed)
    site.publish()
    if deed == "unsubscribed":
        with site.database.writing() as session:
            session.execute(update(Comment).where(Comment.id == confirmed).values(email=None))
    else:
        number = confirmed if deed == "parent withdrawn" else answer
        site.decide(number, Action.WITHDRAW)
        site.publish()
    assert deliver(site, config, DAY) == 0
    assert outbox_of(site) == []


def test_no_notice_is_written_for_who_left_no_address(site):
    """Decisions about messages without an address leave the outbox empty, answers too."""
    parent = site.post_approved()
    site.publish()
    site.post_approved(reply_to=parent)
    assert outbox_of(site) == []


def test_without_a_mail_server_nothing_is_sent(site, mailbox, confirmed):
    """What was written down while there was one is dropped."""
    site.decide(confirmed, Action.REFUSE)
    assert deliver(site, mail_config(site, None), DAY) == 0
    assert (mailbox.mails, outbox_of(site)) == ([], [])


def test_at_most_three_confirmations_for_one_address(site, mailbox, config, caplog):
    """Whoever writes a stranger's address into many forms sends him three mails a day."""
    tricks = ("a@example.org", "A@Example.org", "a+1@example.org", "a+2@example.org")
    for index, email in enumerate((*tricks, "b@example.org")):
        site.post(email=email, text=f"第{index}条")
    assert deliver(site, config) == 4
    assert [to for _, (to,), _ in mailbox.envelopes][3] == "b@example.org"
    assert "too many for one address" in caplog.text
    assert "example.org" not in caplog.text
    site.now += DAY + timedelta(hours=1)
    site.post(email="a@example.org", text="第二天")
    assert deliver(site, config) == 1


def test_mail_server_down_then_up(site, caplog):
    """Mails wait as long as the server is down, uncounted, and arrive afterwards."""
    mailbox = Mailbox(free_port())
    config = mail_config(site, mailbox)
    for index in range(3):
        site.post(email=f"a{index}@example.org", text=f"第{index}条")
    for hour in range(20):
        assert deliver(site, config, timedelta(hours=hour)) == 0
    assert caplog.text.count("the mail server is down") == 20
    assert [notice.attempts for notice in waiting_of(site)] == [0, 0, 0]
    with mail_server(mailbox):
        assert deliver(site, config, timedelta(hours=20)) == 3
    assert outbox_of(site) == []


def test_refused_mail_is_tried_again_and_given_up(site, mailbox, config, caplog):
    """A mail that the server does not take is tried ever less often, eight times; others pass."""
    caplog.set_level(logging.WARNING)
    site.post(email=VISITOR)
    mailbox.refusal = "451 later"
    tried = 0
    later = timedelta()
    while notices := waiting_of(site):
        later = max(later, notices[0].due_at - site.now)
        assert deliver(site, config, later) == 0
        tried += 1
    assert tried == delivery.MOST_ATTEMPTS
    assert "given up" in caplog.text
    assert VISITOR not in caplog.text
    mailbox.refusal = ""
    site.post(email=VISITOR)
    assert deliver(site, config) == 1


def test_waits_grow_up_to_six_hours():
    """From a minute to six hours."""
    waits = [wait_after(attempts) for attempts in range(1, 9)]
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)


def test_impossible_address_is_given_up_at_once(site, mailbox, config):
    """An address that no mail server could take holds nobody up."""
    leave_confirmed(site, email="a\r\nBcc: b@example.org")
    site.decide(1, Action.REFUSE)
    site.post(email=VISITOR, text="后一条")
    assert deliver(site, config) == 1
    assert [to for _, to, _ in mailbox.envelopes] == [[VISITOR]]
    assert outbox_of(site) == []


def test_crash_between_claim_and_sending(site, mailbox, config):
    """A notice whose notifier died is delivered when its lease is over."""
    site.post(email=VISITOR)
    assert delivery._claim(site.database, site.now) is not None
    assert deliver(site, config) == 0
    assert deliver(site, config, delivery.LEASE) == 1


def test_two_notifiers_deliver_once(site, mailbox, config):
    """Several notifiers at once send every mail one time."""
    for index in range(12):
        site.post(email=f"a{index}@example.org", text=f"第{index}条")
    start = threading.Barrier(4)
    totals = []

    def notify():
        start.wait()
        delivered = 0
        for _ in range(5):
            delivered += deliver_due(site.database, config, lambda: site.directory, site.now)
        totals.append(delivered)

    threads = [threading.Thread(target=notify) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(totals) == 12
    assert sorted(to for _, (to,), _ in mailbox.envelopes) == sorted(
        f"a{index}@example.org" for index in range(12)
    )


def test_no_transaction_is_open_while_a_mail_is_sent(site, mailbox, config, monkeypatch):
    """A slow mail server keeps no visitor waiting."""
    site.post(email=VISITOR)
    taken = []

    async def slow(server, session, envelope):
        taken.append(await_post())
        return "250 OK"

    def await_post():
        return site.post(text="同时写的一条")

    monkeypatch.setattr(mailbox, "handle_DATA", slow)
    assert deliver(site, config) == 1
    assert site.comment(taken[0]).state is State.PENDING


def test_unknown_kind_is_dropped(site, mailbox, config):
    """A notice that an older or newer version wrote does not stay for ever."""
    with site.database.writing() as session:
        session.add(OutboxMessage(kind="older", due_at=site.now, created_at=site.now))
    assert deliver(site, config) == 0
    with site.database.reading() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
