"""Our Caddyfile, in a real Caddy before the real service."""

from __future__ import annotations

import gzip
import http.client
import shutil
import socket
import ssl
import subprocess
from contextlib import contextmanager

import pytest

from comments_service.web.headers import OF_SERVICE, TRANSPORT, of_file
from tests.deploy.test_nginx import answers, ask, certificate
from tests.living_site import SECRET, LivingSite
from tests.site.browserless import ROOT, free_port, running, server_command, wait_until

CADDY = shutil.which("caddy")
CADDYFILE = ROOT / "deploy" / "Caddyfile"

pytestmark = pytest.mark.skipif(CADDY is None, reason="needs caddy")


def configuration(folder, public, tls, service):
    """Give our Caddyfile with what a host changes: on loopback, with a certificate of our own."""
    ours = CADDYFILE.read_text("utf-8")
    changes = {
        "{\n\tservers {": "{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n\tservers {",
        "example.org {": f"https://localhost:{tls} {{\n\tbind 127.0.0.1\n"
        f"\ttls {folder / 'cert.pem'} {folder / 'key.pem'}",
        "/srv/huisheng/var/releases/current/public": str(public),
        "/srv/huisheng/var/releases/redirects": str(public.parents[1] / "redirects"),
        "127.0.0.1:8000": f"127.0.0.1:{service}",
        "/var/log/caddy/access.log": str(folder / "access.log"),
    }
    for old, new in changes.items():
        assert old in ours, old
        ours = ours.replace(old, new, 1)
    return ours


@contextmanager
def served(site, folder):
    """Serve a built site by Caddy, with the service behind it; gives Caddy's port."""
    tls, service = free_port(), free_port()
    certificate(folder)
    config = folder / "Caddyfile"
    public = site.releases / "current" / "public"
    config.write_text(configuration(folder, public, tls, service), "utf-8")
    environment = {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"https://localhost:{tls}",
        "COMMENTS_PROXY_HOPS": "1",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    run = [CADDY, "run", "--config", str(config), "--adapter", "caddyfile"]
    with running([server_command(service), run], environment, service):
        wait_until(lambda: answers(tls), seconds=20)
        yield tls


@pytest.fixture(scope="module")
def caddy(built_sample, tmp_path_factory):
    """Serve a built site by Caddy, with the service behind it."""
    folder = tmp_path_factory.mktemp("caddy")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    site.show_build_of(built_sample)
    with served(site, folder) as tls:
        yield site, tls, folder
    site.close()


def test_form():
    """The file is written as Caddy's own formatter writes it."""
    told = [CADDY, "fmt", str(CADDYFILE)]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.stdout == CADDYFILE.read_text("utf-8")


def test_walk(caddy):
    """Pages come from files, forms from the service, the visitor's address is the real one."""
    site, tls, _ = caddy
    for path in ("/", "/stories/first/", "/messages/", "/messages/feed.xml", "/messages/new"):
        assert ask(tls, path)[0] == 200, path
    assert ask(tls, "/desk/")[0] == 303
    status, _, text = ask(tls, "/stories/nowhere/")
    assert (status, "没有这个页面" in text) == (404, True)
    (site.release.public / ".git").mkdir()
    (site.release.public / ".git" / "config").write_text("x")
    for path in ("/healthz", "/readyz", "/metrics", "/.git/config", "/assets/", "/records/"):
        assert ask(tls, path)[0] == 404, path
    for method in ("TRACE", "PUT", "DELETE", "OPTIONS"):
        assert ask(tls, "/messages/new", method)[0] == 405, method
    forged = {"X-Forwarded-For": "1.2.3.4", "Origin": f"https://localhost:{tls}"}
    fields = {"thread": "first", "text": "从网页服务器来"}
    status, headers, _ = ask(tls, "/messages/new", "POST", fields, forged)
    assert status == 303
    assert site.comment(1).address == "127.0.0.*"
    assert ask(tls, headers["Location"])[0] == 200
    huge = {"thread": "first", "text": "x" * 300_000}
    assert ask(tls, "/messages/new", "POST", huge)[0] == 413


def test_headers(caddy):
    """Files have the headers that the service's one place says, and are kept as nginx lets them."""
    site, tls, _ = caddy
    sheet = site.directory.site.stylesheet
    draft = site.release.public / "preview" / "0123"
    draft.mkdir(parents=True)
    (draft / "index.html").write_text("<p>草稿</p>", "utf-8")
    assert ask(tls, "/preview/0123/")[0] == 200
    assert ask(tls, "/preview/")[0] == ask(tls, "/preview/4567/")[0] == 404
    for path in ("/", "/preview/0123/", "/search/", "/pictures/scene.svg", sheet, "/nowhere"):
        _, headers, _ = ask(tls, path)
        for name, value in of_file(path, is_https=True).items():
            assert headers.get_all(name) == [value], (path, name)
    assert ask(tls, sheet)[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ask(tls, "/")[1]["Cache-Control"] == "public, max-age=0, must-revalidate"
    _, headers, _ = ask(tls, "/messages/new")
    for name, value in (OF_SERVICE | {"Strict-Transport-Security": TRANSPORT}).items():
        assert headers.get_all(name) == [value], name


def test_twins_and_http2(caddy):
    """The build's twins are sent as they are, and HTTP/2 is offered."""
    site, tls, _ = caddy
    page = site.release.public / "stories" / "second" / "index.html"
    packed = gzip.compress(b"<p>twin</p>", mtime=0)
    page.with_name("index.html.gz").write_bytes(packed)
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", tls, timeout=20, context=context)
    connection.request("GET", "/stories/second/", headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert (response.headers["Content-Encoding"], response.read()) == ("gzip", packed)
    connection.close()
    context.set_alpn_protocols(["h2", "http/1.1"])
    plain = socket.create_connection(("127.0.0.1", tls))
    with context.wrap_socket(plain, server_hostname="localhost") as greeted:
        assert greeted.selected_alpn_protocol() == "h2"


def test_log_holds_no_secret(caddy):
    """Addresses that are a secret do not come into Caddy's log."""
    _, tls, folder = caddy
    fields = {"thread": "second", "text": "一条"}
    _, headers, _ = ask(tls, "/messages/new", "POST", fields)
    receipt = headers["Location"].rpartition("/")[2]
    assert ask(tls, headers["Location"])[0] == 200
    assert ask(tls, "/preview/89ab/")[0] == 404
    log = folder / "access.log"
    wait_until(lambda: "/(secret)" in log.read_text(), seconds=10)
    assert receipt not in log.read_text()
    assert "89ab" not in log.read_text()
