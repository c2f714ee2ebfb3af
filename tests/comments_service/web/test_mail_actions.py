"""The pages behind the links in moderators' mails."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from comments_service.models import Account, Action, ActionLink, Comment, Decision, Role, State
from comments_service.notifications import outbox
from comments_service.verification import verify
from tests.comments_service.notifications.conftest import config, mailbox  # noqa: F401
from tests.comments_service.notifications.posting import deliver, make_reader, paths_in

CROSS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Origin": "https://evil.example"},
]


@pytest.fixture
def reader(site):
    """Give an account that gets the digest."""
    return make_reader(site)


@pytest.fixture
def mail(site, mailbox, config, reader):  # noqa: F811
    """Give the digest about one message that waits."""
    site.post(text="<script>alert(1)</script>等候的话", author="路人")
    return digest(site, mailbox, config, reader)


def digest(site, mailbox, config, reader):  # noqa: F811
    """Send *reader* the digest, now."""
    site.now = datetime.now(UTC)
    with site.database.writing() as session:
        outbox.put(session, outbox.DIGEST, now=site.now, due_at=site.now, account_id=reader.id)
    assert deliver(site, config) == 1
    return mailbox.take()


@pytest.fixture
def approve(mail):
    """Give the link that approves."""
    return paths_in(mail, "/desk/mail/")[0]


@pytest.fixture
def spam(mail):
    """Give the link that puts aside."""
    return paths_in(mail, "/desk/mail/")[1]


def decisions(site):
    """Give action, account and note of every decision."""
    with site.database.reading() as session:
        rows = session.scalars(select(Decision).order_by(Decision.id)).all()
        return [(row.action, row.account_id, row.note) for row in rows]


def test_looking_changes_nothing(client, site, mail):
    """Programs that open every link of a mail decide nothing; the page tells what would happen."""
    for path in paths_in(mail, "/desk/mail/"):
        for ask in (client.get, client.head, client.options):
            assert ask(path).status_code == 200
    page = client.get(paths_in(mail, "/desk/mail/")[0])
    assert "通过：第1号留言" in page.text
    assert "以“收信”的名义" in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;等候的话" in page.text
    assert "<script>alert" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert site.comment(1).state is State.PENDING
    assert decisions(site) == []


@pytest.mark.parametrize(
    ("which", "state", "words"),
    [
        pytest.param(0, State.APPROVED, "处理为“已公开”", id="approve"),
        pytest.param(1, State.SPAM, "处理为“垃圾”", id="spam"),
    ],
)
def test_button_decides_once(client, site, mail, reader, which, state, words):
    """The decision is that of the account; the link is used up, and the other one overtaken."""
    links = paths_in(mail, "/desk/mail/")[:2]
    answer = client.post(links[which])
    assert answer.status_code == 200
    assert words in answer.text
    assert site.comment(1).state is state
    action = (Action.APPROVE, Action.SPAM)[which]
    assert decisions(site) == [(action, reader.id, "由邮件里的链接处理")]
    for ask in (client.get, client.post):
        again = ask(links[which])
        assert again.status_code == 410
        assert "只能用一次" in again.text
        assert "收信在" in again.text
        other = ask(links[1 - which])
        assert other.status_code == 409
        assert "收信在" in other.text
    assert len(decisions(site)) == 1
    with site.database.reading() as session:
        assert verify(session).problem is None


def test_expired_link(client, site, approve):
    """After 72 hours the link says so."""
    with site.database.writing() as session:
        session.execute(update(ActionLink).values(expires_at=site.now - timedelta(days=400)))
    for ask in (client.get, client.post):
        answer = ask(approve)
        assert answer.status_code == 410
        assert "已经过期" in answer.text
    assert decisions(site) == []


def test_somebody_came_first(client, site, approve):
    """Who decided what is told, and nothing is done; undone since, the link stays dead."""
    site.decide(1, Action.REFUSE)
    for ask in (client.get, client.post):
        answer = ask(approve)
        assert answer.status_code == 409
        assert "值班在" in answer.text
        assert "未采用" in answer.text
    site.decide(1, Action.REOPEN)
    assert client.post(approve).status_code == 409
    assert site.comment(1).state is State.PENDING


def test_message_that_its_visitor_changed(client, site, approve):
    """What was not read is not approved."""
    receipt = f"/messages/receipt/{site.receipts[0].token}/edit"
    assert client.post(receipt, data={"text": "完全不同的话"}).status_code == 303
    assert client.post(approve).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"is_disabled": True}, id="disabled"),
        pytest.param({"email": "new@example.org"}, id="other address"),
        pytest.param({"email": None}, id="no address"),
    ],
)
def test_links_die_with_account_and_address(client, site, reader, approve, change):
    """A moderator who was locked out, or changed the address, has no links any more."""
    with site.database.writing() as session:
        session.execute(update(Account).where(Account.id == reader.id).values(**change))
    for ask in (client.get, client.post):
        answer = ask(approve)
        assert answer.status_code == 410
        assert "已经失效" in answer.text
        assert "等候的话" not in answer.text
    assert decisions(site) == []


def test_links_of_an_erased_message(client, site, approve):
    """With the message its links are gone."""
    client.post(f"/messages/receipt/{site.receipts[0].token}/erase", data={"confirm": "1"})
    assert client.get(approve).status_code == 404
    assert client.post(approve).status_code == 404


@pytest.mark.parametrize("headers", CROSS)
def test_foreign_pages_cannot_press_the_button(client, site, approve, headers):
    """Even who knows the link cannot have somebody's browser send it from elsewhere."""
    assert client.post(approve, headers=headers).status_code == 403
    assert decisions(site) == []


