"""Finds messages by words of any length, also single Chinese characters, newest first; exactly what
LIKE would find, without looking at every message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    String,
    Text,
    cast,
    collate,
    column,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from comments_service.grams import as_word, fold_case, least_grams
from comments_service.models import Comment

MOST_CHARACTERS = 100
"""Of a search; what is longer is cut."""
NEWEST = 5000
"""Messages that PostgreSQL looks through one by one first: frequent words are found there."""
FURTHER = 4
"""So many times more are looked through where half of the messages asked for were found there."""
RECENT = 50_000
"""Numbers among which it asks the index next: words that are neither frequent nor rare. Among all
of them only rare ones are left to be found, or such as nobody wrote lately.
"""

_INDEX = table("comment_search", column("rowid"), column("comment_search"))
_FIELDS = (Comment.author, Comment.text, Comment.edited_text)


def find(session: Session, words: str, *, before: int | None = None, most: int) -> list[int]:
    """Give the numbers of up to *most* messages that hold *words* in name, text or a moderator's
    version, newest first, below the number *before*; A to Z match in both sizes.
    """
    words = words[:MOST_CHARACTERS]
    if not words or not _can_be_stored(words):
        return []
    if session.get_bind().dialect.name == "sqlite":
        return list(session.scalars(_by_fts5(words, before, most)))
    found = list(session.scalars(_among_newest(words, before, most, NEWEST)))
    if max(1, most // 2) <= len(found) < most:
        found = list(session.scalars(_among_newest(words, before, most, NEWEST * FURTHER)))
    if len(found) == most:
        return found
    # As a plain number, so that the planner knows how many are left above it.
    highest = before or session.scalar(select(func.max(Comment.id))) or 0
    # What none of the newest has is rare: then all that there is, is little.
    for above in (highest - RECENT, None) if found else (None,):
        if len(found) < most:
            found = list(session.scalars(_by_gin(words, before, most, above=above)))
    return found


def rows(session: Session, numbers: Sequence[int], shown: Sequence[Any]) -> list[Row[Any]]:
    """Give the columns *shown* of the messages *numbers*, in their order."""
    query = select(*shown).where(Comment.id.in_(numbers)).order_by(Comment.id.desc())
    return list(session.execute(query).all())


def _can_be_stored(words: str) -> bool:
    """Say whether any text can hold *words*: databases take no NUL, and no half of a character."""
    return "\0" not in words and not any("\ud800" <= char <= "\udfff" for char in words)


def _by_fts5(words: str, before: int | None, most: int) -> Select[Any]:
    """Walk the index backwards; the pairs of a word may stand apart, so LIKE has the last word."""
    question = " AND ".join(sorted(map(as_word, least_grams(words))))
    index = _INDEX.c.rowid
    query = (
        select(Comment.id)
        .select_from(_INDEX)
        .join(Comment, Comment.id == index)
        .where(_INDEX.c.comment_search.op("MATCH")(question), _holds(words, is_folded=True))
    )
    if before is not None:
        query = query.where(index < before)
    return query.order_by(index.desc()).limit(most)


def _among_newest(words: str, before: int | None, most: int, looked: int) -> Select[Any]:
    """Look through the *looked* newest one by one, until there are *most*."""
    newest = select(Comment.id, *_FIELDS).order_by(Comment.id.desc()).limit(looked)
    if before is not None:
        newest = newest.where(Comment.id < before)
    part = newest.subquery()
    fields = (part.c.author, part.c.text, part.c.edited_text)
    query = select(part.c.id).where(_holds(words, fields))
    return query.order_by(part.c.id.desc()).limit(most)


def _by_gin(words: str, before: int | None, most: int, *, above: int | None) -> Select[Any]:
    """Ask the index for all that has the pairs, of the numbers above *above* or of all."""
    grams = cast(sorted(least_grams(words)), ARRAY(Text))
    body = func.comment_grams(func.comment_body(*_FIELDS), type_=ARRAY(Text))
    matching = select(Comment.id, *_FIELDS).where(body.op("@>")(grams))
    if before is not None:
        matching = matching.where(Comment.id < before)
    if above is not None:
        matching = matching.where(Comment.id > above)
    # Kept apart, so that the planner does not walk the numbers instead.
    found = matching.cte("matching").prefix_with("MATERIALIZED")
    fields = (found.c.author, found.c.text, found.c.edited_text)
    query = select(found.c.id).where(_holds(words, fields))
    return query.order_by(found.c.id.desc()).limit(most)


def _holds(
    words: str, fields: Sequence[Any] = _FIELDS, *, is_folded: bool = False
) -> ColumnElement[bool]:
    """Say that one of *fields* holds *words*, as LIKE finds it; *is_folded* where LIKE itself takes
    A to Z in both sizes, as SQLite's does.
    """
    folded = fold_case(words)
    pattern = literal("%" + _escaped(words if is_folded else folded) + "%", String())
    has_letters = not is_folded and folded.upper() != folded
    return or_(*(_folded(field, has_letters).like(pattern, escape="\\") for field in fields))


def _folded(field: Any, has_letters: bool) -> Any:
    return func.lower(collate(field, "C")) if has_letters else field


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
