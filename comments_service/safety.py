"""Decides whether settings are safe before the public; the service refuses to start with others,
and the doctor tells the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from comments_service.config import Config
from comments_service.errors import ConfigError

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that only this machine reaches."""
FEW_KINDS = 12
"""Different characters of a secret, below which somebody typed it by hand."""
PLACEHOLDERS = (
    "changeme", "change-me", "change_me", "change me", "replace-", "replaceme", "your-secret",
    "your secret", "default", "example", "insecure", "password", "secretkey", "secret-key",
    "secret_key", "huisheng",
)  # fmt: skip
"""What stands in secrets that were copied from an example; a random one has none of them."""
OFF = frozenset({"", "0", "false", "no"})
"""What FLASK_DEBUG may say without switching debugging on, as Flask reads it."""


@dataclass(frozen=True, slots=True)
class Danger:
    """One thing that must not be so before the public."""

    about: str
    """``secret``, ``address`` or ``debug``."""
    told: str
    """What is wrong and how to mend it; never the secret itself."""


def dangers(config: Config, environ: Mapping[str, str]) -> Iterator[Danger]:
    """Give what is dangerous in *config* and *environ*. A weak secret is everywhere; the rest only
    where others than this machine reach the site.
    """
    if is_guessable(config.secret_key):
        yield Danger(
            "secret",
            "COMMENTS_SECRET_KEY looks typed by hand or copied from an example, and whoever "
            "guesses it can log in: make another one with "
            "python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    if is_local(config):
        return
    if not config.is_https:
        yield Danger(
            "address",
            f"COMMENTS_SITE_URL is {config.site_url}: cookies and messages would travel "
            "unencrypted; put TLS before it (deploy/nginx.conf) and write https://",
        )
    if environ.get("FLASK_DEBUG", "").lower() not in OFF:
        yield Danger("debug", "FLASK_DEBUG is on, which shows inner details to anybody: unset it")


def require_safe(config: Config, environ: Mapping[str, str]) -> None:
    """Raise ConfigError with every danger of these settings."""
    found = [danger.told for danger in dangers(config, environ)]
    if found:
        raise ConfigError("This would not be safe before the public. " + ". ".join(found))


def is_guessable(secret: str) -> bool:
    """Say whether somebody else could guess *secret*."""
    folded = secret.lower()
    return len(set(secret)) < FEW_KINDS or any(words in folded for words in PLACEHOLDERS)


def is_local(config: Config) -> bool:
    """Say whether only this machine reaches the site."""
    return urlsplit(config.site_url).hostname in LOCAL
