"""Remembers which first views of threads were checked with their pages, so that a build does not
read twenty messages of each story again.

::

slots/checked       digests of 16 bytes each; the first one is that of the code that checks
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from comment_archive.files import write_aside
from plugins.message_board.shelf import SLOTS

CHECKED = "CHECKED_VIEWS"
"""Setting with the digests of the views that an earlier build has checked."""
FILE = "checked"
LENGTH = 16
CHECKERS = ("checks.py", "markup.py")
OPENED = b"<!--slot thread:"
ID = re.compile(rb'\sid="([^"]*)"')
OF_MESSAGE = re.compile(rb"m-\d+")
STAND_IN = b"<div></div>"
"""What is read in place of a view: it may stand where a view may."""


class View(NamedTuple):
    """The first view of a thread within a page."""

    start: int
    end: int
    digest: bytes


def find_view(page: bytes) -> View | None:
    """Give where the first view of a thread stands in *page*; None where there is none, or more."""
    opened = page.find(OPENED)
    start = page.find(b"-->", opened) + len(b"-->")
    if opened < 0 or page.find(OPENED, start) >= 0:
        return None
    end = page.find(b"<!--/slot " + page[opened + len(b"<!--slot ") : start], start)
    return View(start, end, _digest(page[start:end])) if end >= 0 else None


def without_checked(page: bytes, view: View, checked: Collection[bytes]) -> tuple[bytes, list[str]]:
    """Give *page* without its *view* if that was checked before, and the ids in it; a view with
    other ids than those of messages must be read each time.
    """
    ids = ID.findall(page, view.start, view.end) if view.digest in checked else []
    if not ids or not all(map(OF_MESSAGE.fullmatch, ids)) or len(set(ids)) < len(ids):
        return page, []
    return page[: view.start] + STAND_IN + page[view.end :], [found.decode() for found in ids]


def read_checked(root: Path) -> frozenset[bytes]:
    """Give the digests that builds into *root* wrote, if they were checked by the present rules."""
    path = root / SLOTS / FILE
    content = path.read_bytes() if path.is_file() else b""
    first, *found = (content[at : at + LENGTH] for at in range(0, len(content) or 1, LENGTH))
    return frozenset(found) if first == _rules() else frozenset()


def write_checked(root: Path, digests: Iterable[bytes]) -> None:
    """Keep *digests* for the next build into *root*."""
    write_aside(root / SLOTS / FILE, b"".join([_rules(), *sorted(set(digests))]))


def _rules() -> bytes:
    return _digest(b"\0".join((Path(__file__).parent / name).read_bytes() for name in CHECKERS))


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:LENGTH]
