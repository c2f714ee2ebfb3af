"""The illustrations: light, without words, up to date, and people whose hands hold things."""

from __future__ import annotations

from math import cos, radians, sin
from xml.etree import ElementTree

import pytest

from theme.illustrations.campaign import masthead
from theme.illustrations.draw import FOLDER, OF_STARTER, draw, main
from theme.illustrations.figures import (
    FAR_SHOULDER,
    NEAR_SHOULDER,
    Bent,
    Person,
    Reach,
    elbow_and_hand,
)
from theme.illustrations.scenes import SCENES
from theme.illustrations.shapes import RED, canvas, circle, path, share_shapes
from theme.illustrations.starter import STARTER

MOST_BYTES = 6_000
VECTOR = "{http://www.w3.org/2000/svg}"
PLAIN = {"svg", "title", "g", "path", "circle", "ellipse", "rect", "use"}
"""What a scene is cut from: no words, no gradients, no filters, nothing from elsewhere."""
BANDS = "M-21-34H21V-27H-21Z"
"""How the outline of the vest's two bands begins."""
VEST_AS_A_THING = {"vest", "theme-culture"}
"""Scenes in which the vest hangs for itself, and nobody wears one."""

every_scene = pytest.mark.parametrize("name", SCENES)


@every_scene
def test_scene_is_light(name):
    """A scene is no heavier than a small photograph of it would be."""
    assert len(SCENES[name]().encode()) <= MOST_BYTES


@every_scene
def test_scene_is_cut_from_plain_shapes(name):
    """A scene holds no words but its title, and looks the same wherever it is drawn."""
    drawing = ElementTree.fromstring(SCENES[name]())
    assert {element.tag.removeprefix(VECTOR) for element in drawing.iter()} <= PLAIN
    assert drawing.findtext(f"{VECTOR}title")
    assert all(element.get("style") is None for element in drawing.iter())


@every_scene
def test_scene_uses_each_id_it_gives(name):
    """What is shared within a scene is there once, and every reference leads to it."""
    drawing = ElementTree.fromstring(SCENES[name]())
    given = [element.get("id") for element in drawing.iter() if element.get("id")]
    used = {element.get("href") for element in drawing.iter() if element.get("href")}
    assert len(given) == len(set(given))
    assert used == {f"#{identifier}" for identifier in given}


@pytest.mark.parametrize("name", sorted(SCENES.keys() - VEST_AS_A_THING))
def test_somebody_wears_the_vest_in_every_scene(name):
    """A red trunk is there, and the vest's pale bands."""
    drawn = SCENES[name]()
    assert RED in drawn
    assert any(outline.startswith(BANDS) for outline in _shown(drawn))


@every_scene
def test_published_drawing_is_up_to_date(name):
    """The content holds what the scenes draw today."""
    assert (FOLDER / f"{name}.svg").read_text("utf-8") == SCENES[name](), (
        "run python -m theme.illustrations.draw"
    )


@pytest.mark.parametrize("name", STARTER)
def test_drawing_of_the_starter(name):
    """A new campaign's drawings are light, plain and up to date as well, and nobody is in them."""
    drawn = STARTER[name]()
    drawing = ElementTree.fromstring(drawn)
    assert len(drawn.encode()) <= MOST_BYTES
    assert {element.tag.removeprefix(VECTOR) for element in drawing.iter()} <= PLAIN
    assert BANDS not in drawn
    assert (OF_STARTER / f"{name}.svg").read_text("utf-8") == drawn, (
        "python -m theme.illustrations.draw"
    )
    assert {file.stem for file in OF_STARTER.glob("*.svg")} == set(STARTER)


def test_titles_and_ids_keep_apart():
    """Scenes can stand in one page: no two have one title, or begin their ids alike."""
    drawings = [ElementTree.fromstring(scene()) for scene in SCENES.values()]
    titles = {drawing.findtext(f"{VECTOR}title") for drawing in drawings}
    ids = [{e.get("id", "")[:2] for e in drawing.iter() if e.get("id")} for drawing in drawings]
    assert len(titles) == len(SCENES)
    assert sum(map(len, ids)) == len(set().union(*ids))


