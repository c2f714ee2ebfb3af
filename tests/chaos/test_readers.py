"""Readers notice what no state of the site ever was."""

from __future__ import annotations

from chaos.readers import Readers
from tests.site.browserless import wait_until


def test_torn_and_missing_pages_are_counted(tmp_path):
    """A page that is neither the old nor the new one is strange; one that is gone, missing."""
    page = tmp_path / "index.html"
    page.write_bytes(b"old")
    with Readers(tmp_path, ("index.html",)) as readers:
        for content in (b"old", b"ne", b"new"):
            page.write_bytes(content)
            wait_until(lambda content=content: content in readers._seen["index.html"], seconds=20)
        before = readers.reads
        assert readers.strange({"index.html": b"old"}, {"index.html": b"new"}) >= 1
        wait_until(lambda: readers.reads > before, seconds=20)
        assert readers.strange(readers.now()) == 0
        page.unlink()
        wait_until(lambda: readers.missing, seconds=20)
