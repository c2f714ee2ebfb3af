"""Who may look at the preview: this machine, and others only with the token of this start."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
PARAMETER = "_write"
"""Brings the token in an address."""
COOKIE = "huisheng-write"
"""Keeps it, so that addresses that are sent on do not hold it."""


@dataclass(frozen=True, slots=True)
class Access:
    """What is asked of a request."""

    port: int
    hosts: frozenset[str] = frozenset()
    """Addresses of this machine in the local network; empty when it is open to nobody else."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(9))

    def is_known_host(self, host: str) -> bool:
        """Say whether the header ``Host`` names this machine; a page of somebody else's name that
        was made to lead here (DNS rebinding) tells its own.
        """
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        name, port = (name, port) if name else (host, "80")
        return port == str(self.port) and name.lower() in LOCAL | self.hosts

    def is_allowed(self, client: str, cookies: str) -> bool:
        """Say whether the machine at the address *client*, which sent *cookies*, may look."""
        return ip_address(client.partition("%")[0]).is_loopback or self._has_token(cookies)

    def admitted(self, target: str) -> str | None:
        """Give where to send on who came to *target* with the right token; None without it."""
        parts = urlsplit(target)
        given = parse_qsl(parts.query)
        if not any(name == PARAMETER and self._is_token(value) for name, value in given):
            return None
        query = urlencode([pair for pair in given if pair[0] != PARAMETER])
        path = f"/{parts.path.lstrip('/')}"  # never to another host
        return f"{path}?{query}" if query else path

    @property
    def cookie(self) -> str:
        """Give the value of the header ``Set-Cookie`` for who came with the token."""
        return f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict"

    def address(self, host: str, *, with_token: bool = False) -> str:
        """Give the address of the preview at *host*."""
        token = f"?{PARAMETER}={self.token}" if with_token else ""
        return f"http://{host}:{self.port}/{token}"

    def _has_token(self, cookies: str) -> bool:
        try:
            found = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        return found is not None and self._is_token(found.value)

    def _is_token(self, value: str) -> bool:
        return hmac.compare_digest(value.encode(), self.token.encode())
