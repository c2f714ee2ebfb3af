"""Reads from an address which messages of the queue are asked for, and writes it again."""

from __future__ import annotations

from collections.abc import Mapping

from comments_service.models import CALM
from comments_service.queue import Choice, Place, Tab
from comments_service.web.numbers import read_number

MOST = 100
"""Characters of a filter."""
AGES = (0, 2, 24, 72, 168)
"""The ages that can be chosen, in hours."""


def read_choice(fields: Mapping[str, str]) -> Choice:
    """Read a choice; what makes no sense there counts as not chosen."""
    tab = fields.get("tab", "")
    attention = read_number(fields.get("attention"))
    hours = read_number(fields.get("hours")) or 0
    return Choice(
        tab=Tab(tab) if tab in list(Tab) else Tab.PENDING,
        thread=_words(fields.get("thread", "")),
        word=_words(fields.get("word", "")),
        network=_words(fields.get("network", "")),
        hours=hours if hours in AGES else 0,
        attention=attention if attention is not None and attention <= CALM else None,
        by_attention=fields.get("order") == "attention",
    )


def read_place(fields: Mapping[str, str]) -> Place:
    """Read where the page begins."""
    return Place(
        after=read_number(fields.get("after")),
        before=read_number(fields.get("before")),
        is_last=fields.get("last") == "1",
    )


def written(choice: Choice) -> dict[str, str]:
    """Give the fields of *choice* that differ from the plain queue."""
    fields = {
        "tab": "" if choice.tab is Tab.PENDING else choice.tab.value,
        "thread": choice.thread,
        "word": choice.word,
        "network": choice.network,
        "hours": str(choice.hours or ""),
        "attention": "" if choice.attention is None else str(choice.attention),
        "order": "attention" if choice.by_attention else "",
    }
    return {name: value for name, value in fields.items() if value}


def _words(text: str) -> str:
    """Give what can be asked of a database: no NUL, no lone surrogate, not too long."""
    return text.strip().replace("\0", "").encode("utf-8", "ignore").decode()[:MOST]
