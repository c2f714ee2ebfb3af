"""Nothing is changed by looking, and nothing at the desk without the token of its form."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from werkzeug.routing import AnyConverter

from comments_service.accounts.invitations import invite
from comments_service.app import VISITORS
from comments_service.models import Action, Base, Comment, Role
from comments_service.notifications.links import Deed, moderator_token, visitor_token
from tests.comments_service.web.people import enter
from tests.comments_service.web.test_auth import token_in
from tests.living_site import SECRET

BY_LINK = {part.name for part in VISITORS}
"""The parts whose forms carry no token: origin.py looks at them, or their address is secret."""
SEEN = {"opened"}
"""The table that says who is reading what; looking is what it is about."""
TRIES = {"health.ready"}
"""What a supervisor asks: whether something can be written, which is tried."""
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def administrator(client, site):
    """Give an administrator who is logged in, with an e-mail address."""
    return enter(client, site, "管", Role.ADMINISTRATOR, email="a@example.org")


@pytest.fixture
def places(site, administrator):
    """Give what real addresses are made of, an endpoint's own before everybody's."""
    number = site.post(email="v@example.org", text="等着的一条")
    refused = site.post(text="不采用的一条")
    site.decide(refused, Action.REFUSE)
    with site.database.writing() as session:
        comment = session.get_one(Comment, number)
        confirm = visitor_token(SECRET, comment, Deed.CONFIRM)
        invitation = invite(session, Role.MODERATOR, by=administrator, now=site.now)
    receipts = {receipt.number: receipt.token for receipt in site.receipts}
    return {
        "number": number,
        "receipts": {"token": receipts[number]},
        "receipts.appeal": {"token": receipts[refused]},
        "receipts.show_appeal": {"token": receipts[refused]},
        "mail_links": {"token": confirm, "deed": Deed.CONFIRM.value},
        "mail_actions": {
            "number": administrator.id,
            "token": moderator_token(SECRET, administrator),
        },
        "invitations": {"token": invitation},
        "people": {"number": administrator.id},
    }


def addresses(app, places, methods):
    """Give endpoint, method and a real address of all that takes one of *methods*."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            for method in sorted(rule.methods & methods):
                part = rule.endpoint.partition(".")[0]
                given = places | places.get(part, {}) | places.get(rule.endpoint, {})
                values = {name: given.get(name, one_of(rule, name)) for name in rule.arguments}
                yield rule.endpoint, method, app.url_for(rule.endpoint, **values)


def one_of(rule, name):
    """Give something for a place in an address that needs nothing real."""
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else "x"


def everything(site):
    """Give all rows of all tables but the one that says who is reading."""
    with site.database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name not in SEEN
        }


def test_looking_changes_nothing(app, client, site, places):
    """No GET, HEAD or OPTIONS changes a row, whatever the address and whoever asks."""
    before, statuses = everything(site), []
    for endpoint, method, address in addresses(app, places, {"GET", "HEAD", "OPTIONS"}):
        if endpoint in TRIES:
            continue
        statuses.append(client.open(address, method=method).status_code)
        assert everything(site) == before, (method, address)
    assert len(statuses) > 80
    assert sum(status == 200 for status in statuses) > 60


def test_forms_of_the_desk_need_their_token(app, client, site, places):
    """Each form of the desk is refused without its token, with a wrong one, or in a query."""
    before, seen = everything(site), 0
    token = token_in(client.get("/desk/account/").text)
    for endpoint, method, address in addresses(app, places, UNSAFE):
        if endpoint.partition(".")[0] in BY_LINK:
            continue
        seen += 1
        for data in ({}, {"csrf_token": "x"}, {"csrf_token": ""}, {"csrf_token": token[:-1]}):
            answer = client.open(address, method=method, data=data)
            assert (answer.status_code, everything(site) == before) == (400, True), endpoint
            assert "为了安全没有执行" in answer.text
        answer = client.open(f"{address}?csrf_token={token}", method=method)
        assert (answer.status_code, everything(site) == before) == (400, True), endpoint
    assert seen >= 20


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "https://localhost"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_right_token_from_another_site(client, site, administrator, headers):
    """Who got hold of a token still cannot use it from a page of another site."""
    before, token = everything(site), token_in(client.get("/desk/account/").text)
    fields = {"csrf_token": token, "language": "en"}
    for address in ("/desk/logout", "/desk/language", "/desk/undo", "/desk/account/logins"):
        assert client.post(address, data=fields, headers=headers).status_code == 403, address
    assert everything(site) == before
    answer = client.post("/desk/language", data=fields, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303


def test_token_of_another_session_is_none(app, client, site, administrator):
    """What one browser was given is worth nothing in another one."""
    others = token_in(app.test_client().get("/desk/login").text)
    answer = client.post("/desk/language", data={"csrf_token": others, "language": "en"})
    assert answer.status_code == 400


def test_forms_without_a_token_are_of_visitors(app):
    """Every address that changes something stands at the desk, or is known to need no token."""
    with app.test_request_context():
        others = {
            rule.endpoint.partition(".")[0]
            for rule in app.url_map.iter_rules()
            if rule.methods & UNSAFE and not rule.rule.startswith("/desk/")
        }
    assert others <= BY_LINK
