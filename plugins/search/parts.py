"""Which index holds which stories: Pagefind has no index that one more story could be added to, and
takes a third of a megabyte of memory for each, so that many stories are shared out over several.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from plugins.search import documents
from plugins.search.documents import Document

LENGTH = 250
"""Stories of one index."""
NEEDED = ("pagefind.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "fragment/*", "index/*")
"""Of what Pagefind writes, what our search page loads: not its own pages, styles and worker."""
SHARED = ("pagefind.js", "wasm.*")
"""What the search page takes from the first index alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Stories that are indexed together."""

    number: int
    """From 1, which holds the oldest ones."""
    documents: tuple[Document, ...]

    @property
    def folder(self) -> str:
        """Where its index stands below that of the first part."""
        return "" if self.number == 1 else f"{self.number}/"

    @property
    def fingerprint(self) -> str:
        """A digest of all that its index is made of: what the stories say, how we tell it to
        Pagefind, Pagefind's version.
        """
        maker = (version("pagefind_bin_extended"), NEEDED, _code())
        digest = hashlib.sha256(repr(maker).encode())
        for document in sorted(self.documents, key=lambda document: document.url):
            digest.update(document.digest.encode())
        return digest.hexdigest()[:32]


def parts_of(stories: Iterable[Document]) -> list[Part]:
    """Share out *stories*, the oldest first: when one comes, only the last part changes."""
    every = tuple(stories)
    starts = range(0, len(every), LENGTH)
    return [
        Part(number=number, documents=every[start : start + LENGTH])
        for number, start in enumerate(starts, 1)
    ]


def number_of_parts(stories: int) -> int:
    """Say how many parts so many *stories* have, at least one."""
    return max(1, -(-stories // LENGTH))


def _code() -> str:
    """Digest how a page for Pagefind is made."""
    return hashlib.sha256(Path(documents.__file__).read_bytes()).hexdigest()
