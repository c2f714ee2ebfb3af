"""Makes mails, as plain text and HTML, and hands them to the mail server."""

from __future__ import annotations

import re
import smtplib
import ssl
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from comment_archive.directory import SiteInfo
from comments_service.config import Config
from comments_service.notifications.letters import Letter
from comments_service.notifications.links import mail_host

TEMPLATES = Path(__file__).with_name("templates")
TIMEOUT_SECONDS = 10
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
HOST = re.compile(r"([A-Za-z0-9_-]{1,63}\.)+[A-Za-z0-9-]{2,63}\Z")
LONGEST_HEAD = 100
"""Characters of a name or subject; programs show no more."""
SPECIALS = re.compile(r"""[()<>\[\]:;@\\,."]""")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class Undeliverable(Exception):
    """An address to which no mail can go, now or later."""


class ServerDown(Exception):
    """The mail server cannot be used at the moment, for whatever mail."""


class _Policy(EmailPolicy):
    """Folds heads as the standard says, but leaves an address in a head alone: encoded it would be
    none (Python folds long ones into encoded words).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.casefold() == "list-unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def build(letter: Letter, *, config: Config, site: SiteInfo, name: str, now: Any) -> EmailMessage:
    """Make the mail of *letter*; *name* is the same when it is sent again, so that a mailbox shows
    it once. Raises Undeliverable.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(_display_name(site.name), addr_spec=config.mail_from)
    message["To"] = Address(addr_spec=recipient(letter.to))
    message["Subject"] = one_line(letter.subject)[:LONGEST_HEAD]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{name}@{mail_host(config)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_render(letter, site, "txt"), cte="base64")
    message.add_alternative(_render(letter, site, "html"), subtype="html", cte="base64")
    return message


def send(message: EmailMessage, config: Config) -> None:
    """Hand *message* to the server; raises ServerDown, and SMTPException where this mail is not
    taken.
    """
    try:
        server = connect(config)
    except (OSError, ValueError) as error:
        raise ServerDown(type(error).__name__) from error
    with server:
        (to,) = message["To"].addresses
        server.sendmail(config.mail_from, [to.addr_spec], message.as_bytes())


def connect(config: Config) -> smtplib.SMTP:
    """Connect to the mail server and log in; certificates are verified, and nothing is said before
    it is encrypted where that was asked for. Raises OSError, SMTPException and ValueError.
    """
    url = urlsplit(config.mail_url)
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    we = mail_host(config)
    if url.scheme == "smtps":
        tls = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, local_hostname=we, timeout=TIMEOUT_SECONDS, context=tls
        )
    else:
        server = smtplib.SMTP(host, port, local_hostname=we, timeout=TIMEOUT_SECONDS)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def recipient(address: str) -> str:
    """Give *address* as a mail server takes it; raises Undeliverable for anything doubtful."""
    local, _, host = address.rpartition("@")
    try:
        plain = host.encode("idna").decode()
    except UnicodeError as error:
        raise Undeliverable from error
    if len(address) > 254 or not LOCAL_PART.match(local) or not HOST.match(plain):
        raise Undeliverable
    return f"{local}@{plain}"


def one_line(text: str) -> str:
    """Give *text* without line breaks and without what nobody sees, which could turn a line."""
    words = " ".join(text.split())
    return "".join(char for char in words if unicodedata.category(char) not in UNSEEN)


def _display_name(text: str) -> str:
    """Give *text* without the marks of an address's grammar: Python forgets to quote them where it
    folds a line, and another address would stand there.
    """
    return " ".join(SPECIALS.sub(" ", one_line(text)).split())[:LONGEST_HEAD]


def _render(letter: Letter, site: SiteInfo, form: str) -> str:
    template = _environment().get_template(f"{letter.template}.{form}")
    return template.render(
        letter.values, site=site.name, subject=letter.subject, unsubscribe=letter.unsubscribe
    )


@cache
def _environment() -> Environment:
    """Give the templates; in HTML every value is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["one_line"] = one_line
    return environment
