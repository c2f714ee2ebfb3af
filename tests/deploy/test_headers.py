"""Headers and cookies of the whole site behind the real nginx, over TLS."""

from __future__ import annotations

import http.client
import socket
import ssl
import warnings
from http.cookies import SimpleCookie

import pytest

from audit.observatory import Visit, modifiers, score
from comments_service.web.headers import OF_SERVICE, TRANSPORT, of_file
from tests.comments_service.web.people import PASSWORD, token_in
from tests.deploy.test_nginx import NGINX, ask, served
from tests.living_site import LivingSite
from tests.serving.test_site import TEXTS

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")
TLS = {
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1": ssl.TLSVersion.TLSv1,
}
OTHER = "https://http-observatory.example"


@pytest.fixture(scope="module")
def web(built_sample, tmp_path_factory):
    """Serve one site for all tests, which leave it as it is; gives it and both ports of nginx."""
    folder = tmp_path_factory.mktemp("headers")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    site.show_build_of(built_sample)
    with served(site, folder) as (plain, tls, _):
        yield site, plain, tls
    site.close()


def hops(plain, tls, path):
    """Follow the way from http to https; the ports are this machine's."""
    connection = http.client.HTTPConnection("localhost", plain, timeout=20)
    connection.request("GET", path, headers={"Host": "localhost"})
    moved = connection.getresponse()
    connection.close()
    assert moved.status == 301
    return [f"http://localhost{path}", moved.headers["Location"]]


def enter(tls):
    """Log in over TLS; gives the session's cookie."""
    _, headers, text = ask(tls, "/desk/login")
    fields = {"name": "值班", "password": PASSWORD, "csrf_token": token_in(text)}
    before = headers["Set-Cookie"].partition(";")[0]
    status, headers, _ = ask(
        tls, "/desk/login", "POST", fields,
        {"Cookie": before, "Referer": f"https://localhost:{tls}/desk/login"},
    )  # fmt: skip
    assert (status, headers["Location"]) == (303, "/desk/")
    return headers["Set-Cookie"]


def test_files_have_the_headers_that_one_place_says(web):
    """nginx sends with each file what comments_service/web/headers.py says, once, and no more."""
    site, _, tls = web
    sheet = site.directory.site.stylesheet
    draft = site.release.public / "preview" / "0123"
    draft.mkdir(parents=True)
    (draft / "index.html").write_text("<p>草稿</p>", "utf-8")
    assert ask(tls, "/preview/0123/")[0] == 200
    assert ask(tls, "/preview/")[0] == ask(tls, "/preview/4567/")[0] == 404
    paths = (
        "/",
        "/preview/0123/",
        "/stories/first/",
        "/search/",
        "/pictures/scene.svg",
        sheet,
        "/nowhere",
        "/404.html",
    )
    for path in paths:
        _, headers, _ = ask(tls, path)
        for name, value in of_file(path, is_https=True).items():
            assert headers.get_all(name) == [value], (path, name)
    for path in ("/messages/new", "/desk/login", "/messages/nowhere"):
        _, headers, _ = ask(tls, path)
        for name, value in (OF_SERVICE | {"Strict-Transport-Security": TRANSPORT}).items():
            assert headers.get_all(name) == [value], (path, name)


def test_text_tells_its_charset(web):
    """Whatever is text, XML or a drawing is UTF-8 by its own word."""
    site, _, tls = web
    for path in (*TEXTS, site.directory.site.stylesheet, site.directory.site.script):
        kind = ask(tls, path)[1]["Content-Type"]
        assert kind.endswith("; charset=utf-8"), (path, kind)


def test_nothing_for_supervisors_is_open(web):
    """Health and figures are for our own network, and nothing inside the release's folder is."""
    _, _, tls = web
    inside = ("/healthz", "/readyz", "/readyz/publisher", "/metrics", "/records/", "/health")
    for path in (
        *inside,
        "/records/threads.json",
        "/.env",
        "/.git/HEAD",
        "/server-status",
        "/docs",
    ):
        assert ask(tls, path)[0] == 404, path


def test_tls(web):
    """TLS 1.2 and 1.3 are spoken, older ones are not."""
    _, _, tls = web
    spoken = {version: greets(tls, version) for version in TLS}
    refused = "TLSV1_ALERT_PROTOCOL_VERSION"
    assert spoken == {
        "TLSv1.3": "TLSv1.3", "TLSv1.2": "TLSv1.2", "TLSv1.1": refused, "TLSv1": refused,
    }  # fmt: skip


def greets(port, version):
    """Say which version nginx speaks with one who knows *version* alone, or why none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):  # Python calls the old ones deprecated
        context.minimum_version = context.maximum_version = TLS[version]
    plain = socket.create_connection(("localhost", port), timeout=20)
    try:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            return connection.version()
    except ssl.SSLError as error:
        plain.close()
        return error.reason


def test_observatory(web):
    """Home, story, the page for what is missing, form, log-in and desk score over 100."""
    _, plain, tls = web
    cookie = enter(tls).partition(";")[0]
    visited = {}
    for path in ("/", "/stories/first/", "/nowhere", "/messages/new", "/desk/login", "/desk/"):
        _, headers, text = ask(tls, path, headers={"Cookie": cookie, "Origin": OTHER})
        route = hops(plain, tls, path)
        visited[path] = Visit(url=route[-1], headers=headers, text=text, hops=route)
    assert {path: score(visit) for path, visit in visited.items() if score(visit) < 130} == {}
    worst = {path: modifiers(visit) for path, visit in visited.items()}
    assert [found for found in worst.values() if min(found.values()) < 0] == []
    assert not any(visit.headers["Access-Control-Allow-Origin"] for visit in visited.values())


def test_cookies(web):
    """The one cookie is bound to this host, hidden from scripts and from other sites' requests."""
    _, _, tls = web
    for header in (ask(tls, "/desk/login")[1]["Set-Cookie"], enter(tls)):
        [cookie] = SimpleCookie(header).values()
        assert cookie.key == "__Host-desk"
        assert (cookie["secure"], cookie["httponly"]) == (True, True)
        assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "Lax", "")
    for path in ("/", "/stories/first/", "/messages/", "/messages/new", "/nowhere"):
        assert ask(tls, path)[1]["Set-Cookie"] is None, path
