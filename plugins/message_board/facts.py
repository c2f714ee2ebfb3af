"""Digests of all that baked messages are made of beside the messages themselves.

What has the same digests has the same bytes, so it need not be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import comment_archive
from comment_archive.directory import Directory, SiteInfo, ThreadInfo

LENGTH = 12
"""Hexadecimal digits of a digest that names a folder."""
MAKERS = ("jinja2", "markupsafe", "bleach")
"""Packages that a slot's bytes go through."""
NO_THREAD, WITHDRAWN = "-", "withdrawn"
"""What stands for a story that is not there, and for one whose messages are not shown."""
SHELLS = ("thread-page.html", "wall-page.html")
"""What older pages are put into, among a release's records."""


def digest(parts: Iterable[bytes]) -> str:
    """Give the digest of *parts*; where one ends is part of it."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()[:LENGTH]


def slots_key(directory: Directory, records: Path) -> str:
    """Digest what all slots are made of: our code, their templates and the words among *records*,
    and the facts of the site.
    """
    files = [*sorted((records / "slots").iterdir()), records / "words.json"]
    named = (part for path in files for part in (path.name.encode(), path.read_bytes()))
    return digest([code(), facts_of_site(directory.site), *named])


def pages_key(slots: str, records: Path, *, have_twins: bool) -> str:
    """Digest what all older pages are made of: the key *slots*, the shells among *records*, and
    whether they have compressed twins.
    """
    shells = ((records / name).read_bytes() for name in SHELLS)
    return digest([slots.encode(), b"with twins" if have_twins else b"", *shells])


def facts_of_site(site: SiteInfo) -> bytes:
    """Give the facts of the site that slots show; those of its shells are in their bytes."""
    facts = (site.url, site.name, site.language, site.timezone, site.page_length)
    return repr(facts).encode()


def facts_of(thread: ThreadInfo | None) -> str:
    """Digest what pages of messages show of the story *thread*, or of one that is gone."""
    if thread is None:
        return NO_THREAD
    return digest([repr((thread.id, thread.title, thread.url, thread.is_open)).encode()])


def facts_on_wall(directory: Directory, thread: str) -> str:
    """Digest what the wall shows of the story *thread*."""
    return WITHDRAWN if thread in directory.withdrawn else facts_of(directory.threads.get(thread))


def facts_of_all(directory: Directory) -> str:
    """Digest what pages of messages show of all stories together."""
    threads = (facts_of(directory.threads[key]) for key in sorted(directory.threads))
    return digest(part.encode() for part in (*threads, *sorted(directory.withdrawn)))


@cache
def code() -> bytes:
    """Digest the code that makes slots, as it was when the process first asked."""
    folders = [Path(__file__).parents[1], *map(Path, comment_archive.__path__)]
    from importlib.metadata import version  # slow to import, and only a build asks

    parts = [f"{name} {version(name)}".encode() for name in MAKERS]
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            parts += [path.relative_to(folder).as_posix().encode(), path.read_bytes()]
    return digest(parts).encode()
