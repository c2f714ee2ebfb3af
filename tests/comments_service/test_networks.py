"""What is kept of a visitor's address."""

from __future__ import annotations

import pytest

from comments_service.networks import mask_address, may_be_everybody


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        pytest.param("14.152.94.23", "14.152.94.*", id="IPv4"),
        pytest.param("2408:8256:00d1::5", "2408:8256:d1:*", id="IPv6"),
        pytest.param("::1", "0:0:0:*", id="loopback"),
        pytest.param("::ffff:14.152.94.23", "14.152.94.*", id="IPv4 within IPv6"),
        pytest.param("fe80::1%eth0", "fe80:0:0:*", id="with a zone"),
        pytest.param("2002:0e98:5e17::1", "14.152.94.*", id="IPv4 within 6to4"),
        pytest.param("", "", id="none"),
        pytest.param("unix:", "", id="no address"),
        pytest.param("14.152.94.23, 1.2.3.4", "", id="a list"),
    ],
)
def test_address_is_masked(address, masked):
    """Of IPv4 three numbers are kept, of IPv6 three groups, of anything else nothing."""
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("14.152.94.23", False, id="a visitor's"),
        pytest.param("2408:8256:d1::5", False, id="a visitor's IPv6"),
        pytest.param("127.0.0.1", True, id="loopback"),
        pytest.param("::1", True, id="IPv6 loopback"),
        pytest.param("10.0.0.7", True, id="own network"),
        pytest.param("192.168.1.1", True, id="at home"),
        pytest.param("::ffff:192.168.1.1", True, id="at home, within IPv6"),
        pytest.param("fd00::1", True, id="own IPv6 network"),
        pytest.param("fe80::1%eth0", True, id="link-local"),
        pytest.param("", True, id="unknown"),
    ],
)
def test_shared_addresses(address, expected):
    """Addresses of our own machine and network may be everybody's."""
    assert may_be_everybody(address) is expected
