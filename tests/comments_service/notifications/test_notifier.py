"""The notifier: a loop beside the publisher."""

from __future__ import annotations

import threading

import pytest

from comments_service.notifications.notifier import AFTER_FAILURE, LOOK_EVERY, Notifier
from tests.comments_service.notifications.posting import VISITOR, mail_config


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
