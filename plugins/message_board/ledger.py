"""The public figures as templates see them: tables with a row a month, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from comment_archive.ledger import Ledger, Month

MINUTE, HOUR, DAY = 60, 3600, 86400


class Words(Protocol):
    """The words of the interface."""

    def __call__(self, key: str, **values: object) -> str:
        """Give the word *key* with *values* in their places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures of all months."""

    id: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[object, ...]], ...]
    """The name of each month, and what it has under each head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """The figures, ready for a template."""

    day: date
    decisions: int
    hash: str
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, ledger: Ledger, words: Words) -> LedgerView:
        """Make the view of *ledger*; reasons that nobody gave have no column."""
        months = ledger.months[::-1]
        tables = [_of_months(months, words)]
        if any(month.refused for month in months):
            tables.append(_by_reason(ledger, months, words))
        if any(month.reports or month.appeals for month in months):
            tables.append(_of_answers(months, words))
        return cls(
            day=date.fromisoformat(ledger.day),
            decisions=ledger.decisions,
            hash=ledger.hash,
            tables=tuple(tables),
        )


def wait_in_words(seconds: int | None, words: Words) -> str:
    """Say how long a wait is, in the unit that a person would take."""
    if seconds is None:
        return words("ledger.no_wait")
    if seconds < MINUTE:
        return words("ledger.wait_short")
    if seconds < 2 * HOUR:
        return words("ledger.wait_minutes", n=seconds // MINUTE)
    if seconds < 2 * DAY:
        return words("ledger.wait_hours", n=seconds // HOUR)
    return words("ledger.wait_days", n=seconds // DAY)


def _of_months(months: Sequence[Month], words: Words) -> Table:
    heads = (
        words("ledger.received"),
        words("ledger.published"),
        words("ledger.refused"),
        words("ledger.spam"),
        words("ledger.withdrawn"),
        words("ledger.erased"),
        words("ledger.appeals"),
        words("ledger.granted"),
        words("ledger.wait"),
    )
    rows = tuple((_name(month, words), _figures(month, words)) for month in months)
    caption = words("ledger.by_month")
    return Table(id="ledger-months", caption=caption, heads=heads, rows=rows)


def _figures(month: Month, words: Words) -> tuple[object, ...]:
    return (
        month.received,
        month.published,
        sum(month.refused.values()),
        month.spam,
        month.withdrawn,
        month.erased,
        month.appeals,
        month.granted,
        wait_in_words(month.wait, words),
    )


def _of_answers(months: Sequence[Month], words: Words) -> Table:
    """Tell how long those waited who complained."""
    return Table(
        id="ledger-answers",
        caption=words("ledger.by_answer"),
        heads=(words("ledger.reports"), words("ledger.report_wait"), words("ledger.appeal_wait")),
        rows=tuple(
            (
                _name(month, words),
                (
                    month.reports,
                    wait_in_words(month.report_wait, words),
                    wait_in_words(month.appeal_wait, words),
                ),
            )
            for month in months
        ),
    )


def _by_reason(ledger: Ledger, months: Sequence[Month], words: Words) -> Table:
    used = {reason for month in months for reason in month.refused}
    keys = [key for key in ledger.reasons if key in used] + sorted(used - set(ledger.reasons))
    return Table(
        id="ledger-reasons",
        caption=words("ledger.by_reason"),
        heads=tuple(ledger.reasons.get(key, key) for key in keys),
        rows=tuple(
            (_name(month, words), tuple(month.refused.get(key, 0) for key in keys))
            for month in months
        ),
    )


def _name(month: Month, words: Words) -> str:
    year, number = month.month.split("-")
    return words("ledger.month_name", year=int(year), month=int(number))
