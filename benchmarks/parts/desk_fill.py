"""Fills a message board: messages in every state, stories, networks, findings, reports, decisions.

Rows go in through the tables' own triggers on SQLite. On PostgreSQL the counts and the search's
index are made afterwards, by the migration's own definitions, which takes a fifth of the time.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, insert, literal, select, text, update

from benchmarks.parts.desk_texts import characters, messages
from comments_service.chain import GENESIS, link
from comments_service.db import Database
from comments_service.models import (
    CALM,
    Action,
    ChainHead,
    Comment,
    Decision,
    Report,
    State,
    Tally,
    WordHit,
)

FILLING = 3
"""To be raised when other rows are to be there."""
SEED = 20151205
OF_A_THREAD = 1000
"""Messages, on the average."""
NETWORKS = 40_000
TOGETHER = 10_000
"""Rows of one transaction."""
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(seconds=40)
AT_ONCE = 2
"""Messages of the same moment."""
STATES = {
    State.PENDING: 70,
    State.APPROVED: 20,
    State.REFUSED: 5,
    State.SPAM: 3,
    State.APPEALED: 1,
    State.WITHDRAWN: 1,
}
"""How many of a hundred messages are in each state."""
ATTENTION = {CALM: 85, 2: 8, 1: 5, 0: 2}
REPORTED_OF = 40
"""One of so many published messages was reported."""
HITS = {"加微信": 6000, "代开发票": 3000, "兼职刷单": 1000, "办证": 1}
"""Listed words that were found, and how often each."""
DECIDED = {
    State.APPROVED: Action.APPROVE,
    State.REFUSED: Action.REFUSE,
    State.SPAM: Action.SPAM,
    State.APPEALED: Action.REFUSE,
    State.WITHDRAWN: Action.WITHDRAW,
}


@dataclass(slots=True)
class Fill:
    """Makes the rows, and remembers what the next ones follow."""

    chance: random.Random
    threads: int
    head: str = GENESIS
    wall: int = 0
    places: Counter[str] = field(default_factory=Counter)
    """How many messages of each thread were published."""

    def comment(self, number: int, words: str) -> dict[str, Any]:
        """Make the message *number*."""
        state = self.one_of(STATES)
        moment = FIRST_DAY + BETWEEN * (number // AT_ONCE)
        is_public = state is State.APPROVED
        thread = thread_name(int(self.threads * self.chance.random()))
        self.wall += is_public
        self.places[thread] += is_public
        is_reported = is_public and self.chance.random() * REPORTED_OF < 1
        return {
            "id": number,
            "thread": thread,
            "author": f"网友{self.chance.choice(NAMES)}",
            "text": words,
            "address": network(int(NETWORKS * self.chance.random() ** 2)),
            "findings": [],
            "attention": self.one_of(ATTENTION),
            "text_digest": f"{self.chance.getrandbits(128):032x}",
            "submitted_at": moment,
            "receipt_hash": f"{number:064d}",
            "state": state,
            "version": 1 if state is State.PENDING else 2,
            "html": f"<p>{words}</p>" if is_public else None,
            "policy": 1 if is_public else None,
            "position": self.places[thread] if is_public else None,
            "wall_position": self.wall if is_public else None,
            "live_at": moment + timedelta(hours=1) if is_public else None,
            "reported_at": moment + timedelta(days=1) if is_reported else None,
            "appealed_at": moment + timedelta(days=2) if state is State.APPEALED else None,
            "appeal_text": "请再看一遍。" if state is State.APPEALED else None,
        }

    def decision(self, comment: dict[str, Any]) -> dict[str, Any]:
        """Make the decision that brought *comment* to its state."""
        action = DECIDED[comment["state"]]
        facts = {
            "comment_id": comment["id"],
            "account_id": None,
            "action": action.value,
            "from_state": State.PENDING.value,
            "to_state": comment["state"].value,
            "reason": "offtopic" if action is Action.REFUSE else None,
            "note": "",
            "sentence": "",
            "text_hash": None,
            "batch": None,
            "decided_at": comment["submitted_at"] + timedelta(minutes=30),
        }
        self.head = link(self.head, **facts)
        states = {"from_state": State.PENDING, "to_state": comment["state"], "action": action}
        return facts | states | {"hash": self.head}

    def one_of(self, shares: dict[Any, int]) -> Any:
        """Choose by shares."""
        return self.chance.choices(list(shares), weights=list(shares.values()))[0]


NAMES = characters()[:800]


def fill(database: Database, count: int) -> None:
    """Put *count* messages into the empty tables of *database*."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.begin() as connection:
        index = None if is_sqlite else _without_triggers(connection)
    chance = random.Random(SEED)  # noqa: S311 -- not a secret
    maker = Fill(chance, max(1, count // OF_A_THREAD))
    rows = enumerate(islice(messages(SEED), count), 1)
    while some := [maker.comment(*each) for each in islice(rows, TOGETHER)]:
        with database.engine.begin() as connection:
            _insert(connection, maker, some)
        _tell(f"filling {database.engine.dialect.name}: {some[-1]['id']:,} of {count:,}")
    _tell("")
    with database.engine.begin() as connection:
        if index is not None:
            _with_triggers(connection, index)
    _analyze(database)


def thread_name(number: int) -> str:
    """Give the name of a story; the first one is there in the sample site."""
    return f"story-{number:03}" if number else "first"


def network(number: int) -> str:
    """Give a masked address."""
    return f"{number % 200 + 20}.{number // 200 % 256}.{number // 51200 + 1}.*"


def _insert(connection: Connection, maker: Fill, comments: list[dict[str, Any]]) -> None:
    """Insert *comments* and what hangs on them."""
    connection.execute(insert(Comment), comments)
    decided = [row for row in comments if row["state"] is not State.PENDING]
    connection.execute(insert(Decision), [maker.decision(row) for row in decided])
    connection.execute(update(ChainHead).values(hash=maker.head))
    if reports := [_report(row) for row in comments if row["reported_at"]]:
        connection.execute(insert(Report), reports)
    if hits := list(_hits(maker, comments)):
        connection.execute(insert(WordHit), hits)


def _report(comment: dict[str, Any]) -> dict[str, Any]:
    return {
        "comment_id": comment["id"],
        "reason": "insult",
        "address": comment["address"],
        "reported_at": comment["reported_at"],
    }


def _hits(maker: Fill, comments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the listed words that were found in what asks for attention."""
    for row in comments:
        if row["attention"] != CALM:
            yield {"word": maker.one_of(HITS), "comment_id": row["id"]}


def _without_triggers(connection: Connection) -> str:
    """Switch the triggers off and drop the search's index; gives the statement that makes it."""
    query = text("SELECT indexdef FROM pg_indexes WHERE indexname = 'comment_search'")
    index: str = connection.scalars(query).one()
    connection.execute(text("ALTER TABLE comment DISABLE TRIGGER USER"))
    connection.execute(text("DROP INDEX comment_search"))
    return index


def _with_triggers(connection: Connection, index: str) -> None:
    """Count all messages, make the search's index, and switch the triggers on."""
    _tell("indexing postgresql")
    for kind, which in ((Comment.state, None), (literal("reported"), Comment.reported_at)):
        for thread in (literal(""), Comment.thread):
            query = select(kind, thread, literal(0), func.count()).group_by(kind, thread)
            if which is not None:
                query = query.where(which.is_not(None))
            columns = ["kind", "thread", "shard", "n"]
            connection.execute(insert(Tally).from_select(columns, query))
    connection.execute(text("SELECT setval('comment_id_seq', (SELECT max(id) FROM comment))"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    connection.execute(text(index))
    connection.execute(text("ALTER TABLE comment ENABLE TRIGGER USER"))
    _tell("")


def _analyze(database: Database) -> None:
    """Let PostgreSQL do at once what its autovacuum does by and by; SQLite keeps no statistics."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE"))


def _tell(doing: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{doing}")
