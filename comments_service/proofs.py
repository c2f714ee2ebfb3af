"""What a form carries to show how it came about: the moment it was opened, and proof of work.

The proof is ALTCHA's (https://altcha.org), challenge and check made here, with no third party.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from altcha.v1 import ChallengeOptions, Payload, create_challenge, verify_solution
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from comments_service.models import UsedProof
from comments_service.tokens import hash_token, keyed_digest

LIFETIME = timedelta(minutes=10)
MOST_NUMBER = 100_000
"""The largest answer: some seconds of an old phone's time, half of it on average."""
LONGEST = 2000
"""Characters of an answer; ours have about 350."""
FIELDS = {"algorithm": str, "challenge": str, "number": int, "salt": str, "signature": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An answer that is right; it counts once."""

    digest: str
    expires_at: datetime


def make_challenge(secret: str, now: datetime) -> dict[str, Any]:
    """Make a question for a browser, in the form that ALTCHA's scripts read."""
    options = ChallengeOptions(
        hmac_key=_key(secret), max_number=MOST_NUMBER, expires=now + LIFETIME
    )
    made = create_challenge(options)
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def read_proof(answer: str, *, secret: str, now: datetime) -> Proof | None:
    """Give the proof that *answer* is, base64 of JSON; None for a wrong, forged or late one."""
    try:
        payload = _payload(answer)
        is_right, _ = verify_solution(payload, _key(secret), check_expires=False)
        expires = payload.parse_salt()[1]
        if not is_right or expires is None or expires <= now.timestamp():
            return None
        return Proof(
            digest=hash_token(payload.challenge), expires_at=datetime.fromtimestamp(expires, UTC)
        )
    except (ValueError, RecursionError, OverflowError):
        return None


def use_proof(session: Session, proof: Proof, now: datetime) -> bool:
    """Note that *proof* was used; False when it already was. Forgets those that are too old."""
    session.execute(delete(UsedProof).where(UsedProof.expires_at <= now))
    try:
        with session.begin_nested():
            session.add(UsedProof(digest=proof.digest, expires_at=proof.expires_at))
    except IntegrityError:
        return False
    return True


def opened_mark(secret: str, now: datetime) -> str:
    """Give what a form carries of the moment at which it was shown."""
    moment = str(int(now.timestamp()))
    return f"{moment}.{_signature(secret, moment)}"


def seconds_open(mark: str, *, secret: str, now: datetime) -> float | None:
    """Say how long the form with *mark* was open; None for no mark of ours."""
    moment, _, signature = mark.partition(".")
    if not moment.isascii() or not moment.isdigit() or not signature.isascii():
        return None
    if not hmac.compare_digest(signature, _signature(secret, moment)):
        return None
    return max(0.0, now.timestamp() - int(moment))


def _payload(answer: str) -> Payload:
    """Read an answer; raises ValueError for anything that is none."""
    if len(answer) > LONGEST:
        raise ValueError("too long")
    data = json.loads(b64decode(answer, validate=True))
    if not isinstance(data, dict):
        raise ValueError("not an object")
    if any(type(data.get(name)) is not kind for name, kind in FIELDS.items()):
        raise ValueError("a field is missing or of another type")
    return Payload.from_dict(data)  # type: ignore[arg-type]


def _key(secret: str) -> bytes:
    return keyed_digest(secret, "proof")


def _signature(secret: str, moment: str) -> str:
    return keyed_digest(secret, "opened", moment).hex()[:32]
