"""A visitor's form becomes a pending comment: checked, screened, stored, receipt given."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from comment_archive.directory import Directory, ThreadInfo
from comments_service.config import Config
from comments_service.db import Database
from comments_service.errors import NotAllowed, Refused, ThreadShut, TooMany
from comments_service.history import Facts, NetworkPast, known_facts, network_past
from comments_service.limits import Limits, Step, seconds_to_wait, words_for_wait
from comments_service.models import Action, Comment, Decision
from comments_service.networks import mask_address, may_be_everybody
from comments_service.proofs import read_proof, use_proof
from comments_service.screening import (
    History,
    Screening,
    Submission,
    ask_check,
    screen,
    text_digest,
    word_lists_of,
)
from comments_service.shared_counts import NoCounts, SharedCounts
from comments_service.storing import (
    RESEND,
    Receipt,
    Screened,
    coming,
    is_same_sending,
    known_receipt,
    store,
)
from comments_service.tokens import BY_ADDRESS, BY_NONCE, hash_token, keyed_digest

log = logging.getLogger(__name__)

MOST_REVISIONS = 20
"""How often a visitor may change one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms messages are taken; without settings nothing is asked and nothing limited."""

    closed: str = ""
    """Why none is taken anywhere."""
    limits: Limits | None = None
    editor_name: str = ""
    words_by_sound: bool = False
    check_url: str = ""
    check_secret: str = ""
    check_seconds: int = 3
    address_log_key: str = ""
    """Whom full addresses are sealed for; empty: they are not kept."""

    @classmethod
    def of(cls, config: Config) -> Terms:
        """Read the terms from the settings."""
        limits = Limits(
            proof_after=config.proof_after,
            hold_after=config.hold_after,
            refuse_after=config.refuse_after,
        )
        return cls(
            closed=config.closed,
            limits=limits,
            editor_name=config.editor_name,
            words_by_sound=config.words_by_sound,
            check_url=config.check_url,
            check_secret=config.check_secret,
            check_seconds=config.check_seconds,
            address_log_key=config.address_log_key if config.address_log_days else "",
        )

    @property
    def most_looked_at(self) -> int:
        """How many messages of a network are to be counted."""
        return self.limits.refuse_after if self.limits else 0


def open_thread(
    directory: Directory, thread: str, now: datetime, *, closed: str = ""
) -> ThreadInfo:
    """Give the thread if it takes messages at *now*; raises Refused with a sentence for the
    visitor: that of *closed*, where all threads are.
    """
    if closed:
        raise Refused(closed)
    info = directory.threads.get(thread)
    if info is None and (gone := directory.withdrawn.get(thread)):
        raise ThreadShut(f"《{gone.title}》已经撤下，不再收留言。您可以把留言写在留言板上。")
    if info is None:
        raise ThreadShut(
            "没有找到这条留言要写给的报道，可能它已经更名或撤下。您可以把留言写在留言板上。"
        )
    if not info.takes_messages(now.astimezone(ZoneInfo(directory.site.timezone)).date()):
        raise ThreadShut(f"《{info.title}》的留言已经关闭。您可以把留言写在留言板上。")
    return info


def submit(
    database: Database,
    directory: Directory,
    submission: Submission,
    *,
    secret: str,
    now: datetime,
    terms: Terms | None = None,
    proof: str = "",
    counts: SharedCounts | None = None,
) -> Receipt:
    """Store *submission* and give its receipt; when this returns, the message is safely on disk.

    The same submission sent again gives the same receipt and is stored once, at whatever moment the
    first try was cut off, and whatever the limits say now. Raises Refused for an unknown or closed
    thread, and TooMany. *proof* is what the browser answered to a challenge; *counts* are what
    all services share besides the database.
    """
    terms, counts = terms or Terms(), counts or NoCounts()
    with coming(database):
        key = _submission_key(submission, secret, now)
        network = mask_address(submission.address)
        with database.looking() as connection:
            digest = text_digest(submission.text)
            facts = known_facts(connection, key=key, digest=digest, now=now)
            if facts.earlier and is_same_sending(facts.earlier, key, now):
                return known_receipt(database, facts.earlier.id, key, secret)
            if late := _sent_before_midnight(connection, submission, key, secret, now):
                return known_receipt(database, *late, secret)
            open_thread(directory, submission.thread, now, closed=terms.closed)
            past = network_past(connection, network, now=now, most=terms.most_looked_at)
            words = word_lists_of(connection, terms.words_by_sound, facts.words_version)
        past = past.joined_by(counts.arrive(network, key, now))
        step = network_step(past, submission.address, terms.limits)
        if step is Step.REFUSE:
            counts.leave(network, key)
            raise _too_many(past, now)
        submission = replace(
            submission,
            needs_proof=step >= Step.PROOF,
            has_proof=step >= Step.PROOF and _is_proved(database, counts, proof, key, secret, now),
            is_over_limit=step >= Step.HOLD,
            history=_history(past, facts),
            reserved_names=_reserved_names(facts, directory, terms),
            words=words,
        )
        message = Screened(
            submission=submission,
            key=key,
            network=network,
            screening=screen(_checked(submission, terms, now)),
            secret=secret,
            now=now,
            address_log_key=terms.address_log_key,
        )
    receipt = store(database, message)
    log.info("comment received", extra={"comment_id": receipt.number})
    return receipt


def rescreen(
    database: Database,
    directory: Directory,
    comment: Comment,
    text: str,
    *,
    now: datetime,
    terms: Terms,
) -> Screening:
    """Look at the new *text* that its visitor gives *comment*; nothing is stored.

    Raises NotAllowed after :data:`MOST_REVISIONS`.
    """
    with database.reading() as session:
        _require_patience(session, comment)
        connection, but = session.connection(), comment.id
        past = network_past(connection, comment.address, now=now, but=but)
        facts = known_facts(connection, key="", digest=text_digest(text), now=now, but=but)
        submission = Submission(
            thread=comment.thread,
            text=text,
            author=comment.author,
            history=replace(_history(past, facts), from_network=0),
            reserved_names=_reserved_names(facts, directory, terms),
            words=word_lists_of(connection, terms.words_by_sound, facts.words_version),
        )
    return screen(_checked(submission, terms, now))


def find_receipt(session: Session, token: str) -> Comment | None:
    """Give the comment whose receipt has *token*; only the token's hash is stored."""
    return session.scalars(select(Comment).where(Comment.receipt_hash == hash_token(token))).first()


