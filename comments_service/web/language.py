"""The desk in Chinese and English: what stands in templates and sentences is Chinese, and
``english/*.toml`` says the same in English.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from flask import Flask, g, has_request_context, session
from markupsafe import Markup

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


def mark(sentence: str, **values: object) -> Markup:
    """Give a template's own *sentence*, which must be a constant, in the moderator's language;
    *values* are escaped.
    """
    words = _marked(sentence, language())
    return words % values if values else words


def install(app: Flask) -> None:
    """Give templates ``_("中文", n=3)``, and ``say`` for sentences in variables."""
    app.extensions["english"] = english
    app.jinja_env.globals.update(_=mark, language=language, say=say, say_error=say_error)


@cache
def _marked(sentence: str, language: str) -> Markup:
    """Make a sentence once a process: a page of the desk asks for some hundred."""
    words = english().get(sentence, sentence) if language == ENGLISH else sentence
    return Markup(words)  # noqa: S704 -- a constant of our own templates