def test_masthead_shows_six_volunteers():
    """Everybody on the masthead wears the vest."""
    trunks = [shape for shape in _shown(masthead()) if shape.startswith("M-21-51Q-21-64")]
    assert len(trunks) == 6


@pytest.mark.parametrize("facing", ["right", "left"])
@pytest.mark.parametrize("lean", [0, 20])
def test_hand_reaches_its_place(facing, lean):
    """A hand within reach is where it was asked to be, however its owner stands."""
    who = Person(300, 400, 1.2, facing=facing, lean=lean)
    place = Reach(310, 270)
    _, (across, down) = elbow_and_hand(who, FAR_SHOULDER, place)
    again = _in_picture(who, across, down)
    assert again == pytest.approx((310, 270), abs=2.5)


def test_hand_out_of_reach_stretches_towards_its_place():
    """An arm is as long as it is."""
    who = Person(0, 0)
    _, (across, down) = elbow_and_hand(who, NEAR_SHOULDER, Reach(900, who.stance.hip[1] - 53))
    assert across == pytest.approx(NEAR_SHOULDER[0] + 62, abs=2)
    assert down == pytest.approx(NEAR_SHOULDER[1], abs=4)


def test_bent_arm_hangs_down_at_zero():
    """Directions of bones are counted from straight down."""
    elbow, hand = elbow_and_hand(Person(0, 0), NEAR_SHOULDER, Bent(0, 0))
    assert (elbow, hand) == ((-15, -22), (-15, 9))


def test_vest_has_two_pale_bands():
    """Whoever serves wears red with two pale bands; others do not."""
    assert f'"{BANDS}' in str(Person(0, 0, vest=True))
    assert BANDS not in str(Person(0, 0, top=RED))


def test_repeated_shape_is_written_once():
    """A shape that returns refers to the first."""
    long = path("M0 0H40V40H0ZM60 60H80V80H60ZM100 0H140V40Z", RED)
    shared = share_shapes(long * 3, "ab")
    assert shared.count("M0 0H40") == 1
    assert shared.count("<use") == 2


def test_canvas_escapes_its_title():
    """A title may hold any sign."""
    drawing = ElementTree.fromstring(canvas("A < B & C", circle(1, 1, 1, RED)))
    assert drawing.findtext(f"{VECTOR}title") == "A < B & C"


def test_drawing_writes_only_what_changed(tmp_path, capsys):
    """A second run leaves every file alone; a changed file is drawn anew."""
    assert draw(tmp_path) == list(SCENES)
    assert draw(tmp_path) == []
    (tmp_path / "vest.svg").write_text("", "utf-8")
    assert main([str(tmp_path)]) == 0
    assert "1 changed" in capsys.readouterr().out
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(SCENES)


def test_content_has_no_drawing_of_another_hand():
    """Every drawing of the content comes from a scene, so all are alike."""
    assert {file.stem for file in FOLDER.glob("*.svg")} == set(SCENES)


def _shown(drawing: str) -> list[str]:
    """Give the outline of every path that is seen, those that are referred to as well."""
    elements = list(ElementTree.fromstring(drawing).iter())
    outlines = {f"#{each.get('id')}": each.get("d", "") for each in elements if each.get("id")}
    return [each.get("d") or outlines.get(each.get("href", ""), "") for each in elements]


def _in_picture(who: Person, across: float, down: float) -> tuple[float, float]:
    """Turn a place of the upper body into one of the picture, as SVG's transforms do."""
    turn = radians(who.lean)
    x = across * cos(turn) - down * sin(turn) + who.stance.hip[0]
    y = across * sin(turn) + down * cos(turn) + who.stance.hip[1]
    return who.x + who.scale * x * (-1 if who.mirrored else 1), who.y + who.scale * y
