"""First views of threads are checked once, with their page; what changed is checked again."""

from __future__ import annotations

import pytest

from publishing.checks import examine
from publishing.views import FILE, SLOTS, find_view, read_checked, write_checked

VIEW = '<ol><li><article id="m-1">甲</article></li></ol>'
PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body><h1>x</h1>{}{}</body></html>"


def page_of(view, more=""):
    """Make a page with *view* in its place."""
    return PAGE.format(f"<!--slot thread:first-->{view}<!--/slot thread:first-->", more).encode()


def test_checked_view_is_not_read_again():
    """Of a known view only the ids are taken; the facts of the page are the same."""
    page = page_of(VIEW)
    facts = examine("a.html", page)
    assert facts.view
    assert examine("a.html", page, checked={facts.view}) == facts
    broken = page_of('<ol><li id="m-1"></ol></b>')
    known = {find_view(broken).digest}
    assert examine("a.html", broken).problems
    assert not examine("a.html", broken, checked=known).problems


@pytest.mark.parametrize(
    ("view", "more"),
    [
        pytest.param('<p id="m-1"></p><p id="m-1"></p>', "", id="an id twice in the view"),
        pytest.param('<p id="x"></p>', '<p id="x"></p>', id="an id that the page has too"),
        pytest.param(VIEW, "</b>", id="a mistake beside the view"),
        pytest.param("</b>", "", id="a view without messages"),
    ],
)
def test_what_must_be_read_is_read(view, more):
    """Views with other ids than messages', and all around a view, are looked at each time."""
    page = page_of(view, more)
    assert examine("a.html", page, checked={find_view(page).digest}).problems


def test_view_in_a_wrong_place_is_told():
    """A view within a paragraph ends it, also one that was checked elsewhere."""
    page = (
        page_of(VIEW).replace(b"<h1>x</h1>", b"<h1>x</h1><p>").replace(b"</body>", b"</p></body>")
    )
    assert examine("a.html", page).problems
    assert examine("a.html", page, checked={find_view(page).digest}).problems


def test_pages_without_one_view():
    """A page without a thread, with two, or with one that is not closed, is read whole."""
    two = page_of(VIEW, "<!--slot thread:second--><!--/slot thread:second-->")
    for page in (PAGE.format("", "").encode(), two, b"<!--slot thread:first-->"):
        assert find_view(page) is None


def test_digests_are_kept_for_the_same_rules(tmp_path):
    """What was checked is read back, unless other code checked it."""
    assert read_checked(tmp_path) == frozenset()
    digests = {bytes([n]) * 16 for n in range(3)}
    write_checked(tmp_path, digests)
    assert read_checked(tmp_path) == digests
    path = tmp_path / SLOTS / FILE
    path.write_bytes(b"other rules here" + path.read_bytes()[16:])
    assert read_checked(tmp_path) == frozenset()
