"""The links in visitors' mails: derived, bound to the address, worthless without it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from comments_service.models import Action, Comment
from comments_service.notifications import links
from comments_service.notifications.links import Deed, find_comment, visitor_token
from tests.comments_service.notifications.posting import VISITOR, mail_config, outbox_of
from tests.living_site import SECRET


@pytest.fixture
def number(site):
    """Leave a message with an address."""
    return site.post(email=VISITOR)


def find(site, number, token, deed=Deed.CONFIRM, secret=SECRET):
    """Look the message of a link up."""
    with site.database.reading() as session:
        return find_comment(session, number, token, deed, secret=secret)


def test_token_is_for_one_message_one_deed_one_address(site, number):
    """Nothing but the very link finds the message."""
    other = site.post(email=VISITOR, text="另一条")
    token = visitor_token(SECRET, site.comment(number), Deed.CONFIRM)
    assert find(site, number, token).id == number
    assert find(site, other, token) is None
    assert find(site, number, token, Deed.UNSUBSCRIBE) is None
    assert find(site, number, token, secret="another secret") is None
    for wrong in ("", token[:-1], token + "x", token.swapcase(), "长", "\udc80"):
        assert find(site, number, wrong) is None
    with site.database.writing() as session:
        session.execute(update(Comment).values(email="new@example.org"))
    assert find(site, number, token) is None


def confirm(site, number):
    """Confirm the address."""
    with site.database.writing() as session:
        links.confirm(session, session.get_one(Comment, number), now=site.tick())


def test_confirming_changes_no_version(site, number):
    """A moderator who has the message open is not told that it changed."""
    before = site.comment(number)
    confirm(site, number)
    after = site.comment(number)
    assert after.email_confirmed_at == site.now
    assert after.version == before.version
    confirm(site, number)
    assert site.comment(number).email_confirmed_at == after.email_confirmed_at


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        pytest.param(None, [], id="waits"),
        pytest.param(Action.APPROVE, ["decision"], id="approved"),
        pytest.param(Action.REFUSE, ["decision"], id="refused"),
        pytest.param(Action.SPAM, [], id="spam"),
    ],
)
def test_late_confirmation_brings_the_decision(site, number, action, kinds):
    """What was decided before the address was confirmed is told then, once."""
    if action:
        site.decide(number, action)
    with site.database.writing() as session:
        session.execute(links.delete(links.OutboxMessage))
    confirm(site, number)
    confirm(site, number)
    assert outbox_of(site) == kinds


def test_confirmation_within_the_undo_window_brings_no_second_notice(site, number):
    """The notice that waits already is enough."""
    site.decide(number, Action.REFUSE)
    confirm(site, number)
    assert outbox_of(site) == ["confirm", "decision"]


def test_unsubscribing_forgets_the_address(site, number):
    """The address is nulled, what was to be sent to it is dropped, other people's notices stay."""
    confirm(site, number)
    site.decide(number, Action.APPROVE)
    site.publish()
    answer = site.post(reply_to=number, email="other@example.org")
    site.decide(answer, Action.APPROVE)
    with site.database.writing() as session:
        links.unsubscribe(session, session.get_one(Comment, answer))
    assert outbox_of(site) == ["confirm", "decision", "reply"]
    with site.database.writing() as session:
        links.unsubscribe(session, session.get_one(Comment, number))
    assert outbox_of(site) == ["reply"]
    comment = site.comment(number)
    assert (comment.email, comment.email_confirmed_at) == (None, None)


@pytest.mark.parametrize(
    ("site_url", "begin"),
    [
        pytest.param("https://回声.example", "https://xn--", id="Chinese host"),
        pytest.param("http://[::1]:8000", "http://[::1]:8000/", id="IPv6"),
        pytest.param("https://example.org", "https://example.org/", id="plain"),
    ],
)
def test_links_hold_plain_letters(site, site_url, begin):
    """A mail's head holds ASCII only, whatever the site is called."""
    config = mail_config(site, None, site_url=site_url)
    assert links.mail_site(config).isascii()
    assert f"{links.mail_site(config)}/".startswith(begin)
    assert links.mail_host(config).isascii()
