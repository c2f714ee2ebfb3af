"""A picture that is written into a text is read as what it was, by the checks and by the album."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelicanconf import MARKDOWN
from plugins.editing.folders import AlbumFolder
from plugins.editing.pictures import Names, images_in, split_title, written
from plugins.editing.sources import Source
from plugins.galleries.albums import PictureWalls, _markdown
from plugins.galleries.records import Description
from plugins.starting.albums import title_of
from plugins.typography.blocks import ChineseMarkdown

SIGNS = " []()<>\"'`*_{}|\\&;#!·“”《》—-+.:/%=图说a1"
WORDS = st.text(
    st.sampled_from(SIGNS) | st.characters(codec="utf-8", categories=["L", "N", "P", "S"]),
    max_size=30,
).map(lambda text: " ".join(text.split()))
NAMES = (
    st.text(st.sampled_from(" []()<>\"'`*_{}|\\&;#!%2·“”图a.-=:"), min_size=1, max_size=12)
    .filter(lambda name: not name.startswith("."))
    .map(lambda name: f"{name}.jpg")
)


def read_by_the_album(text, name):
    """Read *text* as the page of an album with the one picture *name* does."""
    folder = AlbumFolder(folder=Path("x"), source=Source(Path("x/index.md")), pictures=(name,))
    walls = PictureWalls(folder)
    options = {**MARKDOWN, "extensions": [ChineseMarkdown()]}
    _markdown(options, walls).convert(f"\n前面一段。\n\n{text}\n")
    return walls.found


@given(NAMES, WORDS, WORDS)
def test_any_picture_can_be_written(name, alt, title):
    """Brackets, quotation marks, spaces, entities: all come back as they were."""
    text = written(name, alt, title)
    (image,) = images_in(text)
    assert (image.alt, image.title) == (alt, title)
    assert (image.start, image.end) == (0, len(text))
    assert Names.of([name]).find(image.address) == name
    assert read_by_the_album(text, name) == [[(name, alt, title)]]


@pytest.mark.parametrize(
    ("name", "alt", "title", "text"),
    [
        ("01.jpg", "卷帘门", "开门", '![卷帘门](01.jpg "开门")'),
        ("雨天 1.jpg", "", "", "![](<雨天 1.jpg>)"),
        ("a(1).jpg", "他说“好”", "", "![他说“好”](<a(1).jpg>)"),
        ("100%.jpg", "", "", "![](100%.jpg)"),
        ("a.jpg", "", 'say "hi"', '![](<a.jpg> "say &#34;hi&#34;")'),
    ],
)
def test_plain_ones_stay_plain(name, alt, title, text):
    """Signs are only written otherwise where they must be."""
    assert written(name, alt, title) == text


@pytest.mark.parametrize(
    ("caption", "own", "album", "title"),
    [
        ("开门", "", "", "开门"),
        ("开门", "摄影：甲", "", "开门 · 摄影：甲"),
        ("开门", "摄影：甲", "摄影：甲", "开门"),
        ("", "摄影：甲", "", "· 摄影：甲"),
        ("早上 · 开门", "", "摄影：甲", "早上 · 开门 · 摄影：甲"),
        ("早上 · 开门", "", "", "早上·开门"),
        ("开门", "甲 · 乙", "", "开门 · 甲·乙"),
        ("", "", "摄影：甲", ""),
    ],
)
def test_caption_and_credit(caption, own, album, title):
    """A credit that is the album's is left out; a dot of the caption's is not taken for one."""
    assert title_of(Description(caption=caption, credit=own), album) == title


@given(WORDS, WORDS, WORDS)
def test_caption_and_credit_come_apart_again(caption, own, album):
    """What the album shows is the file's caption, and nobody else's credit."""
    told = Description(caption=caption, credit=own)
    shown, credit = split_title(title_of(told, album))
    assert shown.replace(" ", "") == caption.replace(" ", "")
    assert credit.replace(" ", "") in {own.replace(" ", ""), album.replace(" ", ""), ""}
