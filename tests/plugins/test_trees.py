"""Walks over a published tree."""

from __future__ import annotations

from plugins.trees import all_files, own_files


def test_own_files(tmp_path):
    """Files of all folders are named, those behind links and the links themselves are not."""
    public, elsewhere = tmp_path / "public", tmp_path / "elsewhere"
    for name in ("index.html", "a/index.html", "a/b/feed.xml", "a/b/.index.html"):
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).touch()
    elsewhere.mkdir()
    (elsewhere / "index.html").touch()
    (public / "linked").symlink_to("../elsewhere")
    (public / "linked.html").symlink_to("../elsewhere/index.html")
    pages = {"index.html", "a/index.html", "a/b/.index.html"}
    assert set(own_files(public, ".html")) == pages
    assert set(own_files(public)) == {*pages, "a/b/feed.xml"}
    found = {path.relative_to(public).as_posix() for path in all_files(public)}
    assert found == {*pages, "a/b/feed.xml", "linked/index.html", "linked.html"}
