"""The service starts before the public only with settings that are safe there."""

from __future__ import annotations

import secrets

import pytest

from comments_service.app import create_app
from comments_service.config import Config
from comments_service.errors import ConfigError
from comments_service.safety import dangers, is_guessable

MIXED = "f3a1c07be29d4856f3a1c07be29d4856"
HTTPS, HTTP, HERE = "https://example.org", "http://example.org", "http://127.0.0.1:8000"
DEBUG = {"FLASK_DEBUG": "1"}


@pytest.mark.parametrize(
    ("url", "environ", "about"),
    [
        pytest.param(HTTPS, {}, [], id="as it should be"),
        pytest.param(HTTPS, {"FLASK_DEBUG": "0"}, [], id="debugging said to be off"),
        pytest.param(HTTPS, DEBUG, ["debug"], id="debugging"),
        pytest.param(HTTP, {}, ["address"], id="plain cookies"),
        pytest.param("http://10.0.0.7:8000", DEBUG, ["address", "debug"], id="local network"),
        pytest.param(HERE, DEBUG, [], id="this machine"),
        pytest.param("http://[::1]:8000", {}, [], id="this machine by IPv6"),
        pytest.param("http://localhost.example.org", {}, ["address"], id="a name like it"),
    ],
)
def test_dangers(url, environ, about):
    """Plain cookies and debugging are dangerous where others reach the site."""
    config = Config(secret_key=MIXED, site_url=url)
    assert [danger.about for danger in dangers(config, environ)] == about


@pytest.mark.parametrize(
    "secret",
    [
        "a" * 32,
        "0123456789" * 4,
        "changeme" + MIXED,
        "CHANGE-ME-" + MIXED,
        "the default secret of the demonstration site",
        "huisheng-secret-key-for-production-2026",
    ],
)
def test_secrets_that_others_know(secret):
    """What was typed by hand or copied from an example is known to others, wherever the site is;
    the refusal does not show it.
    """
    for url in (HERE, HTTPS):
        (danger,) = dangers(Config(secret_key=secret, site_url=url), {})
        assert danger.about == "secret"
        assert secret not in danger.told


def test_random_secrets_are_taken():
    """No secret that our own command makes is ever refused."""
    assert not any(is_guessable(secrets.token_hex(32)) for _ in range(2000))
    assert not any(is_guessable(secrets.token_urlsafe(32)) for _ in range(2000))


def test_application_does_not_start(tmp_path, monkeypatch):
    """The application is not made, and one sentence tells every danger and its mend."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    config = Config(secret_key="changeme" * 4, site_url=HTTP, var=tmp_path / "var")
    with pytest.raises(ConfigError) as refusal:
        create_app(config)
    for words in ("COMMENTS_SECRET_KEY", "COMMENTS_SITE_URL", "FLASK_DEBUG"):
        assert words in str(refusal.value)
    assert not (tmp_path / "var").exists()
