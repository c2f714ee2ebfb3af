"""What nginx does with slow, greedy and strange clients, and with services that come and go."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
from contextlib import ExitStack

import brotli
import pytest
from sqlalchemy import func, select

from comments_service.models import Comment
from tests.deploy.test_nginx import NGINX, ask, modules, served
from tests.living_site import LivingSite
from tests.site.browserless import ROOT, Visitor, wait_until

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")
SECONDS = re.compile(r"^\s*(client_header_timeout|client_body_timeout|send_timeout) (\d+)s;", re.M)
QUICK = {
    "client_header_timeout 10s;": "client_header_timeout 1s;",
    "client_body_timeout 10s;": "client_body_timeout 1s;",
}
HEAD = b"POST /messages/new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
NEW = {"thread": "first", "text": "一条"}


@pytest.fixture(scope="module")
def standing(built_sample, tmp_path_factory):
    """Serve one site for all tests that leave it as it is; gives it, both ports and the folder."""
    folder = tmp_path_factory.mktemp("standing")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    site.show_build_of(built_sample)
    with served(site, folder) as (plain, tls, _):
        yield site, plain, tls, folder
    site.close()


def opened(tls, address="127.0.0.1", alpn=()):
    """Open a connection over TLS from an address of this machine."""
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(list(alpn))
    plain = socket.create_connection(("127.0.0.1", tls), 20, (address, 0))
    return context.wrap_socket(plain, server_hostname="localhost")


def test_slow_clients_are_cut_within_thirty_seconds():
    """Each time that a client may take stands in our configuration, none longer than 30 s."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    told = {name: int(seconds) for name, seconds in SECONDS.findall(text)}
    assert told.keys() == {"client_header_timeout", "client_body_timeout", "send_timeout"}
    assert max(told.values()) <= 30


def test_half_sent_requests_are_cut(sqlite_site, tmp_path):
    """Who stops within a head or a body is cut; everybody else is answered meanwhile."""
    with served(sqlite_site, tmp_path, QUICK) as (_, tls, _), ExitStack() as stack:
        slow = []
        for number in range(100):
            connection = stack.enter_context(opened(tls, f"127.0.0.{2 + number % 50}"))
            connection.sendall(HEAD if number % 2 else HEAD[:40])
            slow.append(connection)
        assert ask(tls, "/messages/new")[0] == 200
        assert ask(tls, "/messages/new", "POST", NEW)[0] == 303
        ends = [end_of(connection) for connection in slow]
        assert set(ends) <= {b"", b"HTTP/1.1 408"}


def end_of(connection):
    """Wait until the other side ends a connection; gives the beginning of what it said."""
    try:
        return b"".join(iter(lambda: connection.recv(4096), b""))[:12]
    except OSError:  # a connection that is cut in the middle of TLS is reset
        return b""


def test_one_address_cannot_take_everything(sqlite_site, tmp_path):
    """Beyond so many requests at a time an address is told to wait, and others are answered."""
    few = {"limit_conn huisheng_visitors 50; try_files $uri $uri/index.html @service": (
        "limit_conn huisheng_visitors 5; try_files $uri $uri/index.html @service"
    )}  # fmt: skip
    with served(sqlite_site, tmp_path, few) as (_, tls, _), ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(opened(tls, "127.0.0.9")).sendall(HEAD)
        connection = stack.enter_context(opened(tls, "127.0.0.9"))
        connection.sendall(b"GET /messages/new HTTP/1.0\r\nHost: localhost\r\n\r\n")
        said = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
        assert "429" in said.splitlines()[0]
        assert "从您所在的网络同时打开了太多连接" in said
        assert ask(tls, "/messages/new")[0] == 200


def test_two_services(sqlite_site, tmp_path):
    """With the second service taken in, each of them may stop and nobody notices."""
    second = {"# server 127.0.0.1:8001;": "server 127.0.0.1:{1};"}
    with served(sqlite_site, tmp_path, second, services=2) as (_, tls, *ports):
        for port in ports:
            wait_until(lambda port=port: is_ready(port), seconds=30)
        answers = [ask(tls, "/messages/new", "POST", new(n))[0] for n in range(6)]
        os.kill(server_at(ports[0]), signal.SIGTERM)
        wait_until(lambda: not is_ready(ports[0]), seconds=30)
        answers += [ask(tls, "/messages/new", "POST", new(n))[0] for n in range(6, 12)]
    assert answers == [303] * 12
    with sqlite_site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 12


def new(number):
    """Give the fields of one message."""
    return NEW | {"text": f"第{number}条", "nonce": str(number)}


def is_ready(port):
    """Say whether a service answers by itself."""
    try:
        return Visitor(port).get("/readyz").status == 200
    except (OSError, http.client.HTTPException):
        return False


def server_at(port):
    """Give the process of the server that listens on *port*."""
    asked = ["pgrep", "-f", f"serving.server --port {port} "]
    return min(map(int, subprocess.run(asked, capture_output=True, text=True).stdout.split()))


def test_service_that_is_away(sqlite_site, tmp_path):
    """While no service answers, pages are whole and forms say so in Chinese, with our headers."""
    with served(sqlite_site, tmp_path) as (_, tls, port):
        os.kill(server_at(port), signal.SIGTERM)
        wait_until(lambda: not is_ready(port), seconds=30)
        assert ask(tls, "/stories/first/")[0] == 200
        for method, fields in (("GET", None), ("POST", NEW)):
            status, headers, text = ask(tls, "/messages/new", method, fields)
            assert (status, "留言服务暂时不可用" in text) == (502, True)
            assert headers.get_all("Content-Type") == ["text/html; charset=utf-8"]
            assert "default-src 'none'" in headers["Content-Security-Policy"]
        huge = {"thread": "first", "text": "x" * 300_000}
        status, _, text = ask(tls, "/messages/new", "POST", huge)
        assert (status, "内容太长" in text) == (413, True)


