"""What may be kept of a visitor's address: the network that it is in."""

from __future__ import annotations

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def mask_address(address: str) -> str:
    """Give the part of an IP address that may be kept and shown: 14.152.94.*, 2408:8256:d1:*; empty
    if it is none.
    """
    parsed = _parse(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        groups = parsed.exploded.split(":")[:3]
        return ":".join(f"{int(group, 16):x}" for group in groups) + ":*"
    return ".".join(str(parsed).split(".")[:3]) + ".*"


def may_be_everybody(address: str) -> bool:
    """Say whether all visitors may share *address*: one of our own machine or network, as where a
    proxy stands that nobody told us of, or none at all.
    """
    parsed = _parse(address)
    return parsed is None or not parsed.is_global


def _parse(address: str) -> IPAddress | None:
    """Read an address; the IPv4 one that stands within IPv6 counts."""
    try:
        parsed = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        return parsed.ipv4_mapped or parsed.sixtofour or parsed
    return parsed
