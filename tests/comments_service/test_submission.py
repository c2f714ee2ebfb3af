"""A visitor's form becomes a pending comment, once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pyrage.x25519 import Identity
from sqlalchemy import event, func, select

from comments_service.address_log import read_addresses
from comments_service.errors import AnswerGone, Refused, ThreadShut, TooMany
from comments_service.limits import Limits
from comments_service.models import (
    Account,
    Action,
    Comment,
    ListedWord,
    OutboxMessage,
    SealedAddress,
    State,
    Strength,
    WordHit,
)
from comments_service.moderation import Ruling, decide
from comments_service.proofs import make_challenge
from comments_service.screening import touch_word_lists
from comments_service.submission import Terms, find_receipt, open_thread, rescreen, submit
from tests.comments_service.test_proofs import answer_to
from tests.living_site import SECRET, make_submission

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


@pytest.fixture
def send(database, directory):
    """Give a function that submits and gives the receipt."""

    def send(now=NOW, terms=None, proof="", **changes):
        submission = make_submission(**changes)
        return submit(
            database, directory, submission, secret=SECRET, now=now, terms=terms, proof=proof
        )

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


LIMITS = Limits(proof_after=2, hold_after=4, refuse_after=6)


def findings(database, number):
    """Give the rules that spoke up about a comment."""
    with database.reading() as session:
        return [finding["rule"] for finding in session.get_one(Comment, number).findings]


def test_limits_grow_with_the_count_and_wear_off(send, database):
    """First nothing, then proof is asked for, then it is held, then one waits; ten minutes later
    all is as before.
    """
    terms = Terms(limits=LIMITS)
    found = []
    for count in range(6):
        moment = NOW + timedelta(seconds=count)
        receipt = send(text=f"第{count}条，说的是各不相同的事{count}", now=moment, terms=terms)
        with database.reading() as session:
            stored_findings = session.get_one(Comment, receipt.number).findings
        rules = {finding["rule"]: finding["verdict"] for finding in stored_findings}
        found.append(("proof" in rules, rules.get("many") == "hold"))
    free, proof, hold = (False, False), (True, False), (True, True)
    assert found == [free, free, proof, proof, hold, hold]
    with pytest.raises(TooMany, match="请过10分钟再提交") as refusal:
        send(text="再来一条", now=NOW + timedelta(seconds=6), terms=terms)
    assert refusal.value.seconds == 594
    with pytest.raises(TooMany):
        send(text="再来一条", now=NOW + timedelta(minutes=10, seconds=-1), terms=terms)
    send(text="再来一条", now=NOW + timedelta(minutes=10, seconds=1), terms=terms)
    assert stored(database) == 7


def test_refused_sendings_do_not_count(send, database):
    """Who is refused and tries again waits no longer for it."""
    terms = Terms(limits=Limits(proof_after=9, hold_after=9, refuse_after=1))
    send(terms=terms)
    for minute in range(1, 10):
        with pytest.raises(TooMany):
            send(text=f"第{minute}次再试", now=NOW + timedelta(minutes=minute), terms=terms)
    send(text="终于", now=NOW + timedelta(minutes=10), terms=terms)


def test_retry_gets_its_receipt_above_the_limit(send):
    """The same sending again is no new message, so no limit stops it."""
    terms = Terms(limits=Limits(proof_after=0, hold_after=0, refuse_after=1))
    first = send(nonce="n1", terms=terms)
    assert send(nonce="n1", terms=terms) == first


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", ""])
def test_shared_or_unknown_addresses_are_never_refused(send, database, address):
    """Where all visitors may share an address nobody is locked out."""
    terms = Terms(limits=Limits(proof_after=0, hold_after=0, refuse_after=1))
    for number in range(4):
        send(address=address, text=f"第{number}条", terms=terms)
    assert stored(database) == 4


def test_proof_of_work_is_taken_once(send, database):
    """A right answer clears the mark of its own message only."""
    terms = Terms(limits=Limits(proof_after=0, hold_after=9, refuse_after=9))
    answer = answer_to(make_challenge(SECRET, NOW))
    proved = send(text="有证明的留言", terms=terms, proof=answer)
    again = send(text="用过的证明不算", terms=terms, proof=answer)
    forged = send(text="编造的证明也不算", terms=terms, proof="e30=")
    assert "proof" not in findings(database, proved.number)
    assert "proof" in findings(database, again.number)
    assert "proof" in findings(database, forged.number)


def test_everything_can_be_closed(send, database, directory):
    """One sentence closes all threads; a retry still gets its receipt."""
    first = send(nonce="n1")
    terms = Terms(closed="留言板维护中。")
    assert send(nonce="n1", terms=terms) == first
    with pytest.raises(Refused, match="留言板维护中"):
        send(text="新的", terms=terms)
    with pytest.raises(Refused, match="留言板维护中"):
        open_thread(directory, "first", NOW, closed="留言板维护中。")


def test_history_comes_to_the_rules(send, database):
    """What the network said lately, here and elsewhere, and how often it was refused."""
    for number in range(3):
        send(text=f"第{number}条广告", trap="x", now=NOW - timedelta(days=20))
    assert "refused-before" in findings(database, send(text="这回是认真的").number)
    other = send(text="这句话在两个地方说过一遍", address="8.8.8.8")
    assert findings(database, other.number) == []
    same = send(text="这句话，在两个地方说过一遍！", address="9.9.9.9")
    assert "repeat" in findings(database, same.number)
    late = send(text="这句话在两个地方说过一遍", address="1.1.1.1", now=NOW + timedelta(days=8))
    assert findings(database, late.number) == []


def test_words_and_names_come_to_the_rules(send, database):
    """Word lists from the database, accounts and the editors' name are looked at."""
    with database.writing() as session:
        session.add(ListedWord(word="赌博", strength=Strength.REFUSE, added_at=NOW))
        session.add(Account(name="阿宁", password_hash=""))
        touch_word_lists(session, NOW)
    refused = send(text="来 賭·博 吧")
    with database.reading() as session:
        assert session.get_one(Comment, refused.number).state is State.SPAM
        assert session.scalars(select(WordHit.word)).all() == ["赌博"]
    terms = Terms(editor_name="专题组")
    assert "name" in findings(database, send(author="阿宁", terms=terms).number)
    assert "name" in findings(database, send(author="专题组", terms=terms).number)
    assert "name" not in findings(
        database, send(author="阿宁静静", text="别的", terms=terms).number
    )


