"""What a new campaign shows until it has pictures of its own: places, and nobody in them."""

from __future__ import annotations

from collections.abc import Callable

from theme.illustrations.props import (
    beam,
    bird,
    block,
    bush,
    cat,
    cloud,
    cup,
    dashes,
    dome,
    ground,
    land,
    pendant,
    pine,
    pot_plant,
    sky,
    skyline,
    slant,
    speck,
    stool,
    street_lamp,
    sun,
    table,
    tree,
    window,
)
from theme.illustrations.shapes import (
    BARK,
    BLUSH,
    CLAY,
    CREAM,
    DEEP,
    HONEY,
    INK,
    LEAF,
    MEADOW,
    MIST,
    MOSS,
    PALE,
    PAPER,
    SAGE,
    SAND,
    SEA,
    STONE,
    TEAL,
    band,
    canvas,
    group,
    path,
    polygon,
    rect,
    stroke,
)


def masthead() -> str:
    """A road that leads to hills and the rising sun."""
    return canvas(
        "通向远处的路",
        sky(MIST),
        sun(330, 168, 74, CREAM),
        cloud(120, 96, 1.1),
        cloud(540, 76, 0.9),
        bird(214, 120),
        bird(248, 104, 0.8),
        bird(452, 128, 0.7),
        land(SEA, "M0 236Q110 150 230 214Q330 150 440 206Q540 146 640 210"),
        land(SAGE, "M0 280Q170 212 340 262T640 246"),
        land(LEAF, "M0 326Q200 280 420 306Q540 318 640 296"),
        path("M322 300Q352 330 296 352Q212 384 240 420H430Q404 386 382 362Q364 332 340 300Z", SAND),
        stroke("M334 318Q352 336 336 356M330 382Q328 398 336 412", PALE, 5, "18 14"),
        tree(92, 372, 1.5, MOSS),
        tree(176, 344, 0.9, MEADOW),
        pine(520, 350, 0.9),
        pine(574, 380, 1.3),
        bush(478, 396, 0.9, MOSS),
        bush(40, 412, 1.1, SAGE),
        speck(268, 344),
        speck(452, 348),
        speck(610, 404),
    )


def first_story() -> str:
    """A desk at a window, with a notebook that is still empty."""
    return canvas(
        "窗前的书桌",
        sky(CREAM),
        window(190, 40, 260, 190, MIST),
        path("M198 176Q252 140 316 172V222H198Z", SAGE),
        path("M324 170Q386 132 442 166V222H324Z", LEAF),
        rect(178, 230, 284, 14, CLAY, 4),
        pendant(320, 118, 1.1),
        beam(HONEY, (290, 128), (350, 128), (430, 312), (210, 312)),
        ground(366, SAND),
        table(120, 308, 400, 88),
        polygon(PALE, (246, 308), (316, 300), (316, 306), (320, 308)),
        polygon(PAPER, (394, 308), (324, 300), (324, 306), (320, 308)),
        band(INK, 5, (408, 304), (452, 288)),
        group(cup(TEAL), at=(196, 300)),
        pot_plant(488, 308, 0.62, LEAF, CLAY),
        stool(322, 404, 62, BARK),
        cat(74, 398, 1.1, INK),
        dashes(556, 330, 60, 66, TEAL, "14 4"),
        rect(546, 290, 78, 8, CLAY, 2),
        dashes(562, 262, 46, 58, DEEP, "11 4"),
    )


def avenue() -> str:
    """Trees along a path, one of them newly planted."""
    return canvas(
        "路边的一排树",
        sky(MIST),
        cloud(150, 92, 1.2),
        cloud(500, 118, 0.8),
        land(MEADOW, "M0 250Q200 206 400 236T640 226"),
        land(SAGE, "M0 312Q220 282 420 300T640 292"),
        path("M0 372Q320 332 640 356V400Q320 376 0 420Z", SAND),
        tree(70, 344, 1.5, MOSS),
        tree(196, 330, 1.35, LEAF),
        tree(322, 322, 1.5, MOSS),
        tree(444, 320, 1.3, LEAF),
        band(BARK, 5, (556, 324), (556, 250)),
        bush(556, 268, 0.5, LEAF),
        band(CLAY, 4, (538, 326), (552, 280)),
        bush(610, 334, 0.8, MOSS),
        speck(120, 356),
        speck(386, 344),
        speck(500, 404),
    )


def street() -> str:
    """A street of low houses in the evening, their lamps lit."""
    return canvas(
        "傍晚的街",
        sky(BLUSH),
        sun(520, 128, 40, CREAM),
        skyline(STONE, 300, block(0, 90, 150), slant(90, 70, 176), dome(170, 60, 120)),
        skyline(STONE, 300, block(420, 70, 170), slant(560, 80, 140, -20)),
        skyline(TEAL, 356, slant(30, 130, 206), block(300, 120, 226)),
        skyline(CLAY, 356, block(166, 128, 240), slant(426, 150, 214, -24)),
        dashes(52, 272, 92, 30, HONEY, "22 13"),
        dashes(186, 286, 92, 30, HONEY, "22 13"),
        dashes(318, 274, 92, 30, HONEY, "22 13"),
        dashes(450, 278, 110, 30, HONEY, "22 13"),
        ground(352, SAND),
        dashes(0, 388, 640, 8, PALE, "46 30"),
        street_lamp(150, 366, 150),
        street_lamp(424, 366, 150),
        tree(606, 362, 1.1, MOSS),
        pot_plant(286, 362, 0.5),
    )


def lake() -> str:
    """A boat on still water, hills behind it."""
    return canvas(
        "湖上的小船",
        sky(CREAM),
        sun(160, 120, 44, HONEY),
        bird(300, 96),
        bird(340, 116, 0.8),
        land(SAGE, "M0 200Q120 110 250 190Q370 120 480 186Q560 150 640 190"),
        ground(232, SEA),
        dashes(60, 270, 120, 5, PALE, "40 30"),
        dashes(400, 300, 170, 5, PALE, "40 30"),
        dashes(120, 362, 150, 5, PALE, "40 30"),
        path("M232 300H420Q404 336 372 336H280Q248 336 232 300Z", BARK),
        band(INK, 5, (326, 300), (326, 160)),
        polygon(PALE, (334, 168), (334, 286), (412, 286)),
        polygon(PAPER, (318, 184), (318, 286), (262, 286)),
        pine(592, 420, 1.3),
        pine(540, 428, 1, LEAF),
        bush(36, 424, 1.2, MOSS),
    )


STARTER: dict[str, Callable[[], str]] = {
    "masthead": masthead,
    "first-story": first_story,
    "theme-1": avenue,
    "theme-2": street,
    "theme-3": lake,
}
"""The scenes of campaigns/starter: file name without ending, and the function that draws it."""
