"""The cards of a build, kept between builds."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
import pyvips

from plugins.galleries.records import Made, Photo
from plugins.sharing.deck import Deck, Materials
from tests.living_site import ROOT, SAMPLE, read_tree

MARK = (ROOT / "theme" / "static" / "icon.svg").read_bytes()
SCENE = (SAMPLE / "pictures" / "scene.svg").read_bytes()
COVER = "galleries/stations/01.jpg"


@pytest.fixture
def materials(tmp_path):
    """Give what cards are made of, in folders of their own."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "scene.svg").write_bytes(SCENE)
    return Materials(
        name="志愿者之城",
        mark=MARK,
        content=tmp_path,
        kept=tmp_path / "kept",
        output=tmp_path / "output",
    )


def kept_by(materials):
    """Name the cards that are kept."""
    return set(materials.kept.iterdir()) if materials.kept.is_dir() else set()


def test_addresses_lead_to_cards(materials):
    """A page's cards are files of the site whose names change with their content."""
    cards = Deck(materials).social_cards("题目", "scene.svg")
    assert cards.wide != cards.square
    for address in (cards.wide, cards.square):
        assert address.startswith("/assets/card-")
        assert (materials.output / address[1:]).is_file()


def test_only_what_is_asked_for_is_drawn(materials):
    """A page that needs one card does not cost two."""
    deck = Deck(materials)
    cards = deck.social_cards("题目", "scene.svg")
    assert kept_by(materials) == set()
    assert cards.square
    assert len(kept_by(materials)) == 1
    assert deck.social_cards("题目", "scene.svg") is cards


def test_next_build_takes_what_is_kept(materials, tmp_path):
    """With nothing changed, the next build draws nothing and writes the same files."""
    first = Deck(materials).social_cards("题目", "scene.svg")
    addresses = first.wide, first.square
    times = {path: path.stat().st_mtime_ns for path in kept_by(materials)}
    again = replace(materials, output=tmp_path / "again")
    second = Deck(again).social_cards("题目", "scene.svg")
    assert (second.wide, second.square) == addresses
    assert {path: path.stat().st_mtime_ns for path in kept_by(materials)} == times
    assert read_tree(again.output) == read_tree(materials.output)


def test_a_site_does_not_hold_its_cards_twice(materials):
    """What is kept and what is published is one file, so that a release costs no room for them."""
    address = Deck(materials).social_cards("题目", "scene.svg").wide
    (kept,) = kept_by(materials)
    assert (materials.output / address[1:]).samefile(kept)


@pytest.mark.parametrize("left", [0, 3, 4000])
def test_a_card_cut_off_by_a_power_failure_is_drawn_again(materials, tmp_path, left):
    """A part of a card is taken for none, and what was published of the whole one stays whole."""
    address = Deck(materials).social_cards("题目", "scene.svg").wide
    (kept,) = kept_by(materials)
    whole = kept.read_bytes()
    kept.unlink()
    kept.write_bytes(whole[:left])
    again = replace(materials, output=tmp_path / "again")
    assert Deck(again).social_cards("题目", "scene.svg").wide == address
    assert kept.read_bytes() == (again.output / address[1:]).read_bytes() == whole


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"title": "别的题目"}, id="title"),
        pytest.param({"name": "别的专题"}, id="campaign's name"),
        pytest.param({"mark": MARK.replace(b"C3272B", b"0F6B72")}, id="mark"),
        pytest.param(
            {"scene": SCENE.replace(b"</svg>", b"<path d='M0 0h300v300z'/></svg>")}, id="picture"
        ),
        pytest.param({"picture": ""}, id="no picture"),
    ],
)
def test_a_change_makes_another_card(materials, changes):
    """Whatever is on a card, a change of it is seen."""
    before = Deck(materials).social_cards("题目", "scene.svg").wide
    (materials.content / "pictures" / "scene.svg").write_bytes(changes.get("scene", SCENE))
    of_site = {key: value for key, value in changes.items() if key in ("name", "mark")}
    deck = Deck(replace(materials, **of_site))
    title, picture = changes.get("title", "题目"), changes.get("picture", "scene.svg")
    assert deck.social_cards(title, picture).wide != before


