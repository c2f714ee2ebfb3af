"""Whatever a visitor claims about his address: he has the one that our proxy saw."""

from __future__ import annotations

import pytest

from comments_service.app import create_app
from comments_service.web.proxies import OurProxies, read_address
from tests.comments_service.web.visiting import send, stored
from tests.living_site import make_config

REAL, PEER = "14.152.94.23", "10.0.0.7"
FORGED = {
    "nothing": "",
    "an address": "9.9.9.9",
    "many addresses": ", ".join(f"9.9.9.{n}" for n in range(200)),
    "the real one, first": f"{REAL}, 9.9.9.9",
    "a lone quotation mark": '"9.9.9.9',
    "two quotation marks": '"9.9.9.9", "8.8.8.8',
    "a backslash before a quotation mark": '"a\\", 9.9.9.9',
    "single quotation mark": "'9.9.9.9",
    "commas": ",,,,",
    "commas and blanks": " , \t, ,",
    "semicolons": "9.9.9.9; 8.8.8.8;",
    "with a port": "9.9.9.9:443",
    "IPv6 in brackets": "[2001:db8::1]:443",
    "IPv6": "2001:db8::1",
    "IPv4 in IPv6": "::ffff:9.9.9.9",
    "our own machine": "127.0.0.1",
    "a private network": "192.168.1.1",
    "unknown": "unknown, _hidden",
    "in the form of RFC 7239": 'for=9.9.9.9;proto=https;by="[::1]"',
    "a name": "localhost",
    "markup": "<script>alert(1)</script>",
    "SQL": "' OR 1=1 --",
    "NUL": "9.9.9.9\x00",
    "numbers": "0x7f000001, 2130706433, 017700000001",
    "digits of other scripts": "９.９.９.９".encode().decode("latin-1"),
    "very long": "9" * 7000,
}
"""What a visitor may write into X-Forwarded-For, by itself."""
OTHERS = {
    "X-Real-IP": "9.9.9.9",
    "Forwarded": "for=9.9.9.9",
    "True-Client-IP": "9.9.9.9",
    "CF-Connecting-IP": "9.9.9.9",
    "X-Client-IP": "9.9.9.9",
    "Client-IP": "9.9.9.9",
    "X-Originating-IP": "9.9.9.9",
    "X-Cluster-Client-IP": "9.9.9.9",
}
"""Further headers that some believe."""


def seen_address(hops, forwarded, peer=PEER, **more):
    """Give the address that the service sees, with *forwarded* as the last proxy sends it."""
    seen = {}
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"} | more
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    service = OurProxies(lambda environ, _: seen.update(environ) or [], hops)
    service(environ, None)
    return seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]


@pytest.mark.parametrize("claim", FORGED.values(), ids=FORGED)
def test_one_proxy(claim):
    """nginx adds the real address at the right end, after whatever was claimed."""
    sent = f"{claim}, {REAL}" if claim else REAL
    assert seen_address(1, sent)[0] == REAL


@pytest.mark.parametrize("claim", FORGED.values(), ids=FORGED)
def test_two_proxies(claim):
    """The outer one adds the real address, the inner one that of the outer."""
    sent = f"{claim}, {REAL}, 10.0.0.1" if claim else f"{REAL}, 10.0.0.1"
    assert seen_address(2, sent)[0] == REAL


@pytest.mark.parametrize("hops", [1, 2])
@pytest.mark.parametrize("sent", [None, "", ",", "unknown", "_a, _b", '"', "9.9.9.9,"])
def test_proxy_that_names_nobody(hops, sent):
    """Where our proxy names no address, its own is kept; none is taken from elsewhere."""
    assert seen_address(hops, sent)[0] in {PEER, "9.9.9.9" if hops == 2 else PEER}


def test_too_few_entries():
    """Who comes past one of two proxies has the address of the one that was asked."""
    assert seen_address(2, "9.9.9.9")[0] == PEER


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("1.2.3.4", "1.2.3.4"),
        (" 1.2.3.4:443 ", "1.2.3.4"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("1.2.3", ""),
        ("1.2.3.4:x", ""),
        ("[1.2.3.4", ""),
        ("１.2.3.4", ""),
        ("", ""),
    ],
)
def test_reading(text, address):
    """An address with or without a port, nothing else."""
    assert read_address(text) == address


@pytest.mark.parametrize(
    ("sent", "scheme"),
    [("https", "https"), ("http", "http"), ("http, https", "https"), ("ftp", "http"), ("", "http")],
)
def test_scheme(sent, scheme):
    """The scheme is what the nearest proxy says, if it is one."""
    assert seen_address(1, REAL, HTTP_X_FORWARDED_PROTO=sent)[1] == scheme


@pytest.fixture
def visitor(sqlite_site):
    """Give a function that makes a client of a service behind *hops* proxies, with limits."""
    apps = []

    def make(hops):
        config = make_config(
            sqlite_site.root, sqlite_site.database_url, proxy_hops=hops, refuse_after=3
        )
        app = create_app(config)
        apps.append(app)
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = {0: REAL}.get(hops, PEER)
        return client

    yield make
    for app in apps:
        app.extensions["parts"].database.engine.dispose()


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_limits_are_not_evaded(visitor, sqlite_site, hops):
    """Each message claims another address: three are taken, all from the real network."""
    client, added = visitor(hops), {0: [], 1: [REAL], 2: [REAL, "10.0.0.1"]}[hops]
    statuses = []
    for number, claim in enumerate(FORGED.values()):
        forwarded = ", ".join(filter(None, [claim.replace("\x00", ""), *added]))
        headers = OTHERS | {"X-Forwarded-For": forwarded}
        answer = send(client, False, headers, text=f"第{number}条留言", nonce=f"n{number}")
        statuses.append(answer.status_code)
    assert statuses == [303] * 3 + [429] * (len(FORGED) - 3)
    assert {comment.address for comment in stored(sqlite_site)} == {"14.152.94.*"}


def test_log_ins_are_slowed_down_whatever_is_claimed(visitor):
    """Guessing a password waits after five tries, with another claimed address each time."""
    client = visitor(1)
    token = client.get("/desk/login").text.split('name="csrf_token"')[1].split('value="')[1]
    fields = {"name": "值班", "password": "wrong", "csrf_token": token.split('"')[0]}
    statuses = [
        client.post("/desk/login", data=fields, headers={"X-Forwarded-For": f'"9.9.{n}.9, {REAL}'})
        for n in range(7)
    ]
    assert [answer.status_code for answer in statuses] == [422] * 5 + [429] * 2
