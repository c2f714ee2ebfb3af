"""A paragraph of a text can show an album."""

from __future__ import annotations

import pytest
from markdown import Markdown

from plugins.galleries.blocks import AlbumStrips
from plugins.typography.blocks import ChineseMarkdown


def html_of(text):
    """Convert *text*; an album is shown by its slug alone."""
    strips = AlbumStrips(show="<section>{}</section>".format)
    return Markdown(extensions=["fenced_code", ChineseMarkdown(), strips]).convert(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("[[gallery: u-stations]]", "u-stations", id="plain"),
        pytest.param("[[图集：u-stations]]", "u-stations", id="Chinese, full-width colon"),
        pytest.param("【【图集：u-stations】】", "u-stations", id="brackets of an input method"),
        pytest.param("　　[[ Gallery :u-stations ]]　", "u-stations", id="blanks of all kinds"),
        pytest.param("[[图集: 街角的U站]]", "jie-jiao-de-u-zhan", id="name of the folder"),
    ],
)
def test_album_in_a_paragraph(text, slug):
    """The paragraph becomes the album, whatever colon and blanks are used."""
    assert html_of(f"前。\n\n{text}\n\n后。") == (
        f"<p>前。</p>\n<section>{slug}</section>\n<p>后。</p>"
    )


@pytest.mark.parametrize(
    "text",
    ["`[[gallery: x]]`", "    [[gallery: x]]", "```\n[[gallery: x]]\n```", "看[[gallery: x]]"],
    ids=["code", "indented code", "block of code", "within a line"],
)
def test_album_that_is_only_written_about(text):
    """In code, and within a line, it stays as typed."""
    html = html_of(text)
    assert "[[gallery: x]]" in html
    assert "<section>" not in html


def test_what_is_shown_is_not_set():
    """The HTML of an album stays as it was made, punctuation and signs included."""
    strips = AlbumStrips(show=lambda slug: '<section title="a">"b" & *c*</section>')
    markdown = Markdown(extensions=[ChineseMarkdown(), strips])
    assert markdown.convert("[[gallery: x]]") == '<section title="a">"b" & *c*</section>'
