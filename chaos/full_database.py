"""Fills the disk of the database while visitors write: what is acknowledged is stored, the others
get a sentence and keep their words, and readers notice nothing.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select, text

from chaos.disk import small_disk
from chaos.rows import Row, at_least, none_of
from chaos.stage import Answer, Service, ask, make_site, send_form
from comments_service.db import Database
from comments_service.models import Comment
from tests.living_site import LivingSite

READ = ("/", "/stories/first/", "/messages/", "/themes/culture/", "/messages/feed.xml")
"""Pages that readers look at meanwhile."""
BEFORE, AFTER = "磁盘还有地方时的留言", "腾出地方以后的第一条留言"
SENTENCE = "您写的内容都"


def run(folder: Path, quick: bool, *, may_mount: bool = True) -> list[Row]:
    """Fill the disk for a while; without *may_mount* by a limit, as where none can be mounted."""
    with small_disk(folder / "disk", may_mount=may_mount) as disk:
        site = make_site(folder, f"sqlite:///{folder / 'disk' / 'comments.db'}")
        try:
            with Service.of(site) as service:
                answers = {BEFORE: _send(service, BEFORE)}
                pages = read(service)
                disk.fill([service])
                for number in range(12 if quick else 300):
                    words = f"磁盘满时的第{number}条留言" + "，很长" * 100
                    answers[words] = _send(service, words)
                missed = sum(pages[path] != page for path, page in read(service).items())
                disk.free()
                answers[AFTER] = _send(service, AFTER)
            return [
                Row("how the disk was filled", "-", disk.kind, True),
                *_judged(site, answers),
                none_of("pages that readers missed", missed, len(READ), "pages"),
            ]
        finally:
            site.close()


def read(service: Service) -> dict[str, str]:
    """Give what readers get."""
    answers = {path: ask(service.port, path) for path in READ}
    return {path: f"{answer.status} {answer.text}" for path, answer in answers.items()}


def _send(service: Service, words: str) -> Answer:
    fields = {"thread": "first", "text": words, "nonce": str(hash(words))}
    return send_form(service.port, "/messages/new", fields)


def _judged(site: LivingSite, answers: Mapping[str, Answer]) -> list[Row]:
    """Compare what visitors were told with what is stored."""
    told = {words for words, answer in answers.items() if answer.status == 303}
    refused = {words: answer for words, answer in answers.items() if answer.status == 503}
    kept = sum(
        SENTENCE in answer.text and words in html.unescape(answer.text)
        for words, answer in refused.items()
    )
    with site.database.reading() as session:
        stored = list(session.scalars(select(Comment.text)))
    others = len(answers) - len(told) - len(refused)
    return [
        at_least("messages refused for want of room (503)", (len(answers) - 2) // 2, len(refused)),
        none_of("answers other than a receipt or 503", others, len(answers), "answers"),
        Row(
            "refusals with a sentence and all that was typed",
            "all",
            f"{kept} of {len(refused)}",
            kept == len(refused),
        ),
        none_of("acknowledged messages that are not stored", len(told - {*stored}), len(told), ""),
        none_of("messages stored twice", len(stored) - len({*stored}), len(stored), ""),
        Row("first message after that", "303", str(answers[AFTER].status), AFTER in told),
        Row("integrity check", "ok", integrity := _integrity(site.database), integrity == "ok"),
    ]


def _integrity(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.execute(text("PRAGMA integrity_check")).scalar())
