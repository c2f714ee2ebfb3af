"""Files whose name changes with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path


def write_asset(output: Path, name: str, content: bytes) -> str:
    """Write *content* below ``assets/`` in the folder *output*, its digest within *name*; gives
    its address.

    A release is brought to the disk as a whole, so a file of it is not forced there by itself.
    """
    stem, _, suffix = name.rpartition(".")
    address = f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    path = output / address
    if not path.is_file():
        write_file(path, content)
    return f"/{address}"


def write_file(path: Path, content: bytes) -> None:
    """Write *content* to *path* in one step; as above, it is not forced to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}")
    aside.write_bytes(content)
    aside.replace(path)