def test_http2(standing):
    """Browsers are offered HTTP/2, and others HTTP/1.1."""
    _, _, tls, _ = standing
    for offered, spoken in ((("h2", "http/1.1"), "h2"), (("http/1.1",), "http/1.1"), ((), None)):
        with opened(tls, alpn=offered) as connection:
            assert connection.selected_alpn_protocol() == spoken


def test_methods(standing):
    """Only GET, HEAD and POST reach anything."""
    _, _, tls, _ = standing
    for method in ("TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "X"):
        for path in ("/", "/messages/new", "/desk/login"):
            assert ask(tls, path, method)[0] in {400, 405}, (method, path)


def test_nothing_that_is_not_published(standing):
    """No folder is listed, no file with a dot is served, whoever put it there; .well-known is."""
    site, _, tls, _ = standing
    public = site.release.public
    for name in (".git/config", ".env", "stories/.draft.html", "messages/.x", ".well-known/a.txt"):
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).write_text("x")
    for path in ("/.git/config", "/.env", "/stories/.draft.html", "/messages/.x", "/.git/"):
        assert ask(tls, path)[0] == 404, path
    for path in ("/assets/", "/assets", "/pictures/", "/messages/receipt/"):
        status, _, text = ask(tls, path)
        assert (status, "Index of" in text) == (404, False), path
    assert ask(tls, "/.well-known/a.txt")[0] == 200


def test_address_from_our_proxy_only(sqlite_site, tmp_path):
    """Where another proxy of ours is named, the visitor it reports counts; from anybody else the
    report is worth nothing.
    """
    named = {
        "# set_real_ip_from 192.0.2.0/24;": "set_real_ip_from 127.0.0.8/32;",
        "# real_ip_header X-Forwarded-For;": "real_ip_header X-Forwarded-For;",
        "# real_ip_recursive on;": "real_ip_recursive on;",
    }
    with served(sqlite_site, tmp_path, named) as (_, tls, _):
        for number, sender in enumerate(("127.0.0.8", "127.0.0.7"), 1):
            body = f"thread=first&text=n{number}".encode()
            lines = [
                "POST /messages/new HTTP/1.0",
                "Host: localhost",
                "X-Forwarded-For: 9.9.9.9, 14.152.94.23",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
            with opened(tls, sender) as connection:
                connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
                said = b"".join(iter(lambda c=connection: c.recv(4096), b""))
            assert b" 303 " in said.splitlines()[0]
    assert [sqlite_site.comment(n).address for n in (1, 2)] == ["14.152.94.*", "127.0.0.*"]


@pytest.mark.skipif(not modules(), reason="needs libnginx-mod-http-brotli-static")
def test_brotli(sqlite_site, tmp_path):
    """With its module, who takes brotli gets the build's twin; others get gzip, or the page."""
    switched = {"# brotli_static on;": "brotli_static on;"}
    page = sqlite_site.release.public / "stories" / "first" / "index.html"
    page.with_name("index.html.br").write_bytes(brotli.compress(b"<p>brotli</p>"))
    page.with_name("index.html.gz").write_bytes(gzip.compress(b"<p>gzip</p>", mtime=0))
    with served(sqlite_site, tmp_path, switched) as (_, tls, _):
        said = [taken(tls, kinds) for kinds in ("gzip, deflate, br", "gzip", "identity")]
    assert said == [
        ("br", brotli.compress(b"<p>brotli</p>")),
        ("gzip", gzip.compress(b"<p>gzip</p>", mtime=0)),
        (None, page.read_bytes()),
    ]


def taken(tls, kinds):
    """Give how a page comes to one who takes *kinds*."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", tls, timeout=20, context=context)
    connection.request("GET", "/stories/first/", headers={"Accept-Encoding": kinds})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.headers["Content-Encoding"], body


def test_log_names_requests_and_no_secret(standing):
    """nginx's log has the number that service and visitor know, and no address that is a secret."""
    _, _, tls, folder = standing
    assert ask(tls, "/messages/new")[1]["X-Request-ID"]
    status, headers, _ = ask(tls, "/messages/new", "POST", NEW)
    receipt = headers["Location"]
    assert (status, ask(tls, receipt)[0]) == (303, 200)
    assert ask(tls, "/preview/89ab/")[0] == 404
    last = ask(tls, "/messages/new")[1]["X-Request-ID"]
    log = folder / "access.log"
    wait_until(lambda: last in log.read_text(), seconds=10)
    assert headers["X-Request-ID"] in log.read_text()
    assert "89ab" not in log.read_text()
    assert receipt.rpartition("/")[2] not in log.read_text()
    assert "/messages/receipt/" not in log.read_text()


def test_proof_of_a_certificate(standing):
    """A certificate's renewal finds its proof over plain http; all else is sent to https."""
    _, plain, _, folder = standing
    (proofs := folder / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
    (proofs / "token").write_text("proof")
    told = {}
    for path in ("/.well-known/acme-challenge/token", "/.well-known/other"):
        connection = http.client.HTTPConnection("localhost", plain, timeout=20)
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        told[path] = response.status, response.read() == b"proof"
        connection.close()
    assert list(told.values()) == [(200, True), (301, False)]
