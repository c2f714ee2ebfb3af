"""What a visitor's browser does, for tests of the visitor's pages."""

from __future__ import annotations

from sqlalchemy import select

from comments_service.models import Comment

FORM = {"thread": "first", "name": "路人", "text": "你好，志愿者。", "email": "", "homepage": ""}


def send(client, follow_redirects=True, headers=None, **changes):
    """Send the form as a browser does."""
    return client.post(
        "/messages/new",
        data=FORM | changes,
        headers=headers or {},
        follow_redirects=follow_redirects,
    )


def stored(site):
    """Give all comments."""
    with site.database.reading() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def token_of(response):
    """Read the token from a receipt's address."""
    return response.request.path.removeprefix("/messages/receipt/")
