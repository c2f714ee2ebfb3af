"""What web servers read besides the published tree."""

from __future__ import annotations

from comment_archive.files import Archive
from plugins.discovery.redirects import ABOUT, CADDY, NGINX
from publishing.release import Releases
from publishing.rollback import roll_back


def handed(site):
    """Give what web servers are told of former addresses."""
    assert (site.releases / CADDY).read_text("utf-8").startswith(ABOUT)
    return (site.releases / NGINX).read_text("utf-8").removeprefix(ABOUT)


def test_former_addresses_are_those_of_what_readers_see(sqlite_site):
    """An edit and a roll-back bring them in step; a build without a change leaves the file alone,
    so that no web server is reloaded for nothing.
    """
    first = sqlite_site.release.number
    assert handed(sqlite_site) == ""
    path = sqlite_site.root / "content" / "stories" / "first.md"
    path.write_text(f"formerly: old, older\n{path.read_text('utf-8')}", "utf-8")
    sqlite_site.build()
    assert sqlite_site.release.number == first
    told = "/stories/old /stories/first;\n/stories/older /stories/first;\n"
    assert handed(sqlite_site) == told
    before = (sqlite_site.releases / NGINX).stat()
    path.write_text(path.read_text("utf-8").replace("formerly: old,", "formerly:"), "utf-8")
    sqlite_site.write_story("another")
    sqlite_site.build(force=True)
    assert handed(sqlite_site) == "/stories/older /stories/first;\n"
    changed = (sqlite_site.releases / NGINX).stat()
    assert (before.st_ino, before.st_mtime_ns) != (changed.st_ino, changed.st_mtime_ns)
    sqlite_site.write_story("another", title="改了")
    sqlite_site.build()
    assert (sqlite_site.releases / NGINX).stat() == changed
    roll_back(Releases(sqlite_site.releases), Archive(sqlite_site.archive), first)
    assert handed(sqlite_site) == told
