"""Our nginx configuration, in a real nginx before the real service."""

from __future__ import annotations

import gzip
import http.client
import shutil
import ssl
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from audit.browser import chromium
from audit.tools import CHROMIUM
from comments_service.web.headers import POLICY
from tests.living_site import SECRET
from tests.site.browserless import ROOT, free_port, running, server_command, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")


def certificate(folder):
    """Make a certificate for this machine only."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*command, *files], check=True, capture_output=True)


def configuration(folder, public, plain, tls, service, more):
    """Give our configuration with what a host changes, *more* of that too, and the frame around
    it.
    """
    ours = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    changes = {
        "  listen [::]:80;\n": "",
        "  listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
        "127.0.0.1:8000": f"127.0.0.1:{service}",
        "/etc/ssl/huisheng/fullchain.pem": str(folder / "cert.pem"),
        "/etc/ssl/huisheng/privkey.pem": str(folder / "key.pem"),
        "/srv/huisheng/var/releases/current/public": str(public),
        "/srv/huisheng/var/releases/redirects": str(public.parents[1] / "redirects"),
        "/var/log/nginx/access.log": str(folder / "access.log"),
        "/var/www/html": str(folder / "acme"),
        **more,
    }
    for old, new in changes.items():
        assert old in ours
        ours = ours.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = (
        f"{modules()}daemon off;\nuser root;\npid {folder}/pid;\n"
        f"error_log {folder}/error.log;\nevents {{}}\n"
    )
    mime = (
        "types { text/html html; text/css css; text/javascript js; image/svg+xml svg; "
        "application/xml xml; }"
    )
    return f"{frame}http {{\naccess_log off;\n{mime}\n{temporary}{ours}}}\n"


def modules():
    """Load the module for brotli, where Debian's package has put it."""
    module = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
    return f"load_module {module};\n" if module.exists() else ""


@contextmanager
def served(site, folder, more=None, *, services=1):
    """Serve a built site by nginx, with so many services behind it, and *more* changed in our
    configuration; gives both ports of nginx, and the services' ones.
    """
    plain, tls, *ports = (free_port() for _ in range(2 + services))
    certificate(folder)
    public = site.releases / "current" / "public"
    config = folder / "nginx.conf"
    more = {old: new.format(*ports) for old, new in (more or {}).items()}
    config.write_text(configuration(folder, public, plain, tls, ports[0], more), "utf-8")
    environment = {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"https://localhost:{tls}",
        "COMMENTS_PROXY_HOPS": "1",
    }
    commands = [*map(server_command, ports), [NGINX, "-c", str(config), "-p", str(folder)]]
    with running(commands, environment, ports[0]):
        wait_until(lambda: answers(tls), seconds=20)
        yield plain, tls, *ports


@pytest.fixture
def web(sqlite_site, tmp_path):
    """Serve a built site by nginx, with the service behind it; gives both ports of nginx."""
    with served(sqlite_site, tmp_path) as (plain, tls, _):
        yield sqlite_site, plain, tls


def answers(port):
    """Say whether nginx is there."""
    try:
        return ask(port, "/")[0] == 200
    except OSError:
        return False


def ask(port, path, method="GET", fields=None, headers=None):
    """Ask nginx over TLS; gives status, headers and text."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    headers = {"Host": f"localhost:{port}"} | (headers or {})
    body = None
    if fields is not None:
        body, headers["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, response.headers, text


def test_walk(web):
    """Pages come from files, the form from the service; the visitor's address is the real one."""
    site, plain, tls = web
    for path in ("/", "/stories/first/", "/messages/", "/messages/feed.xml", "/404.html"):
        assert ask(tls, path)[0] == 200, path
    assert ask(tls, "/messages/new")[0] == 200
    assert ask(tls, "/desk/")[0] == 303
    status, _, text = ask(tls, "/stories/nowhere/")
    assert (status, "没有这个页面" in text) == (404, True)
    for path in ("/healthz", "/readyz", "/metrics", "/.git/config", "/../records/threads.json"):
        assert ask(tls, path)[0] in {400, 404}, path
    assert ask(tls, "/", method="TRACE")[0] == 405

    forged = {"X-Forwarded-For": "1.2.3.4", "Origin": f"https://localhost:{tls}"}
    fields = {"thread": "first", "text": "从网页服务器来"}
    status, headers, _ = ask(tls, "/messages/new", "POST", fields, forged)
    assert status == 303
    assert site.comment(1).address == "127.0.0.*"
    assert ask(tls, headers["Location"])[0] == 200
    huge = {"thread": "first", "text": "x" * 300_000}
    assert ask(tls, "/messages/new", "POST", huge)[0] == 413

    connection = http.client.HTTPConnection("localhost", plain, timeout=20)
    connection.request("GET", "/stories/", headers={"Host": "localhost"})
    moved = connection.getresponse()
    assert (moved.status, moved.headers["Location"]) == (301, "https://localhost/stories/")
    connection.close()


