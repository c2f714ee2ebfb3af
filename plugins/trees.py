"""Walks over the files of a published tree: its own, or all that a reader finds there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def own_files(folder: Path, ending: str = "") -> Iterator[str]:
    """Yield the name, from *folder* on, of each file below it that ends so, in no order.

    Links are not followed, nor looked at: behind them are the older pages of messages, of which a
    walk must not cost more the more there are.
    """
    found = [""]
    while found:
        within = found.pop()
        with os.scandir(f"{folder}/{within}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    found.append(f"{within}{entry.name}/")
                elif entry.name.endswith(ending) and entry.is_file(follow_symlinks=False):
                    yield f"{within}{entry.name}"


def all_files(folder: Path) -> list[Path]:
    """Give every file below *folder* in order, also those behind links."""
    walk = os.walk(folder, followlinks=True)
    return sorted(Path(within, name) for within, _, names in walk for name in names)
