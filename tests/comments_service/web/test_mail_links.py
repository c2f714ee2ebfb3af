"""The pages behind the links in visitors' mails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comments_service.app import create_app
from comments_service.models import Action
from tests.comments_service.notifications.conftest import config, mailbox  # noqa: F401
from tests.comments_service.notifications.posting import (
    VISITOR,
    deliver,
    outbox_of,
    paths_in,
)

CROSS = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}


@pytest.fixture
def mail(site, mailbox, config):  # noqa: F811
    """Give the mail that asks for confirmation of the first message's address."""
    site.post(email=VISITOR)
    deliver(site, config)
    return mailbox.take()


def test_mail_holds_both_links(mail):
    """One to confirm, one to unsubscribe; the head names the latter, for one click."""
    confirm, unsubscribe = paths_in(mail)
    assert confirm.endswith("/confirm")
    assert unsubscribe.endswith("/unsubscribe")
    assert mail["List-Unsubscribe"].strip("<>").endswith(unsubscribe)


def test_looking_changes_nothing(client, site, mail):
    """Programs that open every link of a mail neither confirm nor unsubscribe."""
    for path in paths_in(mail):
        for ask in (client.get, client.head, client.options):
            assert ask(path).status_code == 200
    comment = site.comment(1)
    assert (comment.email, comment.email_confirmed_at) == (VISITOR, None)


def test_pages_are_secret(client, mail):
    """They are not stored, not passed on and not searched, and hold no address."""
    for path in paths_in(mail):
        page = client.get(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in page.headers
        assert VISITOR not in page.text


def test_confirming(client, site, mail):
    """The button confirms; pressing it again, or opening the link again, says that it is done."""
    confirm, _ = paths_in(mail)
    assert "确认邮箱" in client.get(confirm).text
    for _ in range(2):
        answer = client.post(confirm)
        assert answer.status_code == 200
        assert "邮箱已经确认" in answer.text
    page = client.get(confirm).text
    assert "邮箱已经确认" in page
    assert "<form" not in page.partition("<main")[2]
    assert site.comment(1).email_confirmed_at is not None


def test_confirming_brings_what_was_decided(client, site, mail):
    """A decision that stands already is told then."""
    confirm, _ = paths_in(mail)
    site.decide(1, Action.REFUSE)
    client.post(confirm)
    assert "decision" in outbox_of(site)


@pytest.mark.parametrize(
    "sending",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"data": {"List-Unsubscribe": "One-Click"}}, id="one click"),
        pytest.param(
            {
                "data": {"List-Unsubscribe": "One-Click"},
                "content_type": "multipart/form-data",
            },
            id="one click in parts",
        ),
        pytest.param({"data": b"\xff\xfe", "content_type": "text/plain"}, id="anything"),
        pytest.param({"headers": CROSS}, id="from a mail program in a browser"),
        pytest.param({"headers": {"Origin": "null"}}, id="from a page without an origin"),
    ],
)
def test_unsubscribing(client, site, mail, sending):
    """The address is forgotten, however the mail program asks; a second time it is not known."""
    _, unsubscribe = paths_in(mail)
    answer = client.post(unsubscribe, **sending)
    assert answer.status_code == 200
    assert "已经退订" in answer.text
    comment = site.comment(1)
    assert (comment.email, comment.email_confirmed_at) == (None, None)
    for again in (client.post(unsubscribe), client.get(unsubscribe)):
        assert again.status_code == 404
        assert "可能已经退订" in again.text


def test_links_of_one_message_are_not_those_of_another(client, site, mail):
    """Nobody gets from his own link to another's."""
    site.post(email="other@example.org", text="另一条")
    confirm, unsubscribe = paths_in(mail)
    wrong = [
        confirm.replace("/mail/1/", "/mail/2/"),
        confirm.replace("/confirm", "/unsubscribe"),
        unsubscribe.replace("/unsubscribe", "/confirm"),
        confirm.replace("/confirm", "/erase"),
        confirm.swapcase(),
    ]
    for path in wrong:
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert site.comment(1).email_confirmed_at is None
    assert site.comment(2).email == "other@example.org"


@pytest.mark.parametrize("number", ["1", "0", "999", "１", "-1", str(2**63), "9" * 40, "x"])
@pytest.mark.parametrize("token", ["x", "%00", "é", "%ED%A0%80", "A" * 100, "A" * 3000, "' OR 1"])
def test_forged_links(client, site, number, token):
    """Whatever is made up is not found."""
    site.post(email=VISITOR)
    for deed in ("confirm", "unsubscribe"):
        for ask in (client.get, client.post):
            assert ask(f"/messages/mail/{number}/{token}/{deed}").status_code == 404


def test_links_of_an_erased_message(client, site, mail):
    """With the message its links are gone."""
    confirm, _ = paths_in(mail)
    client.post(f"/messages/receipt/{site.receipts[0].token}/erase", data={"confirm": "1"})
    assert client.get(confirm).status_code == 404
    assert client.post(confirm).status_code == 404


def test_from_form_to_notice(site, mailbox, config):  # noqa: F811
    """A visitor leaves an address, confirms it, and is told when the message is live."""
    app = create_app(config)
    client = app.test_client()
    fields = {"thread": "first", "name": "路人", "text": "请告诉我结果", "email": VISITOR}
    assert client.post("/messages/new", data=fields).status_code == 303
    site.now = datetime.now(UTC)
    deliver(site, config)
    confirm, _ = paths_in(mailbox.take())
    assert client.post(confirm).status_code == 200
    site.decide(1, Action.APPROVE)
    site.publish()
    assert deliver(site, config) == 1
    assert "您的留言已经公开" in mailbox.take()["Subject"]
    app.extensions["parts"].database.engine.dispose()
