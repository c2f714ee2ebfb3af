"""The digest: when something came, once an interval, whatever the number."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from comments_service.models import Action, ActionLink, Comment, OutboxMessage, Role, State
from comments_service.notifications.digest import SETTLING, announce_due
from comments_service.reports import report_problem
from tests.comments_service.notifications.posting import (
    deliver,
    mail_config,
    make_reader,
    outbox_of,
    texts_of,
    waiting_of,
    web_hook,
)

INTERVAL = timedelta(minutes=15)
NOTIFIED = {"notify_urls": "json://127.0.0.1:9/"}


@pytest.fixture
def config(site):
    """Give settings with a place where moderators look."""
    return mail_config(site, None, **NOTIFIED)


def announce(site, config, later=timedelta()):
    """Look whether a digest is due, after messages have settled."""
    return announce_due(site.database, config, site.now + SETTLING + later)


def flood(site, count, state):
    """Store many messages at once."""
    with site.database.writing() as session:
        session.add_all(
            Comment(
                thread="first",
                author="",
                text=f"第{index}条",
                address="",
                submitted_at=site.tick(),
                receipt_hash=f"{state}-{site.now.timestamp()}",
                state=state,
            )
            for index in range(count)
        )


def test_nothing_waits(site, config):
    """An empty queue is announced to nobody."""
    assert not announce(site, config)
    assert outbox_of(site) == []


def test_one_digest_per_interval(site, config):
    """Ten messages are one digest; the next comes after the interval, if something came."""
    for index in range(10):
        site.post(text=f"第{index}条")
    assert announce(site, config)
    assert outbox_of(site) == ["digest"]
    assert not announce(site, config)
    assert not announce(site, config, INTERVAL)
    site.post(text="又一条")
    assert not announce(site, config, timedelta(minutes=2))
    assert announce(site, config, INTERVAL)
    assert not announce(site, config, INTERVAL * 10)


def test_five_hundred_spam_bring_no_digest(site, config):
    """Spam is not announced; what waits beside it is, once, however much spam arrives."""
    flood(site, 500, State.SPAM)
    assert not announce(site, config)
    site.post()
    assert announce(site, config)
    told = 1
    for _ in range(10):
        flood(site, 50, State.SPAM)
        told += announce(site, config, INTERVAL)
    assert told == 1


def test_five_hundred_messages_bring_one_digest_an_interval(site, config):
    """A flood of messages that wait is announced at most once an interval."""
    start, told = site.now, 0
    for _ in range(50):
        flood(site, 10, State.PENDING)
        told += announce(site, config)
    assert 1 < told <= (site.now - start) / INTERVAL + 1


def test_message_that_is_stored_late_is_not_passed_over(site, config):
    """What an external check held up for some seconds is announced later, if not now."""
    site.post()
    assert announce(site, config)
    with site.database.writing() as session:
        session.get_one(Comment, 1).submitted_at = site.now + timedelta(seconds=1)
    assert announce(site, config, INTERVAL)


@pytest.mark.parametrize("deed", ["report", "appeal"])
def test_reports_and_appeals_are_announced(site, config, deed):
    """Both are news, even when no message waits."""
    number = site.post_approved()
    site.publish()
    site.tick()
    with site.database.writing() as session:
        comment = session.get_one(Comment, number)
        if deed == "report":
            report_problem(session, comment, text="错了", address="14.152.94.23", now=site.now)
        else:
            comment.state, comment.appealed_at = State.APPEALED, site.now
    assert announce(site, config)


def test_nobody_to_tell(site, mailbox):
    """Without a destination and without readers nothing is written down; later it still is news."""
    site.post()
    make_reader(site, "停用", is_disabled=True)
    assert not announce(site, mail_config(site, mailbox))
    make_reader(site)
    assert not announce(site, mail_config(site, None))
    assert announce(site, mail_config(site, mailbox))


def test_only_who_may_decide_gets_mail(site, mailbox):
    """Disabled accounts and those without an address get none."""
    site.post()
    make_reader(site, "没有邮箱", email=None)
    make_reader(site, "停用", is_disabled=True)
    reader = make_reader(site, "主编", role=Role.CHIEF)
    assert announce(site, mail_config(site, mailbox, **NOTIFIED))
    assert [notice.account_id for notice in waiting_of(site)] == [None, reader.id]


def test_digests_do_not_pile_up(site, mailbox):
    """While a digest waits for the mail server, the same reader gets no second one."""
    make_reader(site)
    config = mail_config(site, mailbox)
    for _ in range(3):
        site.post(text=f"{site.now}")
        site.now += INTERVAL * 2
        assert announce(site, config)
    assert outbox_of(site) == ["digest"]


def test_processes_write_one(site, config):
    """Of several that look at the same moment, one writes the digest, also the very first."""
    for _ in range(3):
        site.post(text=f"{site.now}")
        site.now += INTERVAL * 2
        start, told = threading.Barrier(4), []

        def look(start=start, told=told):
            start.wait()
            told.append(announce(site, config))

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == [False, False, False, True]
        with site.database.writing() as session:
            (notice,) = session.scalars(select(OutboxMessage)).all()
            session.delete(notice)


def test_what_the_place_of_all_is_told(site):
    """Numbers and the desk's address; never a message's words or name."""
    site.post(author="机密的名字", text="机密的话")
    with web_hook() as (url, told):
        config = mail_config(site, None, notify_urls=url)
        assert announce(site, config)
        assert deliver(site, config, SETTLING) == 1
    (words,) = told
    assert words["title"] == "1条留言等候审核"
    assert "待审核1条，最早的是2026年3月1日 12:31收到的；举报0条，申诉0条。" in words["message"]
    assert words["message"].endswith("http://127.0.0.1:8000/desk/")
    assert "机密" not in str(words)


def test_digest_that_came_too_late_is_dropped(site, config):
    """When all was done meanwhile, nobody is told."""
    site.post()
    announce(site, config)
    site.decide(1, Action.SPAM)
    assert deliver(site, config, SETTLING) == 0
    assert outbox_of(site) == []


def test_a_readers_mail(site, mailbox):
    """The ten oldest with a short excerpt and links; bound to account and version, for 72 hours."""
    reader = make_reader(site)
    for index in range(12):
        site.post(text=f"第{index}条\u202e" + "长" * 100, author="<b>")
    config = mail_config(site, mailbox)
    announce(site, config)
    assert deliver(site, config, SETTLING) == 1
    plain, html = texts_of(mailbox.take())
    assert "待审核12条" in plain
    assert "第0条" in plain
    assert "第10条" not in plain
    assert "长" * 77 not in plain
    assert "\u202e" not in plain + html
    assert "&lt;b&gt;" in html
    assert plain.count("/desk/mail/") == 21
    with site.database.reading() as session:
        links = session.scalars(select(ActionLink)).all()
        assert session.scalar(select(func.count()).select_from(ActionLink)) == 20
    assert {link.account_id for link in links} == {reader.id}
    assert {link.action for link in links} == {Action.APPROVE, Action.SPAM}
    assert {link.expires_at - site.now for link in links} == {SETTLING + timedelta(hours=72)}
    assert all(link.token_hash not in plain for link in links)
