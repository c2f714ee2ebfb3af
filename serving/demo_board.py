"""Fills the demonstration's board: messages in every state, with all that can happen to one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from comment_archive.directory import BOARD, Directory
from comments_service import word_lists
from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import Account, Action, Note, Role, Strength
from comments_service.moderation import VISITORS_ACTIONS, Ruling, decide
from comments_service.replies import reply
from comments_service.reports import report_message
from comments_service.screening import Submission
from comments_service.submission import submit
from publishing.worker import Publisher

MESSAGES = Path(__file__).with_name("demo_messages.toml")
COLLEAGUE = "demo-colleague"
"""Who refused what is appealed: an appeal needs a second reader. Nobody can log in as that."""
DEEDS = {
    "approved": (Action.APPROVE,),
    "refused": (Action.REFUSE,),
    "appealed": (Action.REFUSE, Action.APPEAL),
    "withdrawn": (Action.WITHDRAW,),
    "erased": (Action.ERASE,),
}
"""How a message comes into the state that the file names; the others stay as screening left them.
"""


def fill(publisher: Publisher[Any], database: Database, config: Config, moderator: Account) -> None:
    """List the words and leave the messages of the file, an hour between any two, and decide them.

    All is published at the end but what came last.
    """
    board: dict[str, Any] = tomllib.loads(MESSAGES.read_text("utf-8"))
    now = datetime.now(UTC)
    with database.writing() as session:
        for strength, words in board["words"].items():
            word_lists.add_words(session, words, Strength(strength), now)
        colleague = Account(name=COLLEAGUE, role=Role.MODERATOR, password_hash="")  # nosec B106
        session.add(colleague)
    filler = _Filler(publisher, database, config, moderator, colleague)
    messages: list[dict[str, Any]] = board["message"]
    for index, message in enumerate(messages):
        filler.add(message, now - timedelta(hours=len(messages) - index))
    with database.writing() as session:
        session.merge(colleague).is_disabled = True


@dataclass(frozen=True, slots=True)
class _Filler:
    publisher: Publisher[Any]
    database: Database
    config: Config
    moderator: Account
    colleague: Account
    numbers: list[int] = field(default_factory=list)

    def add(self, message: dict[str, Any], moment: datetime) -> None:
        """Leave one message, and do to it what the file says."""
        if "reply_to" in message:
            self.publisher.publish_due()  # only what is published can be answered
        self.numbers.append(self._leave(message, moment))
        refuser = self.colleague if message["state"] == "appealed" else self.moderator
        for action in DEEDS.get(message["state"], ()):
            self._decide(refuser, self._ruling(action, message), moment)
        if "edited" in message:
            edit = Ruling(action=Action.EDIT, text=message["edited"])
            self._decide(self.moderator, edit, moment)
        if message.get("pinned"):
            self._decide(self.moderator, Ruling(action=Action.PIN), moment)
        self._add_words_of_others(message, moment)

    def _leave(self, message: dict[str, Any], moment: datetime) -> int:
        answered = message.get("reply_to")
        directory, secret = Directory.read(self.config.threads_file), self.config.secret_key
        thread = message["thread"]  # another campaign may have other stories
        submission = Submission(
            thread=thread if thread in directory.threads else BOARD,
            text=message["text"],
            author=message["name"],
            address=message["address"],
            reply_to=self.numbers[answered - 1] if answered else None,
            trap="demo" if message["state"] == "spam" else "",
        )
        return submit(self.database, directory, submission, secret=secret, now=moment).number

    def _ruling(self, action: Action, message: dict[str, Any]) -> Ruling:
        return Ruling(
            action=action,
            reason=message.get("reason"),
            sentence=message.get("sentence", "") if action is Action.REFUSE else "",
            text=message.get("appeal") if action is Action.APPEAL else None,
        )

    def _decide(self, who: Account, ruling: Ruling, moment: datetime) -> None:
        with self.database.writing() as session:
            by = None if ruling.action in VISITORS_ACTIONS else session.merge(who)
            decide(session, self.numbers[-1], ruling, by=by, now=moment, undo=timedelta())

    def _add_words_of_others(self, message: dict[str, Any], moment: datetime) -> None:
        """Add the editors' reply, a colleague's note and a reader's report."""
        if "report" in message:
            self.publisher.publish_due()  # only what is published can be reported
        with self.database.writing() as session:
            if "reply" in message:
                self._reply(session, message["reply"], moment)
            if "note" in message:
                of_it = {"comment_id": self.numbers[-1], "account_id": self.colleague.id}
                session.add(Note(text=message["note"], written_at=moment, **of_it))
            if "report" in message:
                self._report(session, message)

    def _reply(self, session: Session, text: str, moment: datetime) -> None:
        reply(
            session,
            self.numbers[-1],
            text,
            name=self.config.editor_name,
            by=session.merge(self.moderator),
            now=moment,
            undo=timedelta(),
        )

    def _report(self, session: Session, message: dict[str, Any]) -> None:
        report_message(
            session,
            self.numbers[-1],
            reason=message["report"],
            text=message.get("report_text", ""),
            address="203.0.113.77",
            now=datetime.now(UTC),
        )
