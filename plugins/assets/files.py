"""Files whose name changes with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def write_asset(output: Path, name: str, content: bytes, same: Path | None = None) -> str:
    """Write *content* below ``assets/`` in the folder *output*, its digest within *name*; gives
    its address. The file *same*, if given, has that content and is used again.

    A release is brought to the disk as a whole, so a file of it is not forced there by itself.
    """
    stem, _, suffix = name.rpartition(".")
    address = f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    path = output / address
    if not path.is_file():
        if same:
            link_file(same, path)
        else:
            write_file(path, content)
    return f"/{address}"


def write_file(path: Path, content: bytes) -> None:
    """Write *content* to *path* in one step, though several processes may do so at once; as above,
    it is not forced to the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)


def link_file(source: Path, target: Path) -> None:
    """Give the file *source* the further name *target*, or copy it where that is impossible; a
    file that is there stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:
        write_file(target, source.read_bytes())
