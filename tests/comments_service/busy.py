"""A board on which much has happened, at random, all of it through the doors that there are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from comment_archive.files import Archive
from comments_service.db import Database
from comments_service.errors import CommentsError
from comments_service.export import Exporter
from comments_service.models import (
    Account,
    Action,
    Comment,
    ListedWord,
    Note,
    Report,
    Role,
    State,
    Strength,
    WordHit,
)
from comments_service.moderation import TRANSITIONS, VISITORS_ACTIONS, Ruling, decide, new_batch

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
UNDO = timedelta(seconds=10)
TEXTS = (
    "谢谢志愿者",
    "第一行\n\n第二行",
    "=1+1",
    '"引号", 逗号',
    "𠮷野家\u2028下一行",
    "`<b>`&amp;",
)
NAMES = ("路人", "", "王女士 🙂")
PEOPLE = (("值班", Role.MODERATOR), ("主编", Role.CHIEF), ("管理员", Role.ADMINISTRATOR))


@dataclass
class BusyBoard:
    """A database in which things happen by chance; the same seed gives the same."""

    database: Database
    archive: Path
    random: Random
    now: datetime = NOW
    numbers: list[int] = field(default_factory=list)

    def open_accounts(self) -> None:
        """Make the people who decide; one of them was locked out."""
        with self.database.writing() as session:
            for name, role in PEOPLE:
                email = f"{role}@example.org" if role is Role.CHIEF else None
                account = Account(name=name, role=role, password_hash="$argon2id$x", email=email)
                account.is_disabled = role is Role.MODERATOR and self.random.random() < 0.5
                session.add(account)

    def happen(self, count: int) -> None:
        """Let *count* things happen."""
        deeds = [self.post] * 4 + [self.decide] * 8 + [self.note, self.report, self.list_word]
        for _ in range(count):
            self.now += timedelta(microseconds=self.random.randrange(10**9))
            self.random.choice(deeds)()
            if self.random.random() < 0.1:
                self.publish()

    def post(self) -> int:
        """Leave a message."""
        pick = self.random.choice
        findings = pick(
            [
                [],
                [{"rule": "words", "verdict": "mark", "detail": "有词", "words": ["谢谢", "志愿"]}],
                [{"rule": "honeypot", "verdict": "spam", "detail": "机器", "words": []}],
            ]
        )
        with self.database.writing() as session:
            comment = Comment(
                thread=pick(["first", "second", "board"]),
                author=pick(NAMES),
                text=pick(TEXTS),
                email=pick([None, "a@example.org"]),
                address=pick(["14.152.94.*", ""]),
                findings=findings,
                attention=self.random.randrange(4),
                text_digest=pick([None, "d" * 32]),
                submitted_at=self.now,
                submission_key=f"n{len(self.numbers)}",
                receipt_hash=hashlib.sha256(f"{self.random.random()}".encode()).hexdigest(),
                state=pick([State.PENDING, State.PENDING, State.SPAM]),
                reply_to_id=pick(self.numbers) if self.numbers and pick([True, False]) else None,
            )
            session.add(comment)
            session.flush()
            words = {word for finding in findings for word in finding["words"]}
            session.add_all(WordHit(word=word, comment_id=comment.id) for word in words)
        self.numbers.append(comment.id)
        return comment.id

    def decide(self) -> None:
        """Do to some message something that can be done to it."""
        if not self.numbers:
            return
        with self.database.writing() as session:
            comment = session.get_one(Comment, self.random.choice(self.numbers))
            actions = [action for state, action in TRANSITIONS if state is comment.state]
            if not actions:
                return
            weights = [1 if action in {Action.ERASE, Action.WITHDRAW} else 6 for action in actions]
            (action,) = self.random.choices(actions, weights)
            people = session.scalars(select(Account).where(~Account.is_disabled)).all()
            by = None if action in VISITORS_ACTIONS else self.random.choice(people)
            ruling = Ruling(
                action=action,
                reason="insult" if action is Action.REFUSE else None,
                note=self.random.choice(["", "看过了"]),
                sentence=self.random.choice(["", "请换个说法"]),
                text=f"{self.random.choice(TEXTS)}{self.random.random()}",
                batch=self.random.choice([None, new_batch()]),
            )
            try:
                decide(session, comment.id, ruling, by=by, now=self.now, undo=UNDO)
            except CommentsError:
                return

    def note(self) -> None:
        """Write a note about some message that is not erased."""
        with self.database.writing() as session:
            comment = self._some(session)
            if comment is not None:
                account = self.random.randint(1, len(PEOPLE))
                text = self.random.choice(TEXTS)
                session.add(
                    Note(comment_id=comment.id, account_id=account, text=text, written_at=self.now)
                )

    def report(self) -> None:
        """Report some message."""
        with self.database.writing() as session:
            comment = self._some(session)
            if comment is not None:
                comment.reported_at = comment.reported_at or self.now
                report = Report(
                    comment_id=comment.id, reason="insult", text="骂人", address="14.152.94.*"
                )
                report.reported_at = self.now
                session.add(report)

    def list_word(self) -> None:
        """List a word, if it is not listed."""
        word = self.random.choice(["赌博", "谢谢", "志愿", "𠮷", "zebra", "Zebra"])
        with self.database.writing() as session:
            if session.get(ListedWord, word) is None:
                strength = self.random.choice(list(Strength))
                session.add(ListedWord(word=word, strength=strength, added_at=self.now))

    def publish(self) -> None:
        """Bring what is due to the archive, as the publisher does."""
        exporter = Exporter(self.database, Archive(self.archive))
        exporter.confirm(exporter.export_due(self.now), self.now)

    def _some(self, session) -> Comment | None:
        if not self.numbers:
            return None
        comment = session.get_one(Comment, self.random.choice(self.numbers))
        return None if comment.state is State.ERASED else comment


def make_busy(database: Database, archive: Path, seed: int, deeds: int = 60) -> BusyBoard:
    """Make a board on which *deeds* things have happened."""
    board = BusyBoard(database, archive, Random(seed))
    board.open_accounts()
    board.happen(deeds)
    return board
