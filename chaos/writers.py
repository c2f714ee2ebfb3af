"""Visitors who write without a pause, and send again what they do not know to be stored."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise
from types import TracebackType
from typing import Self

from sqlalchemy import func, select

from chaos.rows import Row, none_of
from chaos.stage import PATIENCE, ask, send_form
from comments_service.db import Database
from comments_service.models import Comment
from comments_service.tokens import hash_token

RECEIPT = "/messages/receipt/"
BETWEEN_TRIES = 0.02
"""Seconds before a sending is tried again."""


@dataclass
class Writers:
    """Some threads that each post one message after the other, until stopped.

    A sending whose answer is a failure, or does not come, is sent again with the same number until
    it is acknowledged, at another one of *ports* each time.
    """

    ports: Sequence[int]
    many: int = 4
    words: str = "第{writer}位访客的第{number}条留言"
    """What they write, in which `writer` and `number` stand."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    """The end of the receipt's address, by the message's text."""
    moments: list[float] = field(default_factory=list)
    """When each was acknowledged (time.monotonic)."""
    failures: Counter[str] = field(default_factory=Counter)
    """Tries that were not acknowledged: by status, or the kind of error."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=self._write, args=(number,), daemon=True)
            for number in range(self.many)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        """Let each finish what it is at: the service should be there again."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def longest_gap(self, since: float, until: float) -> float:
        """Give the most seconds between two acknowledgements from *since* to *until*."""
        inner = [moment for moment in sorted(self.moments) if since <= moment <= until]
        moments = [since, *inner, until]
        return max(after - before for before, after in pairwise(moments))

    def _write(self, writer: int) -> None:
        for number in count():
            if self._stop.is_set():
                return
            text = self.words.format(writer=writer, number=number)
            self._send(text, f"chaos-{writer}-{number}")

    def _send(self, text: str, nonce: str) -> None:
        fields = {"thread": "first", "text": text, "nonce": nonce}
        began = time.monotonic()
        for attempt in count():
            port = self.ports[attempt % len(self.ports)]
            if token := self._try(port, fields):
                self.acknowledged[text] = token
                self.moments.append(time.monotonic())
                return
            if self._stop.is_set() and time.monotonic() - began > PATIENCE:
                return
            time.sleep(BETWEEN_TRIES)

    def _try(self, port: int, fields: dict[str, str]) -> str:
        """Send once; gives the receipt's token, or nothing where none came."""
        try:
            answer = send_form(port, "/messages/new", fields)
        except (OSError, http.client.HTTPException) as error:
            self.failures[type(error).__name__] += 1
            return ""
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status == 303 and headers["location"].startswith(RECEIPT):
            return headers["location"].removeprefix(RECEIPT)
        self.failures[str(answer.status)] += 1
        return ""


def kept(writers: Writers, database: Database, where: str) -> list[Row]:
    """Compare what was acknowledged with what *database* holds."""
    with database.reading() as session:
        query = select(Comment.text, func.count(), func.max(Comment.receipt_hash))
        stored = {
            text: (many, digest)
            for text, many, digest in session.execute(query.group_by(Comment.text))
        }
    lost = sum(
        stored.get(text, (0, ""))[1] != hash_token(token)
        for text, token in writers.acknowledged.items()
    )
    doubled = sum(many > 1 for many, _ in stored.values())
    many = len(writers.acknowledged)
    return [
        none_of(f"{where}: acknowledged messages lost, or without their receipt", lost, many, ""),
        none_of(f"{where}: messages stored twice", doubled, many, ""),
    ]


def still_answers(port: int) -> bool:
    """Say whether pages of the site are served."""
    return ask(port, "/stories/first/").status == 200
