"""A visitor's form becomes a pending comment: checked, screened, stored, receipt given."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comment_archive.directory import Directory, ThreadInfo
from comments_service.config import Config
from comments_service.db import Database
from comments_service.errors import AnswerGone, NotAllowed, Refused, ThreadShut, TooMany
from comments_service.history import NetworkPast, network_past, network_texts, same_texts
from comments_service.limits import Limits, Step, seconds_to_wait, words_for_wait
from comments_service.models import Account, Action, Comment, Decision, State
from comments_service.networks import mask_address, may_be_everybody
from comments_service.notifications import outbox
from comments_service.proofs import read_proof, use_proof
from comments_service.screening import (
    History,
    Screening,
    Submission,
    ask_check,
    load_word_lists,
    record,
    screen,
    text_digest,
)
from comments_service.tokens import BY_ADDRESS, BY_NONCE, hash_token, keyed_digest

log = logging.getLogger(__name__)

RESEND = timedelta(hours=1)
"""How long a sending without a number of its own is taken for the same one."""
MOST_REVISIONS = 20
"""How often a visitor may change one message."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the visitor keeps: the number to name, and the secret end of the address to come back
    to.
    """

    number: int
    token: str


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


def open_thread(
    directory: Directory, thread: str, now: datetime, *, closed: str = ""
) -> ThreadInfo:
    """Give the thread if it takes messages at *now*; raises Refused with a sentence for the
    visitor: that of *closed*, where all threads are.
    """
    if closed:
        raise Refused(closed)
    info = directory.threads.get(thread)
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
) -> Receipt:
    """Store *submission* and give its receipt; when this returns, the message is safely on disk.

    The same submission sent again gives the same receipt and is stored once, at whatever moment the
    first try was cut off, and whatever the limits say now. Raises Refused for an unknown or closed
    thread, and TooMany. *proof* is what the browser answered to a challenge.
    """
    terms = terms or Terms()
    key = _submission_key(submission, secret)
    with database.reading() as session:
        comment = _stored(session, key)
        if comment is None or not _is_same_sending(comment, key, now):
            comment = None
            open_thread(directory, submission.thread, now, closed=terms.closed)
            submission = _with_facts(session, submission, directory, terms, now)
    if comment is None:
        if submission.needs_proof:
            has_proof = _is_proved(database, proof, secret, now)
            submission = replace(submission, has_proof=has_proof)
        screening = screen(_checked(submission, terms, now))
        comment = _store_once(database, submission, key, screening, secret, now)
        log.info("comment received", extra={"comment_id": comment.id})
    return Receipt(comment.id, _receipt_token(comment.id, key, secret))


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
        past = network_past(session, comment.address, now=now, but=comment.id)
        history = _history(session, comment.address, text, past, now, but=comment.id)
        submission = Submission(
            thread=comment.thread,
            text=text,
            author=comment.author,
            history=replace(history, from_network=0),
            reserved_names=_reserved_names(session, directory, terms),
            words=load_word_lists(session, terms.words_by_sound),
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


def _with_facts(
    session: Session, submission: Submission, directory: Directory, terms: Terms, now: datetime
) -> Submission:
    """Give *submission* with all that the rules look at; raises TooMany."""
    network = mask_address(submission.address)
    most = terms.limits.refuse_after if terms.limits else 0
    past = network_past(session, network, now=now, most=most)
    step = network_step(past, submission.address, terms.limits)
    if step is Step.REFUSE:
        seconds = seconds_to_wait(past.oldest, now)
        raise TooMany(
            f"您所在的网络刚才提交了很多留言，请过{words_for_wait(seconds)}再提交。"
            "您写的内容都还在下面。",
            seconds=seconds,
        )
    return replace(
        submission,
        needs_proof=step >= Step.PROOF,
        is_over_limit=step >= Step.HOLD,
        history=_history(session, network, submission.text, past, now),
        reserved_names=_reserved_names(session, directory, terms),
        words=load_word_lists(session, terms.words_by_sound),
    )


def _history(
    session: Session,
    network: str,
    text: str,
    past: NetworkPast,
    now: datetime,
    but: int | None = None,
) -> History:
    return History(
        from_network=past.sent,
        refused=past.refused,
        same_text=same_texts(session, text_digest(text), now=now, but=but),
        texts=network_texts(session, network, now=now, but=but),
    )


def _reserved_names(session: Session, directory: Directory, terms: Terms) -> frozenset[str]:
    """Give the names that belong to the people of the site."""
    names = {*session.scalars(select(Account.name)), terms.editor_name, directory.site.name}
    return frozenset(names - {""})


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


def _is_proved(database: Database, answer: str, secret: str, now: datetime) -> bool:
    """Say whether *answer* is a proof of work that was never used, and note that it was now."""
    proof = read_proof(answer, secret=secret, now=now)
    if proof is None:
        return False
    with database.writing() as session:
        return use_proof(session, proof, now)


def _stored(session: Session, key: str) -> Comment | None:
    return session.scalars(select(Comment).where(Comment.submission_key == key)).first()


def _is_same_sending(comment: Comment, key: str, now: datetime) -> bool:
    """Say whether the comment with *key* is this very sending; one known by its address alone is
    for an hour.
    """
    return key.startswith(BY_NONCE) or now - comment.submitted_at < RESEND


def _store_once(
    database: Database,
    submission: Submission,
    key: str,
    screening: Screening,
    secret: str,
    now: datetime,
) -> Comment:
    """Store the message, or give the one that the same sending stored in this very moment."""
    try:
        with database.writing() as session:
            earlier = _stored(session, key)
            if earlier is not None and _is_same_sending(earlier, key, now):
                return earlier
            if earlier is not None:
                earlier.submission_key = None
                session.flush()
            return _store(session, submission, key, screening, secret, now)
    except IntegrityError:
        with database.reading() as session:
            existing = _stored(session, key)
        if existing is None:
            raise
        return existing


def _store(
    session: Session,
    submission: Submission,
    key: str,
    screening: Screening,
    secret: str,
    now: datetime,
) -> Comment:
    comment = Comment(
        thread=submission.thread,
        reply_to_id=_published_parent(session, submission, now),
        author=submission.author,
        text=submission.text,
        email=submission.email,
        address=mask_address(submission.address),
        submitted_at=now,
        submission_key=key,
        receipt_hash=key,
        state=State.SPAM if screening.is_spam else State.PENDING,
    )
    session.add(comment)
    session.flush()
    comment.receipt_hash = hash_token(_receipt_token(comment.id, key, secret))
    record(session, comment, screening)
    if not screening.is_spam:
        outbox.ask_to_confirm(session, comment, now=now)
    return comment


def _published_parent(session: Session, submission: Submission, now: datetime) -> int | None:
    """Give the message that is answered, if it is one of this thread's published ones."""
    if submission.reply_to is None:
        return None
    parent = session.get(Comment, submission.reply_to)
    if parent is None or parent.thread != submission.thread or not parent.is_public(now):
        raise AnswerGone("您要回复的留言已经撤下。您可以把这段话作为新留言提交。")
    return parent.id


def _submission_key(submission: Submission, secret: str) -> str:
    """Digest what makes a sending the same.

    A form that carried a number of its own is recognised by it. A baked form has none: there the
    sender's address and browser tell two people with the same words apart; both go into the digest
    and are kept nowhere.
    """
    sender = submission.nonce or f"{submission.address}\0{submission.user_agent}"
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


def _receipt_token(number: int, key: str, secret: str) -> str:
    """Derive the secret of a receipt, so that a repeated sending gets the same one."""
    return urlsafe_b64encode(keyed_digest(secret, "receipt", number, key)[:24]).decode()
