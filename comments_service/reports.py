"""Readers report published messages, visitors a problem with their own: rows in the desk's queue,
each with a number.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from comments_service.errors import NotAllowed, NotFound, TooMany
from comments_service.limits import seconds_to_wait, words_for_wait
from comments_service.models import Comment, Report, State
from comments_service.networks import mask_address, may_be_everybody

log = logging.getLogger(__name__)

REPORT_REASONS: dict[str, str] = {
    "fraud": "广告骗局",
    "insult": "辱骂攻击",
    "bullying": "欺凌未成年人",
    "privacy": "泄露隐私",
    "untrue": "不实信息",
    "other": "其他",
}
"""Why a message is reported."""
PROBLEM = "problem"
"""The reason of a visitor's report about his own message."""

MOST_IN_AN_HOUR = 10
"""Reports of one network."""
HOUR = timedelta(hours=1)
SAME = timedelta(days=1)
"""How long a network's report of the same message is taken for the same one."""
LONGEST = 2000
"""Characters that one report gathers."""


def report_message(
    session: Session, number: int, *, reason: str, text: str, address: str, now: datetime
) -> Report:
    """Report the published message *number*; gives the report with its number.

    The same network that reports the same message again within a day gets the same number, and what
    it says more is added. Raises NotFound for a message that is not public, NotAllowed for an
    unknown reason, and TooMany.
    """
    if reason not in REPORT_REASONS:
        raise NotAllowed("请选择举报的理由。")
    comment = _locked(session, number)
    if not comment.is_public(now):
        raise NotFound(f"comment {number} is not public")
    return _file(session, comment, reason=reason, text=text, address=address, now=now)


def report_problem(
    session: Session, comment: Comment, *, text: str, address: str, now: datetime
) -> Report:
    """Report what is wrong with one's own message; raises NotAllowed once it is erased, TooMany."""
    comment = _locked(session, comment.id)
    if comment.state is State.ERASED:
        raise NotAllowed("这条留言已经删除，没有留下可以处理的内容。")
    return _file(session, comment, reason=PROBLEM, text=text, address=address, now=now)


def problems_of(session: Session, comment: Comment) -> list[Report]:
    """Give the problems that its visitor reported, oldest first."""
    its_own = (Report.comment_id == comment.id, Report.reason == PROBLEM)
    return list(session.scalars(select(Report).where(*its_own).order_by(Report.id)))


def _locked(session: Session, number: int) -> Comment:
    """Give the comment, locked: settling its reports and adding one must not pass each other."""
    query = select(Comment).where(Comment.id == number).with_for_update()
    comment = session.scalars(query.execution_options(populate_existing=True)).first()
    if comment is None:
        raise NotFound(f"there is no comment {number}")
    return comment


def _file(
    session: Session, comment: Comment, *, reason: str, text: str, address: str, now: datetime
) -> Report:
    network = mask_address(address)
    known = _same(session, comment, network, reason=reason, text=text, now=now)
    if known is not None:
        return known
    if not may_be_everybody(address):
        _require_room(session, network, now)
    report = Report(
        comment_id=comment.id, reason=reason, text=text, address=network, reported_at=now
    )
    session.add(report)
    unreported = (Comment.id == comment.id, Comment.reported_at.is_(None))
    session.execute(update(Comment).where(*unreported).values(reported_at=now))
    session.flush()
    log.info("comment reported", extra={"comment_id": comment.id, "report_id": report.id})
    return report


def _same(
    session: Session, comment: Comment, network: str, *, reason: str, text: str, now: datetime
) -> Report | None:
    """Give the report that this network already made; while it is open, new words are added."""
    if not network:
        return None
    its_own = (Report.reason == PROBLEM) if reason == PROBLEM else (Report.reason != PROBLEM)
    query = (
        select(Report)
        .where(Report.address == network, Report.reported_at > now - SAME)
        .where(Report.comment_id == comment.id, its_own)
        .order_by(Report.id.desc())
        .limit(1)
    )
    known = session.scalars(query).first()
    if known is None or _says(known, reason, text):
        return known
    said = _joined(known, reason, text)
    if known.settled_at is not None or len(said) > LONGEST:
        return None
    known.text = said
    session.flush()
    return known


def _says(report: Report, reason: str, text: str) -> bool:
    """Whether *report* holds all of this already."""
    names_reason = reason == report.reason or REPORT_REASONS.get(reason, "") in report.text
    return names_reason and text in report.text


def _joined(report: Report, reason: str, text: str) -> str:
    """Give the words of *report* with those that came later."""
    heading = "" if reason == report.reason else f"{REPORT_REASONS.get(reason, reason)}："
    return "\n".join(words for words in (report.text, heading + text) if words)


def _require_room(session: Session, network: str, now: datetime) -> None:
    lately = (Report.address == network, Report.reported_at > now - HOUR)
    query = select(func.count(), func.min(Report.reported_at)).where(*lately)
    sent, oldest = session.execute(query).one()
    if sent >= MOST_IN_AN_HOUR:
        seconds = seconds_to_wait(oldest, now, HOUR)
        raise TooMany(
            f"您所在的网络这一小时已经提交了{sent}次举报，请过{words_for_wait(seconds)}再提交。"
            "您写的内容都还在下面。",
            seconds=seconds,
        )
