"""Takes PostgreSQL away for a while: readers notice nothing, visitors get a sentence and keep their
words, and all goes on by itself when it is back.
"""

from __future__ import annotations

import html
import time
from pathlib import Path

from chaos.full_database import READ, SENTENCE, read
from chaos.full_folders import PUBLISHER, is_live
from chaos.rows import Row, at_least, none_of
from chaos.servers import PostgreSQL, address_of
from chaos.stage import Answer, Program, Service, make_site, send_form, settings_of, wait_for
from comments_service.models import Action
from tests.living_site import LivingSite

GONE_SECONDS = 60.0
BETWEEN_VISITORS = 0.5


def run(folder: Path, quick: bool) -> list[Row]:
    """Stop the server for a minute, in the short form until it was missed once."""
    with PostgreSQL.make(folder / "postgresql") as server:
        site = make_site(folder / "site", address_of(server))
        publisher = Program(PUBLISHER, settings_of(site), folder / "publisher.log")
        try:
            with Service.of(site) as service, publisher:
                return _gone(site, server, service, 0.0 if quick else GONE_SECONDS)
        finally:
            site.close()


def _gone(site: LivingSite, server: PostgreSQL, service: Service, seconds: float) -> list[Row]:
    first = site.post_approved()
    wait_for(lambda: is_live(site, first), "a message is published")
    pages = read(service)
    server.kill()
    until, answers = time.monotonic() + seconds, dict[str, Answer]()
    while not answers or time.monotonic() < until:
        words = f"数据库不在时的第{len(answers)}条留言"
        answers[words] = _send(service, words)
        time.sleep(BETWEEN_VISITORS)
    missed = sum(pages[path] != page for path, page in read(service).items())
    server.start()
    wait_for(lambda: _send(service, "数据库回来以后").status == 303, "messages are taken again")
    site.database.engine.dispose()
    number = site.post(nonce="after the database came back")
    site.decide(number, Action.APPROVE)
    seconds = wait_for(lambda: is_live(site, number), "the publisher goes on")
    kept = sum(
        answer.status == 503 and SENTENCE in answer.text and words in html.unescape(answer.text)
        for words, answer in answers.items()
    )
    return [
        at_least("messages sent while it was gone", 1, len(answers)),
        none_of(
            "of these without a sentence and their words", len(answers) - kept, len(answers), ""
        ),
        none_of("pages that readers missed", missed, len(READ), "pages"),
        Row("afterwards taken and published by itself", "yes", f"after {seconds:.1f} s", True),
    ]


def _send(service: Service, words: str) -> Answer:
    fields = {"thread": "first", "text": words, "nonce": words}
    return send_form(service.port, "/messages/new", fields)
