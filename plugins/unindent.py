"""Takes the indentation out of templates: people read them, browsers do not."""

from __future__ import annotations

import re

from jinja2.ext import Extension

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindent(Extension):
    """Drops the blanks at the start of each line of a template, never of what is put into it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Give *source* without them."""
        return INDENTATION.sub("", source)