def network_step(past: NetworkPast, address: str, limits: Limits | None) -> Step:
    """Say what is asked of the next message from *address*."""
    if limits is None:
        return Step.FREE
    return limits.step(past.sent, is_shared=may_be_everybody(address))


def _too_many(past: NetworkPast, now: datetime) -> TooMany:
    """Say how long to wait after all that a network sent."""
    seconds = seconds_to_wait(past.oldest, now)
    return TooMany(
        f"您所在的网络刚才提交了很多留言，请过{words_for_wait(seconds)}再提交。"
        "您写的内容都还在下面。",
        seconds=seconds,
    )


def _history(past: NetworkPast, facts: Facts) -> History:
    return History(
        from_network=past.sent,
        refused=past.refused,
        same_text=facts.same_text,
        texts=past.texts,
    )


def _reserved_names(facts: Facts, directory: Directory, terms: Terms) -> frozenset[str]:
    """Give the names that belong to the people of the site."""
    return (facts.names | {terms.editor_name, directory.site.name}) - {""}


def _checked(submission: Submission, terms: Terms, now: datetime) -> Submission:
    """Ask the external check, if there is one; no transaction waits for its answer."""
    if not terms.check_url:
        return submission
    url, secret, seconds = terms.check_url, terms.check_secret, terms.check_seconds
    return replace(submission, check=ask_check(url, secret, seconds, submission, now))


def _require_patience(session: Session, comment: Comment) -> None:
    revisions = (Decision.comment_id == comment.id, Decision.action == Action.REVISE)
    query = select(func.count()).select_from(Decision).where(*revisions)
    if (session.scalar(query) or 0) >= MOST_REVISIONS:
        raise NotAllowed(f"这条留言已经改过{MOST_REVISIONS}次，不能再改。您仍可以撤回后重新写。")


def _is_proved(
    database: Database, counts: SharedCounts, answer: str, key: str, secret: str, now: datetime
) -> bool:
    """Say whether *answer* is a proof of work that was never used but for the message *key*, and
    note that it was now.
    """
    proof = read_proof(answer, secret=secret, now=now)
    if proof is None:
        return False
    is_first = counts.use(proof.digest, key, proof.expires_at)
    if is_first is not None:
        return is_first
    with database.writing() as session:
        return use_proof(session, proof, now)


def _submission_key(submission: Submission, secret: str, now: datetime) -> str:
    """Digest what makes a sending the same.

    A form that carried a number of its own is recognised by it. A baked form has none: there the
    sender's address and browser tell two people with the same words apart. Both go into the digest,
    with the day, so that it is another one tomorrow; neither is kept, and the digest for a day.
    """
    sender = submission.nonce or f"{now:%j}\0{submission.address}\0{submission.user_agent}"
    parts = (
        submission.thread,
        submission.author,
        submission.text,
        submission.email,
        submission.reply_to,
        sender,
    )
    kind = BY_NONCE if submission.nonce else BY_ADDRESS
    return kind + keyed_digest(secret, "submission", *parts).hex()[:62]


def _sent_before_midnight(
    connection: Connection, submission: Submission, key: str, secret: str, now: datetime
) -> tuple[int, str] | None:
    """Give number and key of the same sending under the day that has just ended, if there is one;
    in the middle of a day nothing is asked.
    """
    before = _submission_key(submission, secret, now - RESEND)
    if before == key:
        return None
    earlier = known_facts(connection, key=before, digest="", now=now).earlier
    is_same = earlier is not None and is_same_sending(earlier, before, now)
    return (earlier.id, before) if earlier and is_same else None
