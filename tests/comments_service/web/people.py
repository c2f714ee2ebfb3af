"""Logs people of every role in over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp

from comments_service.models import Account, Role
from tests.living_site import password_hash

PASSWORD = "long enough password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)


def token_in(page):
    """Read the form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def make_person(site, name, role=Role.MODERATOR, **values):
    """Make an account; an administrator has the second factor already."""
    secret = SECRET if role is Role.ADMINISTRATOR else None
    given = {"totp_secret": secret, "password_hash": password_hash()} | values
    with site.database.writing() as session:
        person = Account(name=name, role=role, **given)
        session.add(person)
        session.flush()
        return person


def code_now(secret=SECRET, steps=0):
    """Give what the phone shows, some steps later."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + steps * STEP)


def send(client, path, page=None, **fields):
    """Send a form with the token that stands on *page*."""
    shown = client.get(page or path).text
    return client.post(path, data={"csrf_token": token_in(shown)} | fields)


def log_in(client, name, password=PASSWORD):
    """Show name and password."""
    return send(client, "/desk/login", name=name, password=password)


def enter(client, site, name, role=Role.MODERATOR, **values):
    """Make an account and log it in, in two steps where there is a second factor."""
    person = make_person(site, name, role, **values)
    assert log_in(client, name).location == "/desk/"
    if person.totp_secret:
        assert client.get("/desk/").location == "/desk/second-factor"
        assert send(client, "/desk/second-factor", code=code_now()).location == "/desk/"
    return person
