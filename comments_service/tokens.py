"""Secrets that are handed out and never kept: only their digests are stored."""

from __future__ import annotations

import hashlib
import hmac

BY_NONCE = "n"
BY_ADDRESS = "a"
"""First letter of a submission's key: whether its form carried a number, or only the sender's
address and browser tell it from another's.
"""


def hash_token(token: str) -> str:
    """Give what is stored of a secret token; it is long and random, so a plain digest is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def keyed_digest(secret: str, *parts: object) -> bytes:
    """Digest *parts* with the service's secret; no two different lists of parts give the same
    message.
    """
    message = "".join(f"{len(str(part))}:{part}" for part in parts)
    return hmac.digest(secret.encode(), message.encode("utf-8", "surrogatepass"), "sha256")
