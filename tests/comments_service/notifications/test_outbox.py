"""The outbox: what is written down when something is decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comments_service.models import Action
from comments_service.notifications.letters import KINDS
from tests.comments_service.notifications.conftest import leave_confirmed
from tests.comments_service.notifications.posting import VISITOR, outbox_of, waiting_of


def test_address_is_asked_about(site):
    """A message with an address asks for its confirmation; one without, and spam, do not."""
    site.post()
    site.post(email=VISITOR, trap="x", text="机器")
    assert outbox_of(site) == []
    site.post(email=VISITOR, text="真人")
    assert outbox_of(site) == ["confirm"]


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        pytest.param(Action.APPROVE, ["decision"], id="approve"),
        pytest.param(Action.REFUSE, ["decision"], id="refuse"),
        pytest.param(Action.SPAM, [], id="spam"),
        pytest.param(Action.WITHDRAW, [], id="withdraw"),
    ],
)
def test_what_a_decision_writes_down(site, action, kinds):
    """Only what the visitor is to learn, due after the undo window."""
    number = leave_confirmed(site)
    site.decide(number, action, undo=timedelta(seconds=10))
    assert outbox_of(site) == kinds
    assert [notice.due_at for notice in waiting_of(site)] == [
        site.now + timedelta(seconds=10) for _ in kinds
    ]


def test_later_decision_overtakes_an_earlier_one(site):
    """At most one notice of a decision waits for one message."""
    number = leave_confirmed(site)
    for action in (Action.APPROVE, Action.REOPEN, Action.REFUSE, Action.REOPEN, Action.APPROVE):
        site.decide(number, action)
    assert outbox_of(site) == ["decision"]


def test_answer_is_told_when_the_answered_one_left_an_address(site):
    """Approving an answer writes a notice down for its parent's visitor."""
    parent = leave_confirmed(site)
    site.decide(parent, Action.APPROVE)
    site.publish()
    site.post_approved(reply_to=parent)
    assert outbox_of(site) == ["decision", "reply"]


def test_every_kind_has_its_words():
    """What can be written down can be told."""
    assert set(KINDS) == {"confirm", "decision", "reply", "digest"}