def publish_photo(materials, source, colour, key="0123456789"):
    """Put the JPEGs of a photo into the site, as the gallery does; gives its record."""
    picture = (pyvips.Image.black(1280, 960, bands=3) + colour).cast("uchar")
    content = picture.copy(interpretation="srgb").jpegsave_buffer()
    (materials.output / "pictures").mkdir(parents=True, exist_ok=True)
    names = [f"photo-{key}-{width}" for width in (640, 1280)]
    (materials.output / "pictures" / f"{names[1]}.jpg").write_bytes(content)
    files = [("avif", f"{names[0]}.avif", 640)]
    files += [("jpg", f"{name}.jpg", width) for name, width in zip(names, (640, 1280), strict=True)]
    return Photo(source=source, made=Made(digest="0", width=4000, height=3000, files=tuple(files)))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param("pictures/crossing.jpg", "crossing.jpg", id="a story's picture"),
        pytest.param(COVER, COVER, id="a photo of an album"),
    ],
)
def test_photos_are_drawn_from_their_widest_file(materials, source, name):
    """A photo's card shows it, whether or not the file that it was made of can be read."""
    photo = publish_photo(materials, source, [20, 90, 200])
    address = Deck(replace(materials, photos={source: photo})).social_cards("题目", name).wide
    card = pyvips.Image.new_from_file(str(materials.output / address[1:]))
    assert card(852, 270) == pytest.approx([20, 90, 200], abs=4)


def test_a_photo_with_other_files_makes_another_card(materials):
    """A photo that is replaced, or made in another quality, has files with other names; with the
    same ones a card is kept, and not even the photo's file is read.
    """
    photo = publish_photo(materials, COVER, [20, 90, 200])
    deck = Deck(replace(materials, photos={COVER: photo}))
    before = deck.social_cards("题目", COVER).wide
    (materials.output / "pictures" / "photo-0123456789-1280.jpg").write_bytes(b"")
    again = Deck(deck.materials).social_cards("题目", COVER)
    assert again.wide == before
    other = publish_photo(materials, COVER, [200, 90, 20], "9876543210")
    assert (
        Deck(replace(materials, photos={COVER: other})).social_cards("题目", COVER).wide != before
    )


def test_a_picture_that_no_files_were_made_of(materials, caplog):
    """A file that the gallery refused is not opened again; it was told of already."""
    (materials.content / "pictures" / "broken.jpg").write_bytes(b"no picture")
    deck = Deck(materials)
    assert deck.social_cards("题目", "broken.jpg").wide == deck.social_cards("题目").wide
    assert caplog.records == []


@pytest.mark.parametrize("name", ["missing.svg", "broken.svg"])
def test_a_picture_that_cannot_be_used(materials, name, caplog):
    """A card without its picture is better than no site; what is broken is told once."""
    (materials.content / "pictures" / "broken.svg").write_text("no picture", "utf-8")
    deck = Deck(materials)
    plain = deck.social_cards("题目")
    cards = deck.social_cards("题目", name)
    assert (cards.wide, cards.square) == (plain.wide, plain.square)
    assert [record.levelname for record in caplog.records] == ["WARNING"] * (name == "broken.svg")


def test_a_font_that_is_not_there_is_told(materials, caplog):
    """A mistyped CARD_FONT is told, and titles are set in the best there is."""
    wanted = replace(materials, font="Nosuch Song")
    assert Deck(wanted).social_cards("题目").wide == Deck(materials).social_cards("题目").wide
    assert "CARD_FONT: this machine has no font Nosuch Song" in caplog.text


WITHOUT_CHINESE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{fonts}/cache</cachedir></fontconfig>"""
BUILD = """
import logging, sys
from pathlib import Path
from plugins.sharing.deck import Deck, Materials
logging.basicConfig(format="%(levelname)s %(message)s")
here, mark = map(Path, sys.argv[1:])
deck = Deck(Materials(name="志愿者之城", mark=mark.read_bytes(), content=here,
    kept=here / "kept", output=here / "output"))
print(deck.social_cards("甲", "scene.svg").wide, deck.social_cards("乙", "scene.svg").wide)
"""


def test_a_machine_without_chinese_fonts(materials, tmp_path):
    """Without a Chinese font cards have no words, one sentence tells the mend, and once there is a
    font they are drawn again.
    """
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts.conf").write_text(WITHOUT_CHINESE.format(fonts=tmp_path / "fonts"), "utf-8")
    made = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path), str(ROOT / "theme" / "static" / "icon.svg")],
        env=os.environ | {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "PYTHONUTF8": "1"},
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    first, second = made.stdout.split()
    assert first == second
    assert made.stderr.count("WARNING") == 1
    assert "apt install fonts-noto-cjk" in made.stderr
    assert Deck(materials).social_cards("甲", "scene.svg").wide != first
