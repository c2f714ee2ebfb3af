"""A reused Python-Markdown gives what a new one gives."""

from __future__ import annotations

import pytest

from publishing.engine.one_markdown import OneMarkdown, is_reusable
from tests.publishing.engine.dialects import CHINESE, DIALECTS, STANDARD, plain
from tests.publishing.engine.hostile import documents
from tests.publishing.engine.test_shortcut import TEXTS

ALL_STANDARD = ("abbr", "attr_list", "codehilite", "def_list", "fenced_code", "footnotes")
WITH_STATE = {
    "all of Python-Markdown's": {
        "extensions": [
            *(STANDARD + name for name in ALL_STANDARD),
            *(STANDARD + name for name in ("md_in_html", "meta", "nl2br", "sane_lists", "smarty")),
            *(STANDARD + name for name in ("tables", "toc")),
        ],
        "output_format": "html5",
    },
}
STATEFUL = (
    "[^1] *AB* [a][b]\n\n# 题\n\n[TOC]\n\n[^1]: 注\n\n*[AB]: 缩写\n\n[b]: /c\n\n<div>x</div>\n"
)


@pytest.mark.parametrize("name", [*DIALECTS, *WITH_STATE])
def test_same_as_new(name):
    """After any text, the next comes out as if it were the first."""
    options = (DIALECTS | WITH_STATE)[name]
    one = OneMarkdown(options)
    first = one.ready()
    for text in [STATEFUL, "[^1] AB [a][b]\n\n# 题", *documents(611, 700, TEXTS), *TEXTS]:
        assert plain(options, text, one.ready()) == plain(options, text), repr(text)
    assert one.ready() is first


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"extensions": ["admonition"]}, id="extension that was not compared"),
        pytest.param({"extensions": [object()]}, id="extension that is no name"),
        pytest.param(
            {
                "extensions": ["footnotes"],
                "extension_configs": {"footnotes": {"UNIQUE_IDS": True}},
            },
            id="ids that count texts",
        ),
        pytest.param(
            {
                "extensions": ["extra"],
                "extension_configs": {"extra": {"footnotes": {"UNIQUE_IDS": True}}},
            },
            id="ids that count texts, handed on",
        ),
    ],
)
def test_not_reusable(options):
    """What may remember a text is made anew for each."""
    assert not is_reusable(options)


def test_new_one_for_each_text_if_it_may_remember():
    """With an unknown extension each text gets a new one."""
    one = OneMarkdown({"extensions": ["admonition"]})
    assert one.ready() is not one.ready()


def test_new_one_after_a_failure():
    """A text that could not be converted leaves nothing behind for the next."""

    def fail(address, words):
        raise OSError(address)

    one = OneMarkdown({"extensions": [CHINESE], "extension_configs": {CHINESE: {"show": fail}}})
    with pytest.raises(OSError, match="picture"):
        one.convert("- ![b](picture)\n\n[a]: /b")
    assert one.convert("- [a][a]") == "<ul>\n<li>[a][a]</li>\n</ul>"


def test_without_a_head():
    """Where a text is a part of a file, its first lines are text."""
    one = OneMarkdown(DIALECTS["Pelican's"], has_head=False)
    assert one.convert("a: b") == "<p>a: b</p>"
