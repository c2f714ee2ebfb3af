"""The moderators' queue: tabs with counts, filters, and pages found by where the last one ended, so
that any page of a million messages is one short walk along an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    UnaryExpression,
    delete,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.operators import custom_op

from comments_service.db import UTCDateTime
from comments_service.models import (
    CALM,
    Account,
    Comment,
    Opened,
    State,
    Tally,
    WordHit,
)

ON_A_PAGE = 25
"""Messages on one page, few enough for a phone."""
READ_TOGETHER = timedelta(minutes=10)
"""How long an opened message is taken to be read by who opened it."""
NETWORK_DAYS = timedelta(days=30)
FEW = 1000
"""So many messages are put in order at once; of more, a page is found by walking along an index."""
OF_NETWORK = 10
"""Messages of one network that are shown beside one of them."""
AROUND = 3
"""Published messages of the thread that are shown before and after one of them."""


class Tab(StrEnum):
    """One list of the desk."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    SPAM = "spam"
    REPORTED = "reported"
    APPEALED = "appealed"


OLDEST_FIRST = frozenset({Tab.PENDING, Tab.REPORTED, Tab.APPEALED})
"""What waits for somebody; the rest is looked up, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which messages are asked for: a tab, and filters within it."""

    tab: Tab = Tab.PENDING
    thread: str = ""
    word: str = ""
    """A listed word that was found in them."""
    network: str = ""
    """Their masked address."""
    hours: int = 0
    """Only what came at least so long ago."""
    attention: int | None = None
    """Only what screening gave this much attention: 0 spam, 1 hold, 2 mark, 3 nothing."""
    by_attention: bool = False
    """What needs a closer look first, then oldest first."""

    @property
    def is_whole(self) -> bool:
        """Whether the tab's count is that of the list."""
        is_narrowed = self.word or self.network or self.hours or self.attention is not None
        return not is_narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page begins or ends: behind or before the message of a number, or at the end."""

    after: int | None = None
    before: int | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the queue; each row has the columns of :data:`SHOWN`."""

    rows: Sequence[Row[Any]]
    has_earlier: bool
    has_later: bool


SHOWN = (
    Comment.id,
    Comment.version,
    Comment.thread,
    Comment.author,
    func.coalesce(Comment.edited_text, Comment.text).label("words"),
    Comment.address,
    Comment.findings,
    Comment.attention,
    Comment.state,
    Comment.submitted_at,
    Comment.reported_at,
    Comment.appealed_at,
    Comment.pinned_at,
    Comment.live_at,
    Comment.reply_to_id,
    Comment.by_account_id,
)


def counts(session: Session) -> dict[Tab, int]:
    """Give how many messages each tab holds; a few rows, whatever the number of messages."""
    is_asked = (Tally.kind.in_([tab.value for tab in Tab]), Tally.thread == "")
    query = select(Tally.kind, func.sum(Tally.n)).where(*is_asked).group_by(Tally.kind)
    found: dict[str, int] = {kind: int(n) for kind, n in session.execute(query)}
    return {tab: found.get(tab.value, 0) for tab in Tab}


def count_of(session: Session, tab: Tab, thread: str) -> int:
    """Give how many messages of one thread *tab* holds."""
    query = select(func.sum(Tally.n)).where(Tally.kind == tab.value, Tally.thread == thread)
    return int(session.scalar(query) or 0)


def page(session: Session, choice: Choice, place: Place, *, now: datetime) -> Page:
    """Give the page of *choice* at *place*; the first one where the message there is gone."""
    key = _key(choice)
    number = place.after if place.before is None else place.before
    seen = None if place.is_last else _seen(session, number, key)
    is_backward = place.is_last or (place.before is not None and seen is not None)
    is_reversed = is_backward != _is_newest_first(choice)
    latest = now - timedelta(hours=choice.hours)
    if is_reversed and key[0] is Comment.submitted_at and seen is not None and seen[0] <= latest:
        # All that stands before is as old: two bounds of one index would be one too many.
        choice = replace(choice, hours=0)
    veiled = _veiled(session, choice)
    query = select(*SHOWN).where(*_conditions(choice, now, veiled)).limit(ON_A_PAGE + 1)
    query = _ordered(query, _through(veiled, *key), seen, is_reversed=is_reversed)
    rows = list(session.execute(query).all())
    is_cut = len(rows) > ON_A_PAGE
    rows = rows[:ON_A_PAGE]
    if is_backward:
        return Page(rows=rows[::-1], has_earlier=is_cut, has_later=seen is not None)
    return Page(rows=rows, has_earlier=seen is not None, has_later=is_cut)


