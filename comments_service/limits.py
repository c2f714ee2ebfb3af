"""How much one network may send: what is asked of it grows with the count, and wears off again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

WINDOW = timedelta(minutes=10)
"""Only what came within it counts."""


class Step(IntEnum):
    """What is asked of the next message, from nothing to waiting."""

    FREE = 0
    PROOF = 1
    """Browsers that run scripts prove work; from others it is taken and marked."""
    HOLD = 2
    """It is marked for a closer look as well."""
    REFUSE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """After how many messages of one network within :data:`WINDOW` each step begins."""

    proof_after: int
    hold_after: int
    refuse_after: int

    def step(self, sent: int, *, is_shared: bool = False) -> Step:
        """Say what is asked of the message that follows *sent* others.

        Nobody is ever refused where all visitors may share the address (*is_shared*).
        """
        if sent >= self.refuse_after and not is_shared:
            return Step.REFUSE
        if sent >= self.hold_after:
            return Step.HOLD
        return Step.PROOF if sent >= self.proof_after else Step.FREE


def seconds_to_wait(oldest: datetime | None, now: datetime, window: timedelta = WINDOW) -> int:
    """Say when the *oldest* message that counts leaves the window."""
    left = (oldest or now) + window - now
    return max(1, math.ceil(left.total_seconds()))


def words_for_wait(seconds: int) -> str:
    """Write a time to wait: 40秒, 7分钟."""
    return f"{seconds}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分钟"
