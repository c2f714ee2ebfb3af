"""Takes the mail server away: messages are taken and published, notices wait in the outbox, and
each is sent once when the server is back.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from chaos.rows import Row, none_of
from chaos.stage import Service, make_site, send_form
from comments_service.models import Action, OutboxMessage
from comments_service.notifications.delivery import FIRST_WAIT
from comments_service.notifications.notifier import Notifier
from tests.comments_service.notifications.posting import FROM, Mailbox, mail_server
from tests.living_site import LivingSite, make_config
from tests.site.browserless import free_port

VISITORS = 12
OUTAGES = (timedelta(), FIRST_WAIT, 2 * FIRST_WAIT)
"""When the server is looked for in vain."""


def run(folder: Path, quick: bool) -> list[Row]:
    """Let visitors leave addresses while no mail can be sent."""
    site, mailbox = make_site(folder / "site"), Mailbox(free_port())
    settings = {"COMMENTS_MAIL_URL": mailbox.url, "COMMENTS_MAIL_FROM": FROM}
    try:
        with Service.of(site, **settings) as service:
            taken = [_write(service, number) for number in range(VISITORS)].count(303)
        site.decide(1, Action.APPROVE)
        site.publish()
        is_shown = "没有邮件的第0条" in site.page("stories/first/index.html")
        return [
            none_of("messages that were not taken", VISITORS - taken, VISITORS, "messages"),
            Row("an approved one is published", "yes", "yes" if is_shown else "no", is_shown),
            *_delivered(site, mailbox),
        ]
    finally:
        site.close()


def _write(service: Service, number: int) -> int:
    words, email = f"没有邮件的第{number}条", f"visitor-{number}@example.org"
    fields = {"thread": "first", "text": words, "nonce": f"mail-{number}", "email": email}
    return send_form(service.port, "/messages/new", fields).status


def _delivered(site: LivingSite, mailbox: Mailbox) -> list[Row]:
    """Try in vain for a while, then with the server there."""
    config = make_config(site.root, site.database_url, mail_url=mailbox.url, mail_from=FROM)
    began = datetime.now(UTC)

    def notify(after: timedelta) -> None:
        clock = began + after
        Notifier(site.database, config, lambda: site.directory, lambda: clock).notify_due()

    for after in OUTAGES:
        notify(after)
    waiting = _waiting(site)
    with mail_server(mailbox):
        notify(OUTAGES[-1] + FIRST_WAIT)
    sent = Counter(address for _, addresses, _ in mailbox.envelopes for address in addresses)
    wrong = sum(sent[f"visitor-{number}@example.org"] != 1 for number in range(VISITORS))
    left = _waiting(site)
    return [
        Row("notices that wait meanwhile", str(VISITORS), str(waiting), waiting == VISITORS),
        none_of("visitors who got no mail, or two", wrong, VISITORS, "visitors"),
        none_of("notices left over", left, VISITORS, "notices"),
    ]


def _waiting(site: LivingSite) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
