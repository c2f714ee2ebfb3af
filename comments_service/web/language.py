"""The desk in Chinese and English: what stands in templates and sentences is Chinese, and
``english/*.toml`` says the same in English.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from flask import Flask, g, has_request_context, session

from comments_service.errors import CommentsError

CHINESE, ENGLISH = "zh-CN", "en"
CATALOGUE = Path(__file__).with_name("english")


@cache
def english() -> dict[str, str]:
    """Give the English of every Chinese sentence that the desk knows."""
    words: dict[str, str] = {}
    for file in sorted(CATALOGUE.glob("*.toml")):
        words |= tomllib.loads(file.read_text("utf-8"))
    return words


def language() -> str:
    """Give the language that the moderator chose, Chinese by default; looked up once a request,
    since a page asks some hundred times.
    """
    if not has_request_context():
        return CHINESE
    if "language" not in g:
        g.language = ENGLISH if session.get("language") == ENGLISH else CHINESE
    chosen: str = g.language
    return chosen


def say(sentence: str, **values: object) -> str:
    """Give *sentence* in the moderator's language, with *values* in their places."""
    words = english().get(sentence, sentence) if language() == ENGLISH else sentence
    return words % values if values else words


def say_error(error: CommentsError) -> str:
    """Give an error's sentence in the moderator's language."""
    return say(error.sentence, **error.values)


def install(app: Flask) -> None:
    """Give templates ``_("中文", n=3)`` (Jinja's own extension, whose values are escaped, and whose
    sentence must be a constant), and ``say`` for sentences in variables.
    """
    app.jinja_env.add_extension("jinja2.ext.i18n")
    translations = {"gettext": say, "ngettext": _one_or_many, "newstyle": True}
    app.jinja_env.install_gettext_callables(**translations)  # type: ignore[attr-defined]
    app.extensions["english"] = english
    app.jinja_env.globals.update(language=language, say=say, say_error=say_error)


def _one_or_many(one: str, many: str, number: int) -> str:
    return say(one if number == 1 else many)
