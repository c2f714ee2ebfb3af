"""Mails as they go out: their heads, both bodies, and what cannot be smuggled into them."""

from __future__ import annotations

import smtplib
import ssl
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from comment_archive.directory import SiteInfo
from comments_service.config import Config
from comments_service.notifications import mail
from comments_service.notifications.letters import Letter
from comments_service.notifications.mail import ServerDown, Undeliverable, build, recipient, send
from tests.comments_service.notifications.posting import FROM, Mailbox, free_port, texts_of
from tests.comments_service.web.hostile import texts
from tests.living_site import SECRET, START

SITE = SiteInfo(
    url="https://campaign.example.org",
    name="回声：记录珠三角志愿者的故事",
    language="zh-CN",
    timezone="Asia/Shanghai",
    stylesheet="",
    icon="",
    page_length=20,
)
CERTIFICATE = Path(__file__).parents[2] / "data" / "mail-server.pem"
"""A certificate of 127.0.0.1 with its key, made for these tests; nobody vouches for it."""
LONG = "https://campaign.example.org/messages/mail/1234567/" + "x" * 32 + "/unsubscribe"


def make_config(**changes):
    """Make settings with a mail server."""
    values = {
        "secret_key": SECRET,
        "site_url": "https://campaign.example.org",
        "mail_url": "smtp://127.0.0.1:9",
        "mail_from": FROM,
    }
    return Config(**values | changes)


def make_letter(**changes):
    """Make the letter that tells of an answer."""
    values = {
        "number": 7,
        "place": "《红马甲》",
        "when": "2026年3月1日 12:30",
        "link": "https://campaign.example.org/stories/red-vest/#m-8",
        "author": "邻居",
    }
    letter = {
        "to": "visitor@example.org",
        "subject": "有人回复了您的留言（第7号） · 回声：记录珠三角志愿者的故事",
        "template": "reply",
        "values": values | changes.pop("values", {}),
        "unsubscribe": LONG,
    }
    return Letter(**letter | changes)


def make_mail(letter=None, name="reply.1.abc"):
    """Make a mail and read it as a mail program does."""
    message = build(letter or make_letter(), config=make_config(), site=SITE, name=name, now=START)
    data = message.as_bytes()
    return data, message_from_bytes(data, policy=default)


def test_heads():
    """Everything that a mail program and a mail server look at is there."""
    data, parsed = make_mail()
    assert parsed["From"].addresses[0].addr_spec == FROM
    assert parsed["From"].addresses[0].display_name == SITE.name
    assert parsed["To"] == "visitor@example.org"
    assert parsed["Subject"] == "有人回复了您的留言（第7号） · 回声：记录珠三角志愿者的故事"
    assert parsed["Message-ID"] == "<reply.1.abc@campaign.example.org>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Date"].datetime == START
    assert f"\r\nList-Unsubscribe: <{LONG}>\r\n".encode() in data


def test_bytes_are_what_every_server_takes():
    """Seven bits, lines of both line ends, none too long but the unsubscribe address."""
    data, _ = make_mail()
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 78 or LONG.encode() in line for line in data.split(b"\r\n"))


def test_both_bodies_hold_the_same():
    """Plain text and HTML tell the same; HTML is escaped, plain text is not."""
    _, parsed = make_mail(make_letter(values={"author": "<b>A & B</b>"}))
    plain, html = texts_of(parsed)
    assert "<b>A & B</b>回复了您" in plain
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html
    for body in (plain, html):
        assert "https://campaign.example.org/stories/red-vest/#m-8" in body
        assert LONG in body
        assert "第7号" in body


@pytest.mark.parametrize("template", ["confirm", "published", "refused", "reply", "digest"])
def test_every_template_can_be_rendered(template):
    """With the values it is given, as text and HTML, and ends with the way out."""
    values = {
        "reason": "广告或推广",
        "sentence": "",
        "can_appeal": True,
        "name": "值班",
        "pending": 2,
        "oldest": "2026年3月1日 12:30",
        "reported": 0,
        "appealed": 0,
        "desk": "https://campaign.example.org/desk/",
        "items": [],
    }
    _, parsed = make_mail(make_letter(template=template, values=values))
    for body in texts_of(parsed):
        assert LONG in body
        assert "您好" in body


