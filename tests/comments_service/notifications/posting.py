"""A real mail server and a real web server that keep what they are sent."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from sqlalchemy import select

from comments_service.models import Account, OutboxMessage, Role
from comments_service.notifications.delivery import deliver_due
from tests.living_site import make_config, password_hash

FROM = "board@example.org"
VISITOR = "visitor@example.org"


@dataclass
class Mailbox:
    """Takes mails; keeps the envelope's addresses and the bytes of each."""

    port: int
    envelopes: list = field(default_factory=list)
    refusal: str = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take every recipient, unless the test refuses them."""
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Keep the mail."""
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"

    @property
    def url(self):
        """Give the setting that leads here."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self):
        """Give the mails, parsed."""
        return [message_from_bytes(content, policy=default) for *_, content in self.envelopes]

    def take(self):
        """Give the one mail that came, and forget it."""
        (mail,) = self.mails
        self.envelopes.clear()
        return mail


@contextmanager
def mail_server(mailbox):
    """Run the server of *mailbox*."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@contextmanager
def web_hook(status=200):
    """Run a web server that keeps the JSON it is sent; gives its Apprise address and the list."""
    taken = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port():
    """Give a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mail_config(site, mailbox, **changes):
    """Give settings with which mail goes to *mailbox*."""
    url = mailbox.url if mailbox else ""
    values = {"mail_url": url, "mail_from": FROM if mailbox else ""} | changes
    return make_config(site.root, site.database_url, **values)


def deliver(site, config, later=timedelta()):
    """Let the notifier deliver what is due."""
    return deliver_due(site.database, config, lambda: site.directory, site.now + later)


def texts_of(mail):
    """Give the plain text and the HTML of a mail."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return plain.get_content(), html.get_content()


def paths_in(mail, begin="/messages/mail/"):
    """Give the local addresses in a mail's plain text that begin so."""
    plain, _ = texts_of(mail)
    return re.findall(rf"https?://[^/\s]+({begin}\S+)", plain)


def outbox_of(site):
    """Give the kinds that wait."""
    with site.database.reading() as session:
        return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def waiting_of(site):
    """Give the notices that wait."""
    with site.database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def make_reader(site, name="收信", email="reader@example.org", role=Role.MODERATOR, **values):
    """Make an account that gets the digest by mail."""
    given = {"password_hash": password_hash(), "email": email} | values
    with site.database.writing() as session:
        account = Account(name=name, role=role, **given)
        session.add(account)
        session.flush()
        return account
