"""The cards of a build, kept between builds."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from plugins.sharing.deck import Deck, Materials
from tests.living_site import ROOT, SAMPLE, read_tree

MARK = (ROOT / "theme" / "static" / "icon.svg").read_bytes()
SCENE = (SAMPLE / "pictures" / "scene.svg").read_bytes()


@pytest.fixture
def materials(tmp_path):
    """Give what cards are made of, in folders of their own."""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "scene.svg").write_bytes(SCENE)
    return Materials(
        name="志愿者之城",
        mark=MARK,
        pictures=tmp_path / "pictures",
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
    (materials.pictures / "scene.svg").write_bytes(changes.get("scene", SCENE))
    of_site = {key: value for key, value in changes.items() if key in ("name", "mark")}
    deck = Deck(replace(materials, **of_site))
    title, picture = changes.get("title", "题目"), changes.get("picture", "scene.svg")
    assert deck.social_cards(title, picture).wide != before


@pytest.mark.parametrize("name", ["missing.svg", "broken.svg"])
def test_a_picture_that_cannot_be_used(materials, name, caplog):
    """A card without its picture is better than no site; what is broken is told once."""
    (materials.pictures / "broken.svg").write_text("no picture", "utf-8")
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
deck = Deck(Materials(name="志愿者之城", mark=mark.read_bytes(), pictures=here / "pictures",
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
