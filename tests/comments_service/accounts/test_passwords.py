"""Which passwords are taken."""

from __future__ import annotations

import pytest

from comments_service.accounts.passwords import LEAST_PASSWORD, WELL_KNOWN, hash_password
from comments_service.errors import AccountError

NAMES = ("值班", "回声公益行动", "example", "org")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        pytest.param("short", "12至1000", id="short"),
        pytest.param("x" * 1001, "12至1000", id="endless"),
        pytest.param("password1234", "太常见", id="well known"),
        pytest.param("PassWord1234", "太常见", id="well known in capitals"),
        pytest.param("qwerty 123456", "太常见", id="well known with a blank"),
        pytest.param("1QAZxsw23edc", "太常见", id="along the keyboard"),
        pytest.param("unbelievable", "太常见", id="a word that many take"),
        pytest.param("值班值班值班值班值班值班", "太常见", id="the account's name"),
        pytest.param("回声公益行动-2026-2026", "太常见", id="the site's name and digits"),
        pytest.param("example.org 123", "太常见", id="the host's name"),
    ],
)
def test_weak_passwords_are_refused(password, words):
    """Short and well-known passwords and mere names are refused, with what to do."""
    with pytest.raises(AccountError, match=words):
        hash_password(password, *NAMES)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("alllowercaseletters", id="no rule of digits or signs"),
        pytest.param("四个不相干的汉字词语放在一起", id="Chinese"),
        pytest.param("值班的人爱喝一大碗酸梅汤", id="holds the name, and more"),
        pytest.param("  blanks at the ends  ", id="blanks"),
        pytest.param("x" * 1000, id="the longest"),
        pytest.param("\ud800 lone surrogate", id="what a terminal may give"),
    ],
)
def test_long_passwords_are_taken_as_they_are(password):
    """Any other is taken, whatever it is made of."""
    assert hash_password(password, *NAMES).startswith("$argon2id$")


def test_list_of_well_known_ones_holds_what_length_lets_pass():
    """More than the 3,000 that ASVS 6.2.4 asks for, and none is refused for its length anyway."""
    assert len(WELL_KNOWN) >= 4000
    assert [word for word in WELL_KNOWN if len(word) < LEAST_PASSWORD or word != word.lower()] == []
