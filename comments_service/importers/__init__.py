"""Reads what other systems, or this one elsewhere, have written: :data:`IMPORTERS`, one file a
format.

An importer only reads; :mod:`comments_service.exchange` stores what it gives.
"""

from __future__ import annotations

from typing import BinaryIO, Protocol

from comments_service.errors import ImportRefused
from comments_service.importers.huisheng import Huisheng
from comments_service.importers.records import KINDS, Kind, Record, Records

__all__ = ["FIRST_BYTES", "IMPORTERS", "KINDS", "Importer", "Kind", "Record", "find_importer"]

FIRST_BYTES = 4096
"""How much of a file an importer sees to say whether it is of its format."""


class Importer(Protocol):
    """What can read one format."""

    @property
    def name(self) -> str:
        """The name by which an operator asks for it."""

    def reads(self, first_bytes: bytes) -> bool:
        """Say whether a file that begins so is of this format."""

    def records(self, stream: BinaryIO) -> Records:
        """Yield what the file holds, in the order of :data:`KINDS`, and of the numbers within one;
        raises ImportRefused with the line, what is wrong there and how to mend it.
        """


IMPORTERS: tuple[Importer, ...] = (Huisheng(),)


def find_importer(first_bytes: bytes, name: str | None = None) -> Importer:
    """Give the importer of that *name*, or the one that knows a file beginning with *first_bytes*;
    raises ImportRefused.
    """
    for importer in IMPORTERS:
        if importer.name == name or (name is None and importer.reads(first_bytes)):
            return importer
    known = ", ".join(importer.name for importer in IMPORTERS)
    raise ImportRefused(
        f"line 1: the file is of no known format: name one of them with --format ({known}), "
        "or export it anew"
    )
