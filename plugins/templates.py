"""How our own templates are read, within Pelican and beside it."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindent(Extension):
    """Drops the blanks at the start of each line of a template, never of what is put into it:
    people read them, browsers do not.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Give *source* without them."""
        return INDENTATION.sub("", source)


def environment_of(templates: Path) -> Environment:
    """Make the environment for templates in the folder *templates* that Pelican does not render:
    autoescape is on, and a name that nobody gave is a mistake.
    """
    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=[Unindent],
    )