def test_browser_that_names_no_origin_can_press_the_button(client, site, approve):
    """The page asks for no referrer: browsers that know no Sec-Fetch-Site then say null."""
    assert client.get(approve).headers["Referrer-Policy"] == "no-referrer"
    assert client.post(approve, headers={"Origin": "null"}).status_code == 200
    assert len(decisions(site)) == 1


@pytest.mark.parametrize(
    "token", ["x", "%00", "é", "%ED%A0%80", "A" * 48, "A" * 100, "A" * 3000, "' OR 1=1"]
)
def test_forged_links(client, mail, token):
    """Whatever is made up is not found."""
    for ask in (client.get, client.post):
        assert ask(f"/desk/mail/{token}").status_code == 404
        assert ask(f"/desk/mail/2/{token}/unsubscribe").status_code == 404


def test_button_pressed_twice_at_once(app, site, approve):
    """Of several presses at the same moment one decides."""
    start, statuses = threading.Barrier(4), []

    def press():
        start.wait()
        statuses.append(app.test_client().post(approve).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 410, 410, 410]
    assert len(decisions(site)) == 1


def test_page_in_english(client, app, approve):
    """Who reads the desk in English reads this page in English."""
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get(approve).text
    assert "Approve: message 1" in page
    assert "in the name of “收信”" in page
    assert "Made “" in client.post(approve).text


def test_message_that_cannot_be_shown(client, site, approve, monkeypatch):
    """A message whose form cannot be converted is not approved by mail either."""
    from comment_archive import markup
    from comment_archive.records import MarkupError

    def fail(text):
        raise MarkupError("broken")

    monkeypatch.setattr(markup, "render", fail)
    answer = client.post(approve)
    assert answer.status_code == 422
    assert site.comment(1).state is State.PENDING


def test_ending_the_digest(client, site, mail, reader):
    """The last link of the mail, and the head's, end the mails; looking does not."""
    stop = paths_in(mail, "/desk/mail/")[-1]
    assert mail["List-Unsubscribe"].strip("<>").endswith(stop)
    assert "退订待办汇总" in client.get(stop).text
    assert address_of(site, reader) == "reader@example.org"
    answer = client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "已经退订" in answer.text
    assert address_of(site, reader) is None
    assert client.get(stop).status_code == 404


def address_of(site, account):
    """Give the address of *account*."""
    with site.database.reading() as session:
        return session.get_one(Account, account.id).email


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may(client, site, mailbox, config, role):  # noqa: F811
    """All who decide get links that work."""
    person = make_reader(site, f"身份{role}", role=role)
    site.post()
    link = paths_in(digest(site, mailbox, config, person), "/desk/mail/")[0]
    assert client.post(link).status_code == 200
    with site.database.reading() as session:
        assert session.get_one(Comment, 1).state is State.APPROVED
