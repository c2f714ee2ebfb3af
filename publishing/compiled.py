"""Keeps compiled templates for the life of the process: Pelican's generators compile the same ones
three times over, and each build again.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Compiled templates by name and source."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* if its template was compiled before."""
        if code := self._codes.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds."""
        self._codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@lru_cache
def compiled_with(options: str) -> CompiledTemplates:
    """Give what was compiled with the environment's *options*: they are no part of a template's
    source, but of its code.
    """
    return CompiledTemplates()
