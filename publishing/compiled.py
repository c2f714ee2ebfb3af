"""Keeps compiled templates: Pelican's generators compile the same ones three times over, and each
build again.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Compiled templates by name and source, for the life of the process and, if there is a
    *folder*, for later ones.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._codes: dict[tuple[str, str], bytes] = {}
        self._files = FileSystemBytecodeCache(str(folder)) if folder else None

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* if its template was compiled before."""
        if code := self._codes.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)
        elif self._files is not None:
            self._files.load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds."""
        self._codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
        if self._files is not None:
            self._files.dump_bytecode(bucket)


@lru_cache
def compiled_with(options: str, cache: str = "") -> CompiledTemplates:
    """Give what was compiled with the environment's *options*, which are no part of a template's
    source, but of its code; kept below the folder *cache* too, if one is given.
    """
    if not cache:
        return CompiledTemplates()
    folder = Path(cache) / hashlib.sha256(options.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return CompiledTemplates(folder)