def test_older_pages_are_found_behind_their_links(web):
    """Pages of messages that stand outside the release are served like any other."""
    site, _, tls = web
    for number in range(9):
        site.post_approved(nonce=f"older-{number}")
    site.publish()
    for path in ("/stories/first/messages/1/", "/messages/2/"):
        status, headers, text = ask(tls, path)
        assert (status, headers["X-Content-Type-Options"]) == (200, "nosniff"), path
        assert 'class="message"' in text
    for path in ("/stories/first/messages/", "/stories/first/messages/9/", "/messages/9/"):
        assert ask(tls, path)[0] in {403, 404}, path


def test_every_answer_has_each_header_once(web):
    """Files and the service's answers carry our headers, each exactly once."""
    site, _, tls = web
    wanted = (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "Cache-Control",
    )
    sheet = site.directory.site.stylesheet
    for path in ("/", sheet, "/messages/new", "/desk/login", "/nowhere", "/messages/receipt/x"):
        _, headers, _ = ask(tls, path)
        for name in wanted:
            assert len(headers.get_all(name) or []) == 1, (path, name, headers.items())
    assert "immutable" in ask(tls, sheet)[1]["Cache-Control"]
    assert ask(tls, "/messages/new")[1]["Cache-Control"] == "no-store"
    cookie = ask(tls, "/desk/login")[1]["Set-Cookie"]
    assert cookie.startswith("__Host-desk=")
    assert "Secure" in cookie


def test_search_page_alone_may_run_webassembly(web):
    """The program that searches is let run where it is used, and nowhere else."""
    _, _, tls = web
    usual = ask(tls, "/")[1]["Content-Security-Policy"]
    allowed = usual.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    assert usual == POLICY
    for path in ("/search/", "/search/?q=1"):
        assert ask(tls, path)[1]["Content-Security-Policy"] == allowed, path
    for path in ("/messages/new", "/searching", "/stories/first/", "/pagefind/pagefind.js"):
        assert ask(tls, path)[1]["Content-Security-Policy"] == usual, path


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM.find() is None, reason="needs Chromium (name it in CHROMIUM)")
def test_search_works_under_the_policy(web):
    """A real browser finds a story on the search page and complains of nothing."""
    _, _, tls = web
    complaints = []
    with chromium() as browser:
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(f"https://localhost:{tls}/search/?q=故事first")
        expect(page.locator(".hit__title").first).to_have_attribute("href", "/stories/first/")
    assert complaints == []


def test_twins_are_sent_as_they_are(web):
    """Who takes gzip gets the twin that the build made; a page without one is compressed there."""
    site, _, tls = web
    page = site.release.public / "stories" / "first" / "index.html"
    twin = page.with_name("index.html.gz")
    twin.write_bytes(gzip.compress(b"<p>twin</p>", mtime=0))
    assert fetch(tls, "/stories/first/") == (True, b"<p>twin</p>")
    twin.unlink()
    assert fetch(tls, "/stories/first/") == (True, page.read_bytes())


def fetch(port, path):
    """Ask nginx as a browser that takes gzip; says whether it was used, and gives the text."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    is_packed = response.headers["Content-Encoding"] == "gzip"
    return is_packed, gzip.decompress(body) if is_packed else body