@pytest.mark.parametrize(("name", "value"), texts(), ids=[name for name, _ in texts()])
def test_nothing_can_be_put_into_the_head(name, value):
    """Whatever stands in a name or a title, the heads are ours and no line is added."""
    letter = make_letter(subject=f"您的留言 {value}", values={"author": value, "place": value})
    message = build(
        letter,
        config=make_config(),
        site=SiteInfo(
            **{field: getattr(SITE, field) for field in SiteInfo.__slots__} | {"name": value}
        ),
        name="reply.1.abc",
        now=START,
    )
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    assert parsed.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
        "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert parsed["From"].addresses[0].addr_spec == FROM
    assert parsed["To"] == "visitor@example.org"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("", id="empty"),
        pytest.param("a", id="no host"),
        pytest.param("a@b", id="host without a dot"),
        pytest.param("a@b.org\r\nBcc: c@d.org", id="line break"),
        pytest.param("a\r\n@b.org", id="line break before the host"),
        pytest.param("a,c@b.org", id="two"),
        pytest.param("<a>@b.org", id="brackets"),
        pytest.param('"a b"@b.org', id="quoted"),
        pytest.param("a@b.org>", id="half a bracket"),
        pytest.param("a@b..org", id="empty label"),
        pytest.param("a@[127.0.0.1]", id="literal"),
        pytest.param("名@b.org", id="Chinese local part"),
        pytest.param("a\0@b.org", id="NUL"),
        pytest.param("\ud800@b.org", id="surrogate"),
        pytest.param("a@\ud800.org", id="surrogate in the host"),
        pytest.param("a" * 250 + "@b.org", id="long"),
        pytest.param("a@" + "b" * 64 + ".org", id="long label"),
        pytest.param("-a..b@b.org", id="two dots"),
    ],
)
def test_doubtful_addresses_are_not_written_to(address):
    """No mail goes to what is not plainly an address."""
    with pytest.raises(Undeliverable):
        recipient(address)


def test_hosts_in_chinese_are_written_plainly():
    """A host of other letters is given in the form that servers know."""
    assert recipient("a@例子.公司") == "a@xn--fsqu00a.xn--55qx5d"
    assert recipient("a.b+c@example.org") == "a.b+c@example.org"


def test_log_in_and_encryption_are_kept_to(mailbox):
    """A server that offers no encryption is not told anything where encryption was asked for."""
    message = build(make_letter(), config=make_config(), site=SITE, name="n", now=START)
    for scheme in ("smtp+starttls", "smtps"):
        url = f"{scheme}://name:pass@127.0.0.1:{mailbox.port}"
        with pytest.raises(ServerDown):
            send(message, make_config(mail_url=url))
    assert mailbox.envelopes == []


def test_name_and_password_are_shown(monkeypatch):
    """Name and password of the setting are percent-decoded and shown to the server."""
    shown = []

    def check(server, session, envelope, mechanism, data):
        from aiosmtpd.smtp import AuthResult

        shown.append((data.login, data.password))
        return AuthResult(success=True)

    mailbox = Mailbox(free_port())
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        authenticator=check,
        auth_require_tls=False,
    )
    controller.start()
    try:
        url = f"smtp://board%40x:p%2Fw@127.0.0.1:{mailbox.port}"
        config = make_config(mail_url=url)
        send(build(make_letter(), config=config, site=SITE, name="n", now=START), config)
    finally:
        controller.stop()
    assert shown == [(b"board@x", b"p/w")]
    assert [to for _, to, _ in mailbox.envelopes] == [["visitor@example.org"]]


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:1", "smtps://127.0.0.1:1", "smtp://x:99999"])
def test_unreachable_servers(url):
    """Whatever stands in the way of the server is one error."""
    message = build(make_letter(), config=make_config(), site=SITE, name="n", now=START)
    with pytest.raises(ServerDown):
        send(message, make_config(mail_url=url))


def test_refusal_of_one_mail_is_another_error(mailbox):
    """A recipient that the server does not take says nothing of the server."""
    mailbox.refusal = "550 no such person"
    message = build(make_letter(), config=make_config(), site=SITE, name="n", now=START)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(message, make_config(mail_url=mailbox.url))


def test_one_line_drops_what_is_not_seen():
    """Line breaks become blanks; controls, bidi and invisible characters go."""
    assert mail.one_line("a\r\nb\u202ec\u200bd\0\x1b[1m 好") == "a bcd[1m 好"


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_certificates_are_verified(monkeypatch, scheme):
    """A server whose certificate nobody vouches for gets no mail; one that is known does."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    mailbox = Mailbox(free_port())
    asked = {"ssl_context": tls} if scheme == "smtps" else {"tls_context": tls}
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **asked)
    config = make_config(mail_url=f"{scheme}://127.0.0.1:{mailbox.port}")
    message = build(make_letter(), config=config, site=SITE, name="n", now=START)
    controller.start()
    try:
        with pytest.raises(ServerDown):
            send(message, config)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        send(message, config)
    finally:
        controller.stop()
    assert len(mailbox.envelopes) == 1
