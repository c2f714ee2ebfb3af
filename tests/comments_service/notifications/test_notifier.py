"""The notifier: a loop beside the publisher."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from comments_service.models import ActionLink, LastTime
from comments_service.notifications.notifier import AFTER_FAILURE, LOOK_EVERY, Notifier
from tests.comments_service.notifications.posting import VISITOR, mail_config, make_reader


@pytest.fixture
def notifier(site, mailbox):
    """Give a notifier with the site's clock."""
    config = mail_config(site, mailbox)
    return Notifier(site.database, config, lambda: site.directory, lambda: site.now)


def test_beside_the_publisher_until_stopped(site, mailbox, notifier):
    """It delivers in its own thread and ends with the block."""
    came = threading.Event()

    class Signal(list):
        def append(self, envelope):
            super().append(envelope)
            came.set()

    mailbox.envelopes = Signal()
    site.post(email=VISITOR)
    with notifier.beside():
        assert came.wait(20)
    assert not [thread for thread in threading.enumerate() if thread.name == "notifier"]
    assert len(mailbox.mails) == 1


def test_goes_on_after_a_failed_round(site, notifier, caplog):
    """A round that fails is logged and tried again; before the first build it waits."""
    assert notifier._round() == LOOK_EVERY
    site.post(email=VISITOR)
    read = notifier.read_directory
    notifier.read_directory = lambda: (_ for _ in ()).throw(FileNotFoundError("threads.json"))
    assert notifier._round() == AFTER_FAILURE
    assert caplog.text == ""
    notifier.read_directory = lambda: 1 // 0
    assert notifier._round() == AFTER_FAILURE
    assert "notifying failed" in caplog.text
    notifier.read_directory = read
    assert notifier.notify_due() == 1


def test_forgets_what_is_over(site, mailbox, notifier):
    """Turns go after a day, links a week after they expired."""
    make_reader(site)
    site.post(email=VISITOR)
    site.tick()
    assert notifier.notify_due() == 2
    assert counted(site) == (2, 2)
    site.now += timedelta(days=2)
    notifier.notify_due()
    assert counted(site) == (1, 2)
    site.now += timedelta(days=9)
    notifier.notify_due()
    assert counted(site) == (1, 0)


def counted(site):
    """Count the moments that are kept and the links."""
    with site.database.reading() as session:
        tables = (LastTime, ActionLink)
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)
