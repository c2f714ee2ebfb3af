"""Proof of work and the mark of the moment at which a form was opened."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

import pytest
from altcha.v1 import create_challenge, solve_challenge
from sqlalchemy import func, select

from comments_service.models import UsedProof
from comments_service.proofs import (
    LIFETIME,
    MOST_NUMBER,
    make_challenge,
    opened_mark,
    read_proof,
    seconds_open,
    use_proof,
)
from tests.living_site import SECRET

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


def answer_to(challenge, **changes):
    """Work as a browser does; gives the field's value."""
    solution = solve_challenge(
        challenge["challenge"],
        challenge["salt"],
        challenge["algorithm"],
        challenge["maxnumber"],
        0,
    )
    data = {
        "algorithm": challenge["algorithm"],
        "challenge": challenge["challenge"],
        "number": solution.number,
        "salt": challenge["salt"],
        "signature": challenge["signature"],
    }
    return encoded(data | changes)


def encoded(data):
    """Write an answer as it stands in the form."""
    return b64encode(json.dumps(data).encode()).decode()


@pytest.fixture(scope="module")
def answer():
    """Give a right answer of NOW."""
    return answer_to(make_challenge(SECRET, NOW))


def test_right_answer_is_taken_until_it_expires(answer):
    """An answer to our challenge is a proof for ten minutes, and no longer."""
    proof = read_proof(answer, secret=SECRET, now=NOW + LIFETIME - timedelta(seconds=1))
    assert proof is not None
    assert proof.expires_at == NOW + LIFETIME
    assert read_proof(answer, secret=SECRET, now=NOW + LIFETIME) is None
    assert read_proof(answer, secret="another secret", now=NOW) is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"number": MOST_NUMBER + 1}, id="wrong number"),
        pytest.param({"number": "1"}, id="number as text"),
        pytest.param({"number": True}, id="number as truth"),
        pytest.param({"number": 1.5}, id="broken number"),
        pytest.param({"number": None}, id="no number"),
        pytest.param({"salt": "x?expires=99999999999&"}, id="longer life"),
        pytest.param({"salt": "\ud800"}, id="surrogate"),
        pytest.param({"salt": ["x"]}, id="list"),
        pytest.param({"signature": "0" * 64}, id="forged signature"),
        pytest.param({"algorithm": "MD5"}, id="unknown algorithm"),
        pytest.param({"algorithm": "SHA-1"}, id="weak algorithm"),
        pytest.param({"algorithm": []}, id="algorithm as list"),
        pytest.param({"challenge": {}}, id="challenge as object"),
    ],
)
def test_changed_answers_are_none(answer, changes):
    """Whatever is changed in an answer makes it worthless."""
    changed = json.loads(b64decode(answer)) | changes
    assert read_proof(encoded(changed), secret=SECRET, now=NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "====", "e30=", "bnVsbA==", "MQ==", "W10=", "Ww==" * 400, "é", "\ud800", "\0",
        b64encode(b"[" * 1400).decode(), b64encode(b"\xff\xfe").decode(),
        b64encode(b'{"number":' + b"9" * 1300 + b"}").decode(), "A" * 5000,
    ],
)  # fmt: skip
def test_no_answers(text):
    """What is no answer at all is none, and raises nothing."""
    assert read_proof(text, secret=SECRET, now=NOW) is None


def test_challenge_of_ours_without_an_end_is_none():
    """Every challenge ends; one without a moment would count for ever."""
    from comments_service.proofs import _key

    made = create_challenge(
        algorithm="SHA-256", max_number=10, salt_length=12, hmac_key=_key(SECRET), salt="",
        number=3, expires=None, params=None,
    )  # fmt: skip
    data = {
        "algorithm": made.algorithm, "challenge": made.challenge, "number": 3,
        "salt": made.salt, "signature": made.signature,
    }  # fmt: skip
    assert read_proof(encoded(data), secret=SECRET, now=NOW) is None


def test_proof_counts_once(answer, database):
    """The second use is refused; what expired is forgotten."""
    proof = read_proof(answer, secret=SECRET, now=NOW)
    with database.writing() as session:
        assert use_proof(session, proof, NOW)
    with database.writing() as session:
        assert not use_proof(session, proof, NOW)
    other = read_proof(
        answer_to(make_challenge(SECRET, NOW + LIFETIME)), secret=SECRET, now=NOW + LIFETIME
    )
    with database.writing() as session:
        assert use_proof(session, other, NOW + LIFETIME)
        assert session.scalar(select(func.count()).select_from(UsedProof)) == 1


def test_mark_tells_how_long_the_form_was_open():
    """The moment is read from our own mark only."""
    mark = opened_mark(SECRET, NOW)
    assert seconds_open(mark, secret=SECRET, now=NOW + timedelta(seconds=7)) == 7
    assert seconds_open(mark, secret=SECRET, now=NOW - timedelta(seconds=7)) == 0
    assert seconds_open(mark, secret="another", now=NOW) is None


@pytest.mark.parametrize("mark", ["", ".", "1.", "1.x", "１.x", "-5.x", "9" * 5000 + ".0", "1.é"])
def test_forged_marks_tell_nothing(mark):
    """A mark that is not ours counts as unknown."""
    assert seconds_open(mark, secret=SECRET, now=NOW) is None
