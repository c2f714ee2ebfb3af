"""Site and service at one address."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from werkzeug.test import Client

from comments_service.web.headers import OF_DRAFTS
from plugins.drafts.shared import FILE, SharedDraft, new_token, write_drafts
from serving.site import WholeFiles, make_site
from tests.living_site import SECRET

TEXTS = (
    "/",
    "/messages/feed.xml",
    "/pictures/scene.svg",
    "/robots.txt",
    "/sitemap.xml",
    "/nowhere",
)
"""A file of each kind that is text."""


class ClosingClient(Client):
    """Reads an answer to its end, as a server does, so that its file is closed."""

    def open(self, *args, **kwargs):
        """Ask, and read all of the answer."""
        return super().open(*args, **kwargs | {"buffered": True})


@pytest.fixture
def browser(site, monkeypatch):
    """Give a client of site and service together."""
    monkeypatch.setenv("COMMENTS_VAR", str(site.root / "var"))
    monkeypatch.setenv("COMMENTS_DATABASE_URL", site.database_url)
    monkeypatch.setenv("COMMENTS_SECRET_KEY", SECRET)
    return ClosingClient(make_site())


def test_pages_are_asked_for_and_assets_are_kept(browser, site):
    """A page is fresh on every visit, a file with its digest in the name may be kept."""
    assert browser.get("/").headers["Cache-Control"] == "max-age=0, public"
    sheet = browser.get(site.directory.site.stylesheet)
    assert sheet.status_code == 200
    assert "immutable" in sheet.headers["Cache-Control"]
    again = browser.get("/", headers={"If-None-Match": browser.get("/").headers["ETag"]})
    assert again.status_code == 304


def test_baked_pages_have_security_headers(browser):
    """Pages, pictures and the page for what is missing are framed nowhere and guess no type."""
    for path in ("/", "/pictures/scene.svg", "/stories/nowhere/"):
        headers = browser.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_shared_draft_is_kept_by_nobody(browser, site):
    """A draft is shown at its address alone, and no cache, list or other site learns of it; a wrong
    address, and one whose time is over, is that of no page.
    """
    site.write_story("draft", comments="open\nstatus: draft", body="只给同事看")
    token = new_token()
    ends = (site.now + timedelta(days=1)).isoformat()
    write_drafts(site.releases.with_name(FILE), [SharedDraft("stories/draft.md", token, ends)])
    site.build()
    shown = browser.get(f"/preview/{token}/")
    assert (shown.status_code, "只给同事看" in shown.text) == (200, True)
    assert {name: shown.headers[name] for name in OF_DRAFTS} == OF_DRAFTS
    nowhere = browser.get("/nowhere/")
    for path in ("/preview/", f"/preview/{new_token()}/", "/stories/draft/", "/drafts/draft/"):
        missing = browser.get(path)
        assert (missing.status_code, missing.data) == (404, nowhere.data), path
    site.now += timedelta(days=1)
    site.build()
    assert browser.get(f"/preview/{token}/").data == nowhere.data


def test_text_tells_its_charset(browser, site):
    """Whatever is text, XML or a drawing is UTF-8 by its own word."""
    for path in TEXTS:
        kind = browser.get(path).headers["Content-Type"]
        assert kind.replace('"', "").endswith("; charset=utf-8"), (path, kind)
    sheet = browser.get(site.directory.site.stylesheet).headers["Content-Type"]
    assert sheet.startswith("text/css; charset=")


def test_search_page_alone_may_run_webassembly(browser):
    """The program that searches is let run where it is used, and nowhere else."""
    allowed = {path: policy_of(browser, path) for path in ("/", "/search/", "/search/?q=1")}
    assert "script-src 'self';" in allowed["/"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in allowed["/search/"]
    assert allowed["/search/?q=1"] == allowed["/search/"]
    for path in ("/messages/new", "/searching/", "/stories/first/", "/pagefind/pagefind.js"):
        assert policy_of(browser, path) == allowed["/"], path


def policy_of(browser, path):
    """Give the content security policy of an address."""
    return browser.get(path).headers["Content-Security-Policy"]


def test_file_before_service_before_not_found(browser):
    """A file is served, else the service is asked where it may be, else the page says so."""
    assert "全部留言" in browser.get("/messages/").text
    assert "写留言" in browser.get("/messages/new").text
    assert browser.get("/messages/nowhere").status_code == 404
    missing = browser.get("/stories/nowhere/")
    assert missing.status_code == 404
    assert "没有这个页面" in missing.text
    assert browser.get("/stories").status_code == 302
    assert browser.post("/").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../comments.db",
        "/%2e%2e/%2e%2e/comments.db",
        "/..%2f..%2fcomments.db",
        "/.lock",
        "//etc/passwd",
    ],
)
def test_nothing_outside_the_public_tree_is_served(browser, path):
    """No address leads out of the published tree."""
    assert browser.get(path).status_code == 404


def test_new_release_is_seen_at_once(browser, site):
    """A release that is switched in is served from the next request on."""
    site.write_story("third", title="刚写的故事")
    assert browser.get("/stories/third/").status_code == 404
    site.build()
    assert "刚写的故事" in browser.get("/stories/third/").text


def test_older_pages_are_found_behind_their_links(browser, site):
    """Pages of messages that stand outside the release are served like any other, and no folder of
    theirs, nor what is beside them.
    """
    for _ in range(9):
        site.post_approved()
    site.publish()
    for address in ("/stories/first/messages/1/", "/messages/2/"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        again = browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    for address in ("/stories/first/messages/", "/stories/first/messages/9/", "/messages/9/"):
        assert browser.get(address).status_code == 404, address
    escape = "/stories/first/messages/../made.txt"
    assert browser.get(escape).status_code == 404


def test_page_replaced_between_look_and_opening_is_whole(browser, site, monkeypatch):
    """The length that is told is that of the bytes that are sent, whatever happens in between."""
    page = site.release.public / "stories" / "first" / "index.html"
    look = WholeFiles.find_file

    def look_then_replace(files, url):
        found = look(files, url)
        page.write_bytes(page.read_bytes() + b"<!-- longer now -->")
        return found

    monkeypatch.setattr(WholeFiles, "find_file", look_then_replace)
    answer = browser.get("/stories/first/")
    assert answer.text.endswith("<!-- longer now -->")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_twin_that_goes_between_look_and_opening(browser, site, monkeypatch):
    """Who takes gzip gets the twin, or the page itself when the twin has just made way."""
    page = site.release.public / "stories" / "first" / "index.html"
    twin = page.with_name("index.html.gz")
    twin.write_bytes(gzip.compress(b"<p>twin</p>", mtime=0))
    wish = {"Accept-Encoding": "gzip, br"}
    answer = browser.get("/stories/first/", headers=wish)
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    assert gzip.decompress(answer.data) == b"<p>twin</p>"
    assert browser.get("/stories/first/").data == page.read_bytes()
    look = WholeFiles.find_file

    def look_then_remove(files, url):
        found = look(files, url)
        twin.unlink()
        return found

    monkeypatch.setattr(WholeFiles, "find_file", look_then_remove)
    answer = browser.get("/stories/first/", headers=wish)
    assert "Content-Encoding" not in answer.headers
    assert answer.data == page.read_bytes()
