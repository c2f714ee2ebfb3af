"""Passwords: long, not well known, and kept as Argon2id only.

No rule asks for digits or signs: they make passwords worse (NIST SP 800-63B-4, 3.1.1.2).
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from comments_service.errors import AccountError

LEAST_PASSWORD = 12
MOST_PASSWORD = 1000
LEAST_OF_ITS_OWN = 4
"""Letters and digits that a password needs beside the names that everybody knows."""
WELL_KNOWN = frozenset(Path(__file__).with_name("well_known.txt").read_text("utf-8").split())
"""The four thousand most frequent of ten million leaked ones that have :data:`LEAST_PASSWORD`
characters or more, and some that people here would think of; where they come from:
docs/decisions.md.
"""

_hasher = PasswordHasher()
_few_at_a_time = threading.BoundedSemaphore(2)
"""A hash costs 64 MiB and some 50 ms; a flood of log-ins must leave room for the rest."""


@cache
def _nobody() -> str:
    """Give a hash to check for names that do not exist, so that the time taken tells nothing; made
    when first needed, since it takes what a log-in takes.
    """
    return _hasher.hash(secrets.token_hex(16))


def hash_password(password: str, *names: str) -> str:
    """Give the hash that is stored; raises AccountError for a weak password.

    *names* are words that everybody would try: the account's and the site's.
    """
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise AccountError(
            "密码要%(least)d至%(most)d个字符，用几个不相干的词连起来最好记。",
            least=LEAST_PASSWORD,
            most=MOST_PASSWORD,
        )
    if _is_guessable(password, names):
        raise AccountError("这个密码太常见，或者只是名字，很容易猜到，请换一个。")
    with _few_at_a_time:
        return _hasher.hash(_bytes(password))


def is_password(stored: str | None, password: str) -> bool:
    """Say whether *password* is that of the *stored* hash; takes as long when there is none."""
    try:
        with _few_at_a_time:
            return _hasher.verify(stored or _nobody(), _bytes(password[:MOST_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False


def _is_guessable(password: str, names: tuple[str, ...]) -> bool:
    plain = password.casefold()
    if plain in WELL_KNOWN or "".join(plain.split()) in WELL_KNOWN:
        return True
    rest = _core(plain)
    for name in sorted(map(_core, names), key=len, reverse=True):
        rest = rest.replace(name, "") if len(name) > 1 else rest
    return rest != _core(plain) and len(rest.strip("0123456789")) < LEAST_OF_ITS_OWN


def _core(text: str) -> str:
    """Give letters and digits alone; what stands between them makes nothing harder to guess."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
