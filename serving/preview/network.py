"""Where other machines of the local network find the preview."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, ip_address

import segno

NOWHERE = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737): asked which way leads there, the system names its own address,
and sends nothing.
"""


def own_addresses() -> list[str]:
    """Give this machine's addresses in the local network, the likeliest first."""
    found = [*_towards_others(), *_of_own_name()]
    usual = (each for each in found if _is_of_a_network(each))
    return list(dict.fromkeys(usual))


def _towards_others() -> Iterable[str]:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(NOWHERE)
        yield str(probe.getsockname()[0])


def _of_own_name() -> Iterable[str]:
    with suppress(OSError):
        for *_, address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            yield str(address[0])


def _is_of_a_network(address: str) -> bool:
    known = ip_address(address)
    return isinstance(known, IPv4Address) and not (known.is_loopback or known.is_unspecified)


def qr_of(address: str) -> str:
    """Draw *address* for the camera of a phone, in signs of a terminal."""
    drawn = io.StringIO()
    segno.make(address, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()