def test_failing_check_holds_the_message(send, database):
    """An external check that does not answer holds the message, and keeps nobody from sending."""
    terms = Terms(check_url="http://127.0.0.1:9/check", check_secret=SECRET, check_seconds=1)
    receipt = send(terms=terms)
    assert "check-failed" in findings(database, receipt.number)


def test_address_is_to_be_confirmed(send, database):
    """A message with an e-mail address asks for its confirmation, once; spam asks nobody."""
    send(email="a@example.org", nonce="n1")
    send(email="a@example.org", nonce="n1")
    send(email="b@example.org", text="别的话", trap="x")
    send(text="没有留邮箱")
    with database.reading() as session:
        kinds = session.execute(select(OutboxMessage.kind, OutboxMessage.comment_id)).all()
    assert kinds == [("confirm", 1)]


def test_new_words_are_screened_anew(send, database, directory):
    """A changed message is looked at as a new one, and is no repeat of itself."""
    number = send(text="这是原来写下的一句话").number
    with database.reading() as session:
        comment = session.get_one(Comment, number)
    changes = {"now": NOW + timedelta(minutes=1), "terms": Terms()}
    calm = rescreen(database, directory, comment, "这是原来写下的一句话。", **changes)
    assert calm.findings == ()
    assert calm.text_digest == comment.text_digest
    links = "http://a.cn http://b.cn http://c.cn"
    found = rescreen(database, directory, comment, links, **changes).findings
    assert "links" in [finding.rule for finding in found]


