"""What our web servers answer for stories that were withdrawn or renamed."""

from __future__ import annotations

import gzip
import http.client
import ssl

import pytest
from werkzeug.test import Client

from comments_service.web.headers import of_file
from serving.site import make_site
from tests.deploy import test_caddy, test_nginx
from tests.deploy.test_nginx import ask
from tests.living_site import SECRET, LivingSite
from tests.publishing.test_withdrawn import FORMER, NOTE, STATUS, write

GONE = (
    *("/stories/third/", "/stories/third", "/stories/before/", "/stories/third/messages/1/"),
    *("/stories/third/messages.xml", "/stories/third/gone.txt", "/stories/third/?from=feed"),
)
"""Addresses of a withdrawn story."""
MOVED = {
    "/stories/old/": "/stories/new/",
    "/stories/older/": "/stories/new/",
    "/stories/old/messages/1/": "/stories/new/messages/1/",
    "/stories/old/messages.xml": "/stories/new/messages.xml",
    "/stories/older/?from=feed&n=1": "/stories/new/?from=feed&n=1",
}
"""Former addresses, and where they lead."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give a site with a withdrawn story and a renamed one, and twins of its files."""
    root = tmp_path_factory.mktemp("afterwards")
    site = LivingSite.make(root, f"sqlite:///{root / 'comments.db'}")
    site.settings["PRECOMPRESS"] = True
    (root / "content" / "pictures" / "lead.svg").write_text("<svg/>")
    write(site, FORMER + STATUS, body="正文。")
    write(site, "formerly: older, old\n", slug="new", body="正文。")
    site.build()
    for number in range(6):
        site.post_approved(thread="older", text=f"第{number}条")
    site.publish()
    yield site
    site.close()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            test_nginx,
            id="nginx",
            marks=pytest.mark.skipif(test_nginx.NGINX is None, reason="needs nginx"),
        ),
        pytest.param(
            test_caddy,
            id="caddy",
            marks=pytest.mark.skipif(test_caddy.CADDY is None, reason="needs caddy"),
        ),
    ],
)
def port(request, site, tmp_path_factory):
    """Serve the site by each of our web servers; gives its port."""
    with request.param.served(site, tmp_path_factory.mktemp("server")) as ports:
        yield ports if isinstance(ports, int) else ports[1]


def test_withdrawn(site, port):
    """Whatever a withdrawn story had answers 410 with the page that tells why, and our headers."""
    page = (site.release.public / "stories" / "third" / "index.html").read_text("utf-8")
    for path in GONE:
        status, headers, text = ask(port, path)
        assert (status, NOTE in text) == (410, True), path
        for name, value in of_file(path, is_https=True).items():
            assert headers.get_all(name) == [value], (path, name)
        assert headers["Content-Type"].replace('"', "") == "text/html; charset=utf-8"
    assert ask(port, "/stories/third/")[2] == page
    status, headers, text = ask(port, "/stories/third/", "HEAD")
    assert (status, text, int(headers["Content-Length"])) == (410, "", len(page.encode()))


@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since", "Range"])
def test_withdrawn_whatever_the_browser_has(site, port, name):
    """Who asks whether his copy still holds is told that it is gone."""
    value = {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    status, _, text = ask(port, "/stories/third/", headers={name: value.get(name, "bytes=0-9")})
    assert (status, NOTE in text) == (410, True)


def test_withdrawn_compressed(site, port):
    """The twin that the build made is sent with 410 too."""
    twin = site.release.public / "stories" / "third" / "index.html.gz"
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    connection.request("GET", "/stories/third/", headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert (response.status, response.headers["Content-Encoding"]) == (410, "gzip")
    assert gzip.decompress(response.read()) == gzip.decompress(twin.read_bytes())
    connection.close()


def test_renamed(port):
    """A former address answers 301 at once to the newest one, with what is below and the query."""
    for old, new in MOVED.items():
        for method in ("GET", "HEAD"):
            status, headers, _ = ask(port, old, method)
            place = headers["Location"].removeprefix(f"https://localhost:{port}")
            assert (status, place) == (301, new), (old, method)
            assert headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/stories/old/%0d%0aSet-Cookie:%20a=b", "/stories/old/%E4%BD%A0"):
        status, headers, _ = ask(port, path)
        assert (status, headers["Set-Cookie"]) == (404, None), path
    assert ask(port, "/stories/new/")[0] == ask(port, "/stories/new/messages/1/")[0] == 200


def test_nothing_is_to_be_reloaded(site, port):
    """A story is gone, and back, as soon as it is built."""
    for more, status in ((STATUS, 410), ("", 200)):
        write(site, more, slug="new-one", body="正文。")
        site.build()
        assert ask(port, "/stories/new-one/")[0] == status


def test_demonstration_answers_the_same(site, monkeypatch):
    """The server of the demonstration answers as the web servers do."""
    monkeypatch.setenv("COMMENTS_VAR", str(site.root / "var"))
    monkeypatch.setenv("COMMENTS_DATABASE_URL", site.database_url)
    monkeypatch.setenv("COMMENTS_SECRET_KEY", SECRET)
    browser = Client(make_site())
    for path in GONE:
        conditions = {"If-None-Match": "*", "Range": "bytes=0-9"}
        answer = browser.get(path, headers=conditions, buffered=True)
        assert (answer.status_code, NOTE in answer.text) == (410, True), path
        for name, value in of_file(path, is_https=False).items():
            assert answer.headers.getlist(name) == [value], (path, name)
    for old, new in MOVED.items():
        answer = browser.get(old, buffered=True)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert browser.get("/stories/old/%E4%BD%A0", buffered=True).status_code == 404
