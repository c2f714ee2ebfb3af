"""A visitor's form becomes a pending comment: checked, screened, stored, receipt given."""

from __future__ import annotations

import ipaddress
import logging
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comment_archive.directory import Directory, ThreadInfo
from comments_service.db import Database
from comments_service.errors import Refused
from comments_service.models import Comment, State
from comments_service.screening import Screening, Submission, record, screen
from comments_service.tokens import BY_ADDRESS, BY_NONCE, hash_token, keyed_digest

log = logging.getLogger(__name__)

RESEND = timedelta(hours=1)
"""How long a sending without a number of its own is taken for the same one."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the visitor keeps: the number to name, and the secret end of the address to come back
    to.
    """

    number: int
    token: str


def open_thread(directory: Directory, thread: str, now: datetime) -> ThreadInfo:
    """Give the thread if it takes messages at *now*; raises Refused with a sentence for the
    visitor.
    """
    info = directory.threads.get(thread)
    if info is None:
        raise Refused(
            "没有找到这条留言要写给的报道，可能它已经更名或撤下。您可以把留言写在留言板上。"
        )
    if not info.takes_messages(now.astimezone(ZoneInfo(directory.site.timezone)).date()):
        raise Refused(f"《{info.title}》的留言已经关闭。您可以把留言写在留言板上。")
    return info


def submit(
    database: Database, directory: Directory, submission: Submission, *, secret: str, now: datetime
) -> Receipt:
    """Store *submission* and give its receipt; when this returns, the message is safely on disk.

    The same submission sent again gives the same receipt and is stored once, at whatever moment the
    first try was cut off. Raises Refused for an unknown or closed thread.
    """
    key = _submission_key(submission, secret)
    screening = screen(submission)
    try:
        with database.writing() as session:
            comment = _sent_before(session, key, now)
            if comment is None:
                open_thread(directory, submission.thread, now)
                comment = _store(session, submission, key, screening, secret, now)
    except IntegrityError:
        with database.reading() as session:
            existing = _stored(session, key)
        if existing is None:
            raise
        comment = existing
    log.info("comment received", extra={"comment_id": comment.id})
    return Receipt(comment.id, _receipt_token(comment.id, key, secret))


def find_receipt(session: Session, token: str) -> Comment | None:
    """Give the comment whose receipt has *token*; only the token's hash is stored."""
    return session.scalars(select(Comment).where(Comment.receipt_hash == hash_token(token))).first()


def mask_address(address: str) -> str:
    """Give the part of an IP address that may be kept and shown: 14.152.94.*, 2408:8256:d1:*; empty
    if it is none.
    """
    try:
        parsed = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        within = parsed.ipv4_mapped or parsed.sixtofour
        if within is None:
            groups = parsed.exploded.split(":")[:3]
            return ":".join(f"{int(group, 16):x}" for group in groups) + ":*"
        parsed = within
    return ".".join(str(parsed).split(".")[:3]) + ".*"


def _stored(session: Session, key: str) -> Comment | None:
    return session.scalars(select(Comment).where(Comment.submission_key == key)).first()


def _sent_before(session: Session, key: str, now: datetime) -> Comment | None:
    """Give the comment of the same sending; one known by its address alone counts for an hour."""
    comment = _stored(session, key)
    if comment is None or key.startswith(BY_NONCE) or now - comment.submitted_at < RESEND:
        return comment
    comment.submission_key = None
    session.flush()
    return None


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
    record(session, comment, screening)
    comment.receipt_hash = hash_token(_receipt_token(comment.id, key, secret))
    return comment


def _published_parent(session: Session, submission: Submission, now: datetime) -> int | None:
    """Give the message that is answered, if it is one of this thread's published ones."""
    if submission.reply_to is None:
        return None
    parent = session.get(Comment, submission.reply_to)
    if parent is None or parent.thread != submission.thread or not parent.is_public(now):
        raise Refused("您要回复的留言已经撤下。您可以把这段话作为新留言提交。")
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
