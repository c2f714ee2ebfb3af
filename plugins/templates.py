"""How our own templates are read, within Pelican and beside it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.ext import Extension

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindent(Extension):
    """Drops the blanks at the start of each line of a template, never of what is put into it:
    people read them, browsers do not.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Give *source* without them."""
        return INDENTATION.sub("", source)


class CompiledBeside(BytecodeCache):
    """Keeps compiled templates in a folder that moves with them, so that nobody compiles them
    again who reads them later.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Give the name alone: where the templates are does not matter."""
        return name.replace("/", ",")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill *bucket* if its template, as it is now, was compiled before by this Python."""
        with suppress(FileNotFoundError), (self._folder / bucket.key).open("rb") as stream:
            bucket.load_bytecode(stream)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what *bucket* holds, where the folder may be written; what a power failure cuts off
        is compiled again.
        """
        aside = self._folder / f".{bucket.key}.{os.getpid()}"
        with suppress(PermissionError):
            self._folder.mkdir(exist_ok=True)
            aside.write_bytes(bucket.bytecode_to_string())
            aside.replace(self._folder / bucket.key)


def environment_of(templates: Path, compiled: Path | None = None) -> Environment:
    """Make the environment for templates in the folder *templates* that Pelican does not render:
    autoescape is on, and a name that nobody gave is a mistake. Templates are read once; in the
    folder *compiled*, if given, they are kept as Python's code.
    """
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=[Unindent],
        auto_reload=False,
        bytecode_cache=CompiledBeside(compiled) if compiled else None,
    )