def chosen(
    session: Session, choice: Choice, *, now: datetime, most: int, up_to: int | None = None
) -> list[tuple[int, int | None]]:
    """Give number and version of the first *most* messages of *choice*, in its order; none that
    came after number *up_to*.
    """
    columns: tuple[Any, ...] = (Comment.id, Comment.version)
    veiled = _veiled(session, choice)
    query = select(*columns).where(*_conditions(choice, now, veiled)).limit(most)
    if up_to is not None:
        query = query.where(Comment.id <= up_to)
    key = _through(veiled, *_key(choice))
    query = _ordered(query, key, None, is_reversed=_is_newest_first(choice))
    return [(row.id, row.version) for row in session.execute(query)]


def arrived(session: Session, *, after: int, most: int = 99) -> int:
    """Give how many messages wait that came after number *after*, up to *most*."""
    (state,) = _through(_BY_NUMBER if _is_sqlite(session) else _NOTHING, Comment.state)
    newer = select(Comment.id).where(Comment.id > after, state == State.PENDING).limit(most)
    return len(session.scalars(newer).all())


def newest_number(session: Session) -> int:
    """Give the highest number there is."""
    return session.scalar(select(func.max(Comment.id))) or 0


def next_after(session: Session, number: int, *, now: datetime) -> int | None:
    """Give the number of the message that waits behind *number*, by time; the first one if none
    does.
    """
    for place in (Place(after=number), Place()):
        found = page(session, Choice(), place, now=now).rows
        others = [row.id for row in found if row.id != number]
        if others:
            return int(others[0])
    return None


def mark_opened(session: Session, number: int, account: Account, *, now: datetime) -> None:
    """Note that *account* reads a message, unless a colleague opened it just before."""
    seen = session.get(Opened, number)
    if seen is None:
        with suppress(IntegrityError), session.begin_nested():  # a colleague, at this moment
            session.add(Opened(comment_id=number, account_id=account.id, opened_at=now))
    elif seen.account_id == account.id or now - seen.opened_at > READ_TOGETHER:
        seen.account_id, seen.opened_at = account.id, now


def mark_closed(session: Session, numbers: Sequence[int]) -> None:
    """Note that messages are no longer being read: they were decided."""
    session.execute(delete(Opened).where(Opened.comment_id.in_(numbers)))


def readers(
    session: Session, numbers: Sequence[int], me: Account, *, now: datetime
) -> dict[int, str]:
    """Give which colleague reads which of the messages *numbers* now, by name."""
    query = (
        select(Opened.comment_id, Account.name)
        .join(Account, Account.id == Opened.account_id)
        .where(
            Opened.comment_id.in_(numbers),
            Opened.account_id != me.id,
            Opened.opened_at > now - READ_TOGETHER,
        )
    )
    return {row.comment_id: row.name for row in session.execute(query)}


def of_network(session: Session, comment: Comment, *, now: datetime) -> Sequence[Row[Any]]:
    """Give the newest other messages of the same masked network within 30 days."""
    if not comment.address:
        return []
    query = (
        select(*SHOWN)
        .where(
            Comment.address == comment.address,
            Comment.submitted_at > now - NETWORK_DAYS,
            Comment.id != comment.id,
        )
        .order_by(Comment.submitted_at.desc(), Comment.id.desc())
        .limit(OF_NETWORK + 1)
    )
    return session.execute(query).all()


