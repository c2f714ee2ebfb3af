"""A visitor's form becomes a pending comment, once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from comments_service.errors import Refused
from comments_service.models import Account, Action, Comment, State
from comments_service.moderation import Ruling, decide
from comments_service.screening import Submission
from comments_service.submission import find_receipt, mask_address, submit
from tests.living_site import SECRET, make_submission

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


@pytest.fixture
def send(database, directory):
    """Give a function that submits and gives the receipt."""

    def send(submission: Submission | None = None, now=NOW, **changes):
        submission = submission or make_submission(**changes)
        return submit(database, directory, submission, secret=SECRET, now=now)

    return send


def stored(database):
    """Count the comments."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Comment))


def test_submission_is_stored_as_typed_and_waits(send, database):
    """The text is kept as typed; of the address only the mask; nothing is public."""
    receipt = send(text="  <b>你好</b>\n*第二行*", email="a@b.cn", author="路人")
    with database.reading() as session:
        comment = session.get_one(Comment, receipt.number)
    assert comment.state is State.PENDING
    assert comment.text == "  <b>你好</b>\n*第二行*"
    assert comment.address == "14.152.94.*"
    assert (comment.html, comment.position, comment.publish_at) == (None, None, None)
    assert comment.submitted_at == NOW


@pytest.mark.parametrize(
    ("changes", "later"),
    [
        pytest.param({}, timedelta(minutes=50), id="from a baked page, within the hour"),
        pytest.param({"nonce": "n1"}, timedelta(days=5), id="with a nonce, days later"),
    ],
)
def test_sent_twice_is_stored_once(send, database, changes, later):
    """The same submission sent again gives the same receipt and one row."""
    first = send(**changes)
    assert send(now=NOW + later, **changes) == first
    assert stored(database) == 1


def test_same_words_from_the_same_place_another_time(send, database):
    """Known by the address alone, a sending after an hour, or after a decision, is a new one.

    Else somebody in the same network who types published words would get their writer's receipt.
    """
    first = send()
    second = send(now=NOW + timedelta(hours=2))
    assert first.token != second.token
    with database.writing() as session:
        moderator = Account(name="值班", password_hash="")
        session.add(moderator)
        ruling = Ruling(action=Action.APPROVE)
        decide(session, second.number, ruling, by=moderator, now=NOW, undo=timedelta())
    third = send(now=NOW + timedelta(hours=2))
    assert third.token not in {first.token, second.token}
    assert stored(database) == 3


def test_sent_again_after_the_story_closed(database, directory, send):
    """A retry gets its receipt even when the story was closed in between."""
    first = send(thread="until", nonce="n1")
    assert send(thread="until", nonce="n1", now=NOW + timedelta(days=3)) == first


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"text": "另一句话"}, id="other words"),
        pytest.param({"author": "别人"}, id="other name"),
        pytest.param({"thread": "board"}, id="other thread"),
        pytest.param({"address": "14.152.94.24"}, id="other address"),
        pytest.param({"user_agent": "another browser"}, id="other browser"),
        pytest.param({"nonce": "n2"}, id="form opened anew"),
    ],
)
def test_different_submissions_are_both_stored(send, database, changes):
    """Two people with the same words, or one with other words, are two messages."""
    assert send().token != send(**changes).token
    assert stored(database) == 2


def test_sent_at_the_same_moment_is_stored_once(send, database):
    """Eight equal submissions at once give eight equal receipts and one row."""
    receipts, barrier = [], threading.Barrier(8)

    def visitor():
        barrier.wait()
        receipts.append(send(nonce="pressed eight times"))

    threads = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 8
    assert len(set(receipts)) == 1
    assert stored(database) == 1


def test_withdrawn_message_can_be_sent_again(send, database):
    """After a withdrawal the same words make a new message with a receipt of its own."""
    first = send()
    with database.writing() as session:
        ruling = Ruling(action=Action.WITHDRAW)
        decide(session, first.number, ruling, by=None, now=NOW, undo=timedelta())
    second = send()
    assert second.number != first.number
    assert second.token != first.token


