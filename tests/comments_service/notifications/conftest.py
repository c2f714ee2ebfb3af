"""A mailbox with a real server before it."""

from __future__ import annotations

import pytest

from comments_service.models import Comment
from tests.comments_service.notifications.posting import (
    VISITOR,
    Mailbox,
    free_port,
    mail_config,
    mail_server,
)


@pytest.fixture
def mailbox():
    """Give a mailbox whose server runs."""
    mailbox = Mailbox(free_port())
    with mail_server(mailbox):
        yield mailbox


@pytest.fixture
def config(site, mailbox):
    """Give settings with which mail goes to the mailbox."""
    return mail_config(site, mailbox)


@pytest.fixture
def confirmed(site):
    """Leave a message whose visitor has confirmed his address; gives its number."""
    return leave_confirmed(site)


def leave_confirmed(site, email=VISITOR, **changes):
    """Leave a message with a confirmed address, and without the mail that asks for it."""
    number = site.post(**changes)
    with site.database.writing() as session:
        comment = session.get_one(Comment, number)
        comment.email, comment.email_confirmed_at = email, site.now
    return number