def around(session: Session, comment: Comment) -> Sequence[Row[Any]]:
    """Give the published messages among which *comment* stands, or would stand as the newest."""
    last = select(func.max(Comment.position)).where(Comment.thread == comment.thread)
    position = comment.position or (session.scalar(last) or 0) + 1
    query = (
        select(*SHOWN, Comment.position)
        .where(
            Comment.thread == comment.thread,
            Comment.position.between(position - AROUND, position + AROUND),
            Comment.state == State.APPROVED,
            Comment.id != comment.id,
        )
        .order_by(Comment.position)
    )
    return session.execute(query).all()


def _key(choice: Choice) -> tuple[Any, ...]:
    if choice.tab is Tab.REPORTED:
        return (Comment.reported_at, Comment.id)
    if choice.by_attention:
        return (Comment.attention, Comment.submitted_at, Comment.id)
    return (Comment.submitted_at, Comment.id)


def _is_newest_first(choice: Choice) -> bool:
    return choice.tab not in OLDEST_FIRST and not choice.by_attention


def _conditions(choice: Choice, now: datetime, veiled: frozenset[str]) -> list[ColumnElement[bool]]:
    columns = (Comment.state, Comment.thread, Comment.address, Comment.attention)
    state, thread, address, attention = _through(veiled, *columns)
    is_reported = choice.tab is Tab.REPORTED
    conditions = [
        Comment.reported_at.is_not(None) if is_reported else state == State(choice.tab.value)
    ]
    if choice.thread:
        conditions.append(thread == choice.thread)
    if choice.network:
        conditions.append(address == choice.network)
    if choice.hours:
        conditions.append(Comment.submitted_at <= now - timedelta(hours=choice.hours))
    if choice.attention is not None:
        conditions.append(attention == min(max(choice.attention, 0), CALM))
    if choice.word:
        conditions.append(Comment.id.in_(_hits(choice)))
    return conditions


def _hits(choice: Choice) -> Select[int]:
    return select(WordHit.comment_id).where(WordHit.word == choice.word)


_PLUS: Any = custom_op("+")
_NOTHING: frozenset[str] = frozenset()
_BY_NUMBER = frozenset({"state", "thread", "address", "attention"})
_BY_NETWORK = _BY_NUMBER - {"address"}


def _veiled(session: Session, choice: Choice) -> frozenset[str]:
    """Choose the columns by which SQLite, which keeps no statistics unless asked, shall not look:
    a few messages are found as such and put in order, many are walked along in order.
    """
    if not _is_sqlite(session) or choice.tab is Tab.REPORTED:
        return _NOTHING
    if choice.word and _are_few(session, _hits(choice)):
        return _BY_NUMBER
    by_attention = choice.by_attention or choice.attention is not None
    if choice.network:
        is_narrowed = choice.thread or by_attention
        of_it = select(Comment.id).where(Comment.address == choice.network)
        return _NOTHING if is_narrowed and not _are_few(session, of_it) else _BY_NETWORK
    if choice.thread and by_attention:
        is_small = count_of(session, choice.tab, choice.thread) <= FEW
        return frozenset({"attention" if is_small else "thread"})
    return _NOTHING


def _are_few(session: Session, query: Select[int]) -> bool:
    return len(session.scalars(query.limit(FEW + 1)).all()) <= FEW


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _through(veiled: frozenset[str], *columns: Any) -> tuple[Any, ...]:
    """Write a plus before the *veiled* ones of *columns*, which hides their indexes
    (https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
    """
    return tuple(
        UnaryExpression(column, operator=_PLUS, type_=column.type)
        if column.key in veiled
        else column
        for column in columns
    )


def _seen(session: Session, number: int | None, key: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Give the place of the message *number* in the order of *key*, if it still has one."""
    if number is None:
        return None
    row = session.execute(select(*key).where(Comment.id == number)).first()
    return None if row is None or None in row else tuple(row)


def _ordered(
    query: Select[Any], key: tuple[Any, ...], seen: tuple[Any, ...] | None, *, is_reversed: bool
) -> Select[Any]:
    if seen is not None:
        place = tuple_(*(_typed(value) for value in seen))
        here = tuple_(*key)
        query = query.where(here < place if is_reversed else here > place)
    return query.order_by(*(column.desc() if is_reversed else column for column in key))


def _typed(value: Any) -> ColumnElement[Any]:
    return literal(value, UTCDateTime()) if isinstance(value, datetime) else literal(value)