def test_receipt_is_found_by_its_token_only(send, database):
    """The token is not stored; a wrong one finds nothing."""
    receipt = send()
    with database.reading() as session:
        found = find_receipt(session, receipt.token)
        assert found is not None
        assert found.id == receipt.number
        assert receipt.token not in str(vars(found))
        assert find_receipt(session, receipt.token + "x") is None
        assert find_receipt(session, "") is None
        assert find_receipt(session, "\udcff") is None


@pytest.mark.parametrize(
    ("thread", "words"),
    [
        pytest.param("nowhere", "没有找到", id="unknown"),
        pytest.param("", "没有找到", id="empty"),
        pytest.param("../first", "没有找到", id="path"),
        pytest.param("shut", "已经关闭", id="closed"),
        pytest.param("until", "已经关闭", id="after its last day"),
    ],
)
def test_unknown_or_closed_story_is_refused(send, database, thread, words):
    """A message for a story that takes none is refused with a sentence, and nothing is stored."""
    with pytest.raises(Refused, match=words):
        send(thread=thread, now=NOW + timedelta(days=1))
    assert stored(database) == 0


def test_last_day_ends_at_midnight_of_the_site(send):
    """On its last day a story takes messages until midnight where the site is."""
    midnight = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # 24:00 in Shenzhen
    send(thread="until", now=midnight - timedelta(seconds=1))
    with pytest.raises(Refused):
        send(thread="until", now=midnight, text="晚了一步")


def test_only_published_messages_of_the_thread_can_be_answered(send, database):
    """An answer to a pending, foreign or unknown message is refused with a sentence."""
    parent = send().number
    for changes in ({"reply_to": parent}, {"reply_to": 999}, {"reply_to": 0}):
        with pytest.raises(Refused, match="您要回复的留言已经撤下"):
            send(text="回复", **changes)
    with database.writing() as session:
        comment = session.get_one(Comment, parent)
        comment.state, comment.position = State.APPROVED, 1
        comment.hidden_until = NOW + timedelta(seconds=10)
    with pytest.raises(Refused):
        send(text="还在撤销时间里", reply_to=parent)
    with database.writing() as session:
        session.get_one(Comment, parent).hidden_until = NOW
    with pytest.raises(Refused):
        send(text="回复", thread="board", reply_to=parent)
    reply = send(text="回复", reply_to=parent)
    with database.reading() as session:
        assert session.get_one(Comment, reply.number).reply_to_id == parent


def test_trapped_robot_goes_to_spam_and_sees_a_receipt(send, database):
    """A filled trap puts the message where people can still see it."""
    receipt = send(trap="http://spam")
    with database.reading() as session:
        comment = session.get_one(Comment, receipt.number)
    assert comment.state is State.SPAM
    assert [finding["rule"] for finding in comment.findings] == ["honeypot"]


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        pytest.param("14.152.94.23", "14.152.94.*", id="IPv4"),
        pytest.param("2408:8256:00d1::5", "2408:8256:d1:*", id="IPv6"),
        pytest.param("::1", "0:0:0:*", id="loopback"),
        pytest.param("::ffff:14.152.94.23", "14.152.94.*", id="IPv4 within IPv6"),
        pytest.param("fe80::1%eth0", "fe80:0:0:*", id="with a zone"),
        pytest.param("2002:0e98:5e17::1", "14.152.94.*", id="IPv4 within 6to4"),
        pytest.param("", "", id="none"),
        pytest.param("unix:", "", id="no address"),
        pytest.param("14.152.94.23, 1.2.3.4", "", id="a list"),
    ],
)
def test_address_is_masked(address, masked):
    """Of IPv4 three numbers are kept, of IPv6 three groups, of anything else nothing."""
    assert mask_address(address) == masked
