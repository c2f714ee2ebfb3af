"""Hands over to the web server what it reads besides the published tree: former addresses.

::

    releases/redirects.map      lines for a ``map`` of nginx
    releases/redirects.caddy    the same for Caddy

They stand at a place that stays, so that a server's configuration may include them and whoever
watches them sees that they changed: such a server reads them only when it is reloaded.
"""

from __future__ import annotations

from comment_archive.files import write_aside
from plugins.discovery.redirects import ABOUT, CADDY, NGINX
from publishing.release import Release


def hand_over(release: Release) -> None:
    """Put what *release* records of former addresses beside the releases; what is there already is
    not written again.
    """
    for name in (NGINX, CADDY):
        source, target = release.records / name, release.folder.parent / name
        content = source.read_bytes() if source.is_file() else ABOUT.encode()
        if not target.is_file() or target.read_bytes() != content:
            write_aside(target, content)
