"""Finishes what an interrupted change of a release began; knows no Pelican."""

from __future__ import annotations

import json

from publishing import changeset
from publishing.release import Release

SLOTS = "edited.json"
"""Within the records, while an edit is not finished: which slots its pages hold."""


def settle(release: Release) -> None:
    """Finish what an interrupted change of *release* began: its files, and their slots."""
    changeset.finish(release)
    pending = release.records / SLOTS
    if not pending.is_file():
        return
    release.slot_map().replace(json.loads(pending.read_bytes()))
    pending.unlink()
