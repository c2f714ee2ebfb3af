"""What is asked of a network that sends much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comments_service.limits import Limits, Step, seconds_to_wait, words_for_wait

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
LIMITS = Limits(proof_after=5, hold_after=20, refuse_after=60)


@pytest.mark.parametrize(
    ("sent", "step"),
    [
        pytest.param(0, Step.FREE, id="first"),
        pytest.param(4, Step.FREE, id="fifth"),
        pytest.param(5, Step.PROOF, id="sixth"),
        pytest.param(19, Step.PROOF, id="twentieth"),
        pytest.param(20, Step.HOLD, id="twenty-first"),
        pytest.param(59, Step.HOLD, id="sixtieth"),
        pytest.param(60, Step.REFUSE, id="sixty-first"),
        pytest.param(10_000, Step.REFUSE, id="many"),
    ],
)
def test_steps(sent, step):
    """Each step begins after its number of messages."""
    assert LIMITS.step(sent) is step


def test_shared_addresses_are_never_refused():
    """Where all visitors may share an address, messages are marked and never refused."""
    assert LIMITS.step(10_000, is_shared=True) is Step.HOLD


def test_a_lower_later_limit_wins():
    """Limits set in another order still refuse."""
    assert Limits(proof_after=9, hold_after=9, refuse_after=1).step(1) is Step.REFUSE


@pytest.mark.parametrize(
    ("ago", "seconds", "words"),
    [
        pytest.param(timedelta(), 600, "10分钟", id="just now"),
        pytest.param(timedelta(minutes=9), 60, "1分钟", id="a minute left"),
        pytest.param(timedelta(minutes=9, seconds=20.5), 40, "40秒", id="seconds left"),
        pytest.param(timedelta(minutes=10), 1, "1秒", id="over"),
    ],
)
def test_time_to_wait(ago, seconds, words):
    """The wait ends when the oldest message that counts leaves the window."""
    assert seconds_to_wait(NOW - ago, NOW) == seconds
    assert words_for_wait(seconds) == words


def test_nothing_known_waits_a_whole_window():
    """Without an oldest message the whole window is named."""
    assert seconds_to_wait(None, NOW) == 600
