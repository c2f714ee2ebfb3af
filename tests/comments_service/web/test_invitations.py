"""The page behind an invitation's link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from comments_service.accounts import invitations
from comments_service.app import create_app
from comments_service.models import Account, Invitation, Role
from tests.comments_service.web.people import send, token_in
from tests.comments_service.web.test_auth import HOSTILE
from tests.living_site import make_config

PASSWORD = "another long password"
HTTPS = "https://example.org"
FIELDS = {"name": "新人", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def link(site):
    """Give the link of an invitation."""
    with site.database.writing() as session:
        token = invitations.invite(session, Role.MODERATOR, by=None, now=datetime.now(UTC))
    return f"/desk/invitation/{token}"


def count_accounts(site):
    """Count the accounts."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Account))


def test_page_asks_for_name_and_password(client, link):
    """It is labelled for password managers, not stored and not passed on."""
    page = client.get(link)
    assert page.status_code == 200
    assert 'autocomplete="new-password"' in page.text
    assert 'autocomplete="username"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"name": "值班"}, "已经有叫“值班”的账号", id="taken"),
        pytest.param({"name": ""}, "请填写账号", id="no name"),
        pytest.param({"name": "x" * 81}, "最多80个字符", id="long name"),
        pytest.param({"name": "a\u202eb"}, "看得见的字符", id="bidi control"),
        pytest.param({"password": "short", "again": "short"}, "12至1000", id="short"),
        pytest.param({"again": "x"}, "两次输入的密码不一样", id="differs"),
        pytest.param({"password": "password1234", "again": "password1234"}, "太常见", id="known"),
    ],
)
def test_what_is_refused_keeps_the_link(client, site, link, changes, words):
    """A refused form keeps the name, not the password; the link still works."""
    answer = send(client, link, **FIELDS | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert count_accounts(site) == 1
    assert send(client, link, **FIELDS).status_code == 303


def test_used_and_expired_links(client, site, link):
    """Both answer 410 with a sentence, also to a form that was opened before."""
    csrf = token_in(client.get(link).text)
    with site.database.writing() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Invitation).values(expires_at=past))
    for answer in (client.get(link), client.post(link, data=FIELDS | {"csrf_token": csrf})):
        assert answer.status_code == 410
        assert "已经过期" in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert count_accounts(site) == 1


@pytest.mark.parametrize("token", ["x", "%00", "x" * 100, "x" * 5000, "%ED%A0%80", "..%2f..", "长"])
def test_unknown_links(client, token):
    """A link that was never made is not found."""
    assert client.get(f"/desk/invitation/{token}").status_code == 404
    answer = send(client, f"/desk/invitation/{token}", page="/desk/login", **FIELDS)
    assert answer.status_code == 404


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_fields(client, site, link, field, value):
    """Whatever stands in a field, the answer is a sentence or an account of that name."""
    answer = send(client, link, **FIELDS | {field: value})
    if field == "name" and answer.status_code == 303:
        assert count_accounts(site) == 2
    else:
        assert answer.status_code == 422
        assert "error-summary" in answer.text


def test_form_needs_its_token(client, site, link):
    """A form from elsewhere makes no account."""
    assert client.post(link, data=FIELDS).status_code == 400
    assert count_accounts(site) == 1


def test_accepted_over_https(site, link):
    """The page asks browsers for no referrer, and its form comes without one."""
    app = create_app(make_config(site.root, site.database_url, site_url=HTTPS))
    client = app.test_client()
    shown = client.get(link, base_url=HTTPS)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    fields = FIELDS | {"csrf_token": token_in(shown.text)}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = client.post(link, base_url=HTTPS, data=fields, headers=headers)
        assert (answer.status_code, count_accounts(site)) == (403, 1)
    answer = client.post(link, base_url=HTTPS, data=fields, headers={"Origin": "null"})
    assert (answer.status_code, count_accounts(site)) == (303, 2)
    app.extensions["parts"].database.engine.dispose()
