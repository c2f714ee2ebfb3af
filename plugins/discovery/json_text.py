"""JSON that stands in a file of its own or within a page."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from comment_archive.text import strip_controls

IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def file_text(data: object) -> str:
    """Give *data* as the text of a file, a line a value, so that changes can be read."""
    return json.dumps(clean(data), ensure_ascii=False, indent=1) + "\n"


def value_text(data: object) -> Markup:
    """Give *data* for a template that makes a file of JSON; no page may hold it."""
    return Markup(json.dumps(clean(data), ensure_ascii=False))  # noqa: S704 -- no HTML is made of it


def script_text(data: object) -> Markup:
    """Give *data* so that nothing in it can end the script element it stands in."""
    text = json.dumps(clean(data), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(IN_SCRIPT))  # noqa: S704 -- no character of markup is left in it


def clean(data: Any) -> Any:
    """Drop the characters that a page may not hold from every text in *data*."""
    if isinstance(data, str):
        return strip_controls(str(data))
    if isinstance(data, dict):
        return {key: clean(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [clean(item) for item in data]
    return data
