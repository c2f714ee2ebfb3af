"""Who may look at the preview, and what another machine needs for it."""

from __future__ import annotations

import pytest

from serving.preview.access import COOKIE, Access
from serving.preview.network import own_addresses, qr_of

OTHER = "192.168.1.20"


@pytest.fixture
def access():
    """Open a preview to the local network."""
    return Access(8010, frozenset({"192.168.1.7"}))


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("127.0.0.1:8010", True),
        ("localhost:8010", True),
        ("LOCALHOST:8010", True),
        ("[::1]:8010", True),
        ("192.168.1.7:8010", True),
        ("192.168.1.8:8010", False),
        ("127.0.0.1:8011", False),
        ("127.0.0.1", False),
        ("evil.example:8010", False),
        ("127.0.0.1.evil.example:8010", False),
        ("", False),
    ],
)
def test_hosts(access, host, is_known):
    """Only addresses of this machine are answered, at this port."""
    assert access.is_known_host(host) == is_known


def test_another_machine_needs_the_token(access):
    """This machine needs none; a wrong or broken cookie is none."""
    assert access.is_allowed("127.0.0.1", "")
    assert not access.is_allowed(OTHER, "")
    assert not access.is_allowed(OTHER, f"{COOKIE}=wrong")
    assert not access.is_allowed(OTHER, "\x01;;=\xff")
    assert access.is_allowed(OTHER, access.cookie.partition(";")[0])


def test_the_token_is_taken_off_the_address(access):
    """Who comes with it is sent on to the same page without it, and never elsewhere."""
    with_token = access.address("192.168.1.7", with_token=True).partition(":8010")[2]
    assert access.admitted(with_token) == "/"
    query = with_token.partition("?")[2]
    assert access.admitted(f"/stories/x/?{query}&a=1") == "/stories/x/?a=1"
    assert access.admitted(f"//evil.example/?{query}") == "/"
    assert access.admitted("/?_write=wrong") is None
    assert access.admitted("/") is None


def test_each_start_has_another_token():
    """A token that was passed on is of no use the next day."""
    assert Access(8010).token != Access(8010).token
    assert len(Access(8010).token) >= 12


def test_own_addresses_are_of_a_network():
    """Loopback is none of them."""
    assert not [each for each in own_addresses() if each.startswith("127.")]


def test_qr_code_is_square():
    """It can be shown in a terminal."""
    lines = qr_of("http://192.168.1.7:8010/?_write=abc").splitlines()
    assert len(lines) > 10