def test_an_editors_reply_can_be_answered(send, database):
    """What editors wrote is answered like anything else, replies too."""
    parent = send().number
    with database.writing() as session:
        account = Account(name="值班", password_hash="")
        session.add(account)
        session.flush()
        for number, changes in ((parent, {}), (77, {"by_account_id": account.id})):
            comment = session.get(Comment, number) or Comment(
                id=number, thread="first", reply_to_id=parent, author="编辑部", text="谢谢您",
                address="", submitted_at=NOW, receipt_hash="x", **changes,
            )  # fmt: skip
            comment.state, comment.position = State.APPROVED, number
            session.add(comment)
    answer = send(text="不客气", reply_to=77).number
    with database.reading() as session:
        assert session.get_one(Comment, answer).reply_to_id == 77


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        pytest.param({"thread": "shut"}, ThreadShut, "已经关闭", id="closed story"),
        pytest.param({"thread": "nowhere"}, ThreadShut, "没有找到", id="unknown story"),
        pytest.param({"reply_to": 99}, AnswerGone, "您要回复的留言已经撤下", id="answer gone"),
    ],
)
def test_refusals_tell_their_kind(send, changes, error, words):
    """What can be mended by sending elsewhere is told apart."""
    with pytest.raises(error, match=words):
        send(**changes)


def test_taking_a_message_asks_little(send, database):
    """The statements of an ordinary sending are counted, so that none slips in unseen."""
    send(text="先热身，词表已经读过")
    statements = []
    listener = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listener)
    send(text="再发一条看看", terms=Terms(limits=LIMITS))
    event.remove(database.engine, "before_cursor_execute", listener)
    asked = [each for each in statements if not each.startswith("BEGIN")]
    assert len(asked) == 5  # two look, one looks again, one gives the number, one stores


def test_messages_that_come_together_share_a_commit(database, directory):
    """While one batch is written the others collect: far fewer commits than messages, and each
    sender gets the receipt of his own message.
    """
    commits, receipts = [], {}
    listener = lambda connection: commits.append(connection)  # noqa: E731
    event.listen(database.engine, "commit", listener)
    barrier = threading.Barrier(16)

    def visitor(number):
        barrier.wait()
        for again in range(10):
            words = f"第{number}个人的第{again}句话"
            submission = make_submission(text=words, address=f"14.152.{number}.23")
            receipts[words] = submit(database, directory, submission, secret=SECRET, now=NOW)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(visitor, range(16)))
    event.remove(database.engine, "commit", listener)
    with database.reading() as session:
        words = dict(session.execute(select(Comment.id, Comment.text)).all())
    assert {text: number for number, text in words.items()} == {
        text: receipt.number for text, receipt in receipts.items()
    }
    assert len(words) == 160
    assert len(commits) < 160


def test_full_address_is_kept_sealed_only_where_asked(send, database):
    """Without a key nothing is kept; with one, only its owner reads the address of a message."""
    identity = Identity.generate()
    send(text="没有人要求留存")
    kept = send(text="依法留存", terms=Terms(address_log_key=str(identity.to_public())))
    with database.reading() as session:
        rows = session.scalars(select(SealedAddress)).all()
        (sender,) = read_addresses(session, identity, [kept.number])
    assert [row.comment_id for row in rows] == [kept.number]
    assert "14.152.94.23" not in str(vars(rows[0]))
    assert (sender.address, sender.stored_at) == ("14.152.94.23", NOW)


def test_a_sending_is_known_over_midnight_and_not_from_day_to_day(send, database):
    """What stands for address and browser is another digest each day; within the hour the same
    sending is recognised all the same.
    """
    evening = datetime(2026, 3, 1, 23, 50, tzinfo=UTC)
    receipt = send(now=evening)
    assert send(now=evening + timedelta(minutes=30)) == receipt
    assert stored(database) == 1
    later = send(now=evening + timedelta(minutes=61))
    assert later.number != receipt.number
    with database.reading() as session:
        keys = session.scalars(select(Comment.submission_key).order_by(Comment.id)).all()
    assert [key[0] for key in keys] == ["a", "a"]
    assert len(set(keys)) == 2
