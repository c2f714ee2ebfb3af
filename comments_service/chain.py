"""The chain of decisions: each row's hash covers the one before, so the record cannot be rewritten
unseen.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
"""The hash before the first decision."""


def link(previous: str, **facts: Any) -> str:
    """Give the hash of a decision with *facts* that follows the one with hash *previous*.

    SHA-256 over the previous hash, a line break, and the facts as JSON with sorted keys, no blanks,
    and moments in UTC with microseconds.
    """
    text = json.dumps(
        facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_moment
    )
    return hashlib.sha256(f"{previous}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def salted(salt: str, text: str) -> str:
    """Digest the words of an edit with *salt*, so that erased ones cannot be guessed."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"a decision cannot hold a {type(value).__name__}")
