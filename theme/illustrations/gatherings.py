"""Scenes of fairs, meetings and public days."""

from __future__ import annotations

from theme.illustrations.figures import Bent, Hairdo, Person, Reach, shadows
from theme.illustrations.props import (
    beads,
    beam,
    bin_of,
    block,
    bottle,
    bunting,
    bush,
    cloud,
    dashes,
    flowers,
    ground,
    heart,
    land,
    lantern,
    parasol,
    pot_plant,
    sky,
    skyline,
    speck,
    star,
    sun,
    table,
    tree,
    vase,
)
from theme.illustrations.shapes import (
    ASH,
    BARK,
    BLACK,
    BLOND,
    BROWN,
    CHESTNUT,
    CLAY,
    CREAM,
    DEEP,
    FAIR,
    GREY,
    HONEY,
    INK,
    LEAF,
    MAROON,
    MEADOW,
    MIST,
    MOSS,
    NIGHT,
    PALE,
    PAPER,
    RED,
    ROSE,
    SAGE,
    SAND,
    SEA,
    STONE,
    SUN,
    TAN,
    TEAL,
    WHITE,
    band,
    canvas,
    circle,
    group,
    path,
    rect,
    stroke,
)


def hitech_fair() -> str:
    """Over an open map volunteers help visitors from abroad at the Hi-Tech Fair."""
    return canvas(
        "高交会上帮助来宾",
        sky(DEEP),
        stroke("M0 50L160 10L320 50L480 10L640 50M0 50H640", TEAL, 6),
        rect(16, 84, 190, 250, TEAL),
        circle(70, 150, 40, SEA),
        stroke("M30 150H110M70 110Q40 150 70 190M70 110Q100 150 70 190", DEEP, 4),
        rect(336, 84, 140, 100, MIST),
        stroke("M354 164L386 132L410 146L456 104", DEEP, 6),
        circle(456, 104, 8, SUN),
        rect(500, 70, 140, 270, TEAL),
        rect(540, 318, 100, 40, NIGHT),
        stroke("M604 316V250L560 190L506 214", SUN, 20),
        stroke("M560 190h0M604 250h0", PALE, 18),
        stroke("M506 214l-22-2M506 214l-14 18", PALE, 7),
        band(INK, 3, (266, 0), (266, 56)),
        path("M228 86L236 58H296L304 86Z", INK),
        path("M232 86H300L296 98H236Z", SUN),
        beam(HONEY, (234, 98), (298, 98), (420, 400), (110, 400), strength=0.2),
        ground(346, STONE),
        ground(356, PAPER),
        Person(
            560,
            404,
            0.96,
            facing="left",
            hairdo="short",
            hair=GREY,
            top=INK,
            legs=INK,
            girth=1.2,
            near=Bent(-6, 10),
            near_thing=rect(-24, 2, 48, 36, CLAY, 4),
        ),
        Person(
            480,
            406,
            1,
            vest=True,
            hat="cap",
            top=PALE,
            sleeve="short",
            skin=TAN,
            far=Reach(520, 252),
            near=Bent(-12, 14),
        ),
        Person(
            90, 490, 1.7, hairdo="curly", skin=BROWN, top=SUN, near=Bent(0, 20), far=Reach(178, 308)
        ),
        Person(
            228,
            500,
            1.66,
            hairdo="long",
            hair=BLOND,
            top=PALE,
            skirt=LEAF,
            near=Reach(268, 346),
            far=Bent(20, 40),
        ),
        Person(
            392,
            500,
            1.72,
            facing="left",
            vest=True,
            hairdo="bob",
            top=SUN,
            near=Reach(334, 342),
            far=Reach(318, 320),
        ),
        group(
            path("M-42-24L-14-31L14-24L42-31V23L14 30L-14 23L-42 30Z", RED),
            stroke("M-14-28V21M14-22V28", PALE, 3),
            circle(26, -6, 7, SUN),
            at=(300, 326),
            scale=1.2,
        ),
    )


def conference_hall() -> str:
    """The summary conference seen from the last row."""
    team: tuple[tuple[float, Hairdo, str], ...] = (
        (206, "bob", FAIR),
        (246, "short", TAN),
        (286, "long", FAIR),
    )
    return canvas(
        "总结会会场全景",
        sky(NIGHT),
        path("M0 0H640V40H0Z", INK),
        dashes(40, 30, 560, 8, SUN, "30 46"),
        rect(90, 56, 460, 190, DEEP),
        rect(170, 66, 300, 108, CREAM),
        star(320, 116, 34, SUN),
        "".join(star(x, y, 15, SUN) for x, y in ((226, 132), (264, 116), (376, 116), (414, 132))),
        beam(CREAM, (180, 40), (200, 40), (330, 236), (250, 236)),
        beam(CREAM, (440, 40), (460, 40), (390, 236), (310, 236)),
        path("M0 40H120Q84 120 96 250H0Z", RED),
        path("M640 40H520Q556 120 544 250H640Z", RED),
        stroke(
            "M30 44Q40 150 24 246M70 44Q70 150 60 246M610 44Q600 150 616 246M570 44"
            "Q570 150 580 246",
            MAROON,
            5,
        ),
        rect(60, 228, 520, 18, CLAY),
        rect(60, 244, 520, 12, BARK),
        *(
            Person(x, 230, 0.4, facing="front", vest=True, top=PALE, hairdo=hairdo, skin=skin)
            for x, hairdo, skin in team
        ),
        Person(430, 230, 0.42, facing="left", top=INK, near=Bent(30, 90), far=Bent(120, 130)),
        path("M390 188H424L420 230H394Z", BARK),
        _row(-12, 276, 0.62),
        _row(-34, 308, 0.8),
        _row(-20, 354, 1.06),
    )


def _row(x: float, y: float, scale: float) -> str:
    """Draw a row of fifteen people from behind: backs, pale bands of the vests, heads."""
    coats = (RED, TEAL, RED, SUN, RED)
    backs = (path(_backs(72 * i), coat) for i, coat in enumerate(coats))
    hairs = ((34, BLACK, 144), (106, CHESTNUT, 288), (250, GREY, 288))
    heads = (beads(start, 8, 1040, 42, hair, f"0 {gap}") for start, hair, gap in hairs)
    stripes = dashes(1, 66, 1080, 10, PALE, "66 78 66 78 66 6")
    return group(*backs, stripes, *heads, at=(x, y), scale=scale)


def _backs(start: int) -> str:
    """Write the outline of every fifth back from *start*."""
    return "".join(f"M{x} 100q-2-72 20-72h28q22 0 20 72z" for x in range(start, 1080, 360))


def conference_stars() -> str:
    """Five-star volunteers take their certificates on the stage."""
    return canvas(
        "五星级志愿者领证书",
        sky(MAROON),
        stroke("M30 0V420M110 0V420M190 0V420M450 0V420M530 0V420M610 0V420", "#7A181B", 18),
        circle(320, 216, 200, SUN),
        circle(320, 216, 176, HONEY),
        *(star(x, y, 24, PALE) for x, y in ((188, 92), (250, 56), (320, 44), (390, 56), (452, 92))),
        Person(
            92,
            450,
            1.1,
            facing="front",
            vest=True,
            head=1.15,
            hairdo="short",
            top=SUN,
            near=Reach(74, 342),
            far=Reach(110, 342, -1),
        ),
        Person(
            208,
            476,
            1.46,
            facing="front",
            vest=True,
            hairdo="bald",
            hair=WHITE,
            top=TEAL,
            girth=1.15,
            near=Reach(184, 352),
            far=Reach(234, 352, -1),
            skin=TAN,
        ),
        _certificate(93, 344, 0.8),
        _certificate(209, 352, 1),
        stroke("M72 348h0M113 348h0", FAIR, 12),
        stroke("M182 358h0M236 358h0", TAN, 15),
        Person(
            366,
            474,
            1.5,
            vest=True,
            hairdo="tail",
            top=PALE,
            skin=BROWN,
            near=Reach(420, 330),
            far=Reach(426, 316),
        ),
        _certificate(452, 322, 1.25),
        Person(
            530,
            474,
            1.5,
            facing="left",
            hairdo="short",
            hair=GREY,
            top=DEEP,
            near=Reach(486, 330),
            far=Reach(470, 344),
            girth=1.1,
        ),
        *(bush(x, 430, 0.9, MOSS) for x in (20, 110, 200, 290, 380, 470, 560, 640)),
        flowers(RED, 8, *((x, 404 + x % 3 * 5) for x in range(10, 640, 45))),
        flowers(SUN, 6, *((x, 412) for x in range(30, 640, 90))),
    )


def _certificate(x: float, y: float, size: float) -> str:
    """Draw a red certificate with a gold star."""
    return group(
        rect(-28, -21, 56, 42, RED, 3),
        rect(-23, -16, 46, 32, CREAM),
        star(0, 0, 12),
        at=(x, y),
        scale=size,
    )


def culture_fair() -> str:
    """A volunteer shows a family the crafts of the Cultural Fair."""
    return canvas(
        "文博会志愿者",
        sky(SAND),
        path("M420 350V150A90 90 0 0 1 600 150V350Z", PAPER),
        circle(266, 172, 128, PAPER),
        circle(266, 172, 114, MIST),
        path(
            "M155 196Q196 140 232 180Q266 116 308 168Q340 144 377 196Q362 280 266 286"
            "Q170 280 155 196Z",
            SEA,
        ),
        path("M166 226Q230 190 280 226T368 222Q340 284 266 286Q190 282 166 226Z", TEAL),
        circle(310, 106, 17, SUN),
        ground(340, CLAY),
        ground(352, "#A56F4C"),
        lantern(486, 108, 1.3),
        lantern(566, 74, 0.9),
        shadows(90, (246, 392), (382, 398), (466, 402), (530, 400)),
        Person(
            240,
            392,
            1.2,
            vest=True,
            hairdo="bun",
            top=PALE,
            near=Reach(188, 270, -1),
            far=Bent(30, 70),
        ),
        Person(
            370,
            398,
            1.22,
            facing="left",
            hairdo="short",
            top=TEAL,
            legs=DEEP,
            girth=1.1,
            near=Bent(10, 30),
            far=Bent(-6, 10),
        ),
        Person(
            530,
            400,
            1.16,
            facing="left",
            hairdo="long",
            hair=CHESTNUT,
            top=SUN,
            legs="",
            skirt=BARK,
            near=Reach(488, 318),
            far=Bent(8, 20),
            skin=TAN,
        ),
        Person(
            462,
            402,
            0.7,
            facing="left",
            head=1.3,
            hairdo="bob",
            top=LEAF,
            legs="",
            skirt=DEEP,
            near=Reach(426, 296, -1),
            far=Reach(486, 320),
            near_thing=_pinwheel(),
        ),
        path("M-10 330H186V346H178V420H-10Z", PALE),
        path("M178 346V420H188V346Z", STONE),
        vase(110, 330, 2.5, TEAL),
        stroke("M66 268q22-24 44 0t44 0", PALE, 7),
        dashes(84, 184, 52, 9, PALE, "52 1"),
    )


def _pinwheel() -> str:
    """Draw a red paper windmill on a stick."""
    return band(BARK, 4, (0, 10), (0, -50)) + group(
        path("M0 0Q-4-34 26-26ZM0 0Q34-4 26 26ZM0 0Q4 34-26 26ZM0 0Q-34 4-26-26Z", RED),
        circle(0, 0, 5, SUN),
        at=(0, -52),
    )


def school_outreach() -> str:
    """An outreach day on the playground."""
    return canvas(
        "校园宣传日",
        sky(MIST),
        sun(536, 62, 32, CREAM),
        cloud(110, 90, 0.8),
        path("M60 300V130H280V300ZM280 300V90H360V300ZM360 300V130H580V300Z", PAPER),
        path("M272 90L320 54L368 90Z", CLAY),
        circle(320, 120, 20, PALE),
        stroke("M320 120V108M320 120H330", INK, 4),
        stroke("M78 170h190M78 228h190M378 170h190M378 228h190", SEA, 30, "30 12"),
        rect(298, 240, 44, 60, BARK),
        bush(600, 300, 1.4),
        tree(30, 300, 1.4, SAGE),
        land(SAGE, "M0 296H640"),
        path("M0 420Q120 306 320 306T640 420Z", CLAY),
        stroke("M30 420Q150 330 320 330T610 420", PALE, 4),
        path("M80 420Q170 352 320 352T560 420Z", LEAF),
        parasol(168, 390, 1.2),
        Person(
            196,
            384,
            1.06,
            vest=True,
            hairdo="bob",
            top=PALE,
            near=Reach(240, 290),
            far=Reach(262, 288),
            far_thing=rect(-8, -18, 24, 30, SUN),
        ),
        table(70, 322, 180, 90, PALE),
        rect(76, 334, 168, 72, TEAL),
        heart(160, 370, 1.1, PALE),
        path("M92 322v-12h34v12ZM138 322v-18h30v18Z", SUN),
        Person(
            326,
            396,
            0.74,
            facing="left",
            head=1.3,
            hairdo="tail",
            top=PALE,
            legs="",
            skirt=TEAL,
            near=Reach(276, 298, -1),
        ),
        Person(
            396,
            400,
            0.74,
            facing="left",
            head=1.3,
            top=PALE,
            legs=TEAL,
            skin=TAN,
            far=Bent(150, 165),
        ),
        Person(
            462,
            398,
            0.74,
            facing="left",
            head=1.3,
            hairdo="bob",
            top=PALE,
            legs="",
            skirt=TEAL,
            near=Bent(10, 30),
        ),
        Person(
            552,
            398,
            1.2,
            facing="left",
            vest=True,
            hat="cap",
            top=SUN,
            near=Reach(520, 218),
            far=Bent(-10, 8),
            near_thing=path("M-16-6L40-24V24L-16 6Z", RED),
        ),
    )


def eco_day() -> str:
    """Neighbours plant and swap on the community's green day."""
    return canvas(
        "社区环保宣传日",
        sky(CREAM),
        sun(96, 92, 38),
        skyline(
            MEADOW,
            300,
            block(150, 90, 120),
            block(260, 90, 80),
            block(370, 90, 120),
            block(500, 90, 80),
        ),
        *(
            dashes(x, y, 62, 12, PALE, "16 7")
            for x, y in ((164, 170), (274, 130), (274, 170), (384, 170), (514, 130), (514, 170))
        ),
        land(SAGE, "M0 264Q160 230 320 262T640 250"),
        tree(600, 306, 1.7, LEAF),
        tree(30, 300, 1.3, MOSS),
        land(LEAF, "M0 308Q200 286 400 304T640 300"),
        bunting((10, 50), (150, 92), (290, 108), (430, 92), (570, 50), (650, 20)),
        path("M226 412Q226 376 300 376T374 412Z", BARK),
        band(BARK, 9, (300, 384), (300, 286)),
        path("M300 236Q250 250 262 290Q270 316 300 312Q330 316 338 290Q350 250 300 236Z", MOSS),
        shadows(100, (160, 396), (460, 398), (556, 396)),
        Person(
            190,
            396,
            1.24,
            pose="kneel",
            vest=True,
            hat="straw",
            hat_fill=HONEY,
            top=PALE,
            lean=14,
            near=Reach(268, 344),
            far=Reach(280, 330),
        ),
        Person(
            392,
            400,
            0.76,
            facing="left",
            head=1.3,
            hairdo="tail",
            top=SUN,
            legs=TEAL,
            near=Reach(360, 310),
            far=Reach(352, 312),
        ),
        _watering_can(338, 318),
        Person(
            472,
            396,
            1.16,
            facing="left",
            vest=True,
            hairdo="short",
            top=TEAL,
            skin=TAN,
            near=Reach(434, 306),
            far=Reach(424, 306),
            near_thing=pot_plant(4, 8, 0.5, SAGE, SUN),
        ),
        Person(
            560,
            398,
            1.1,
            facing="left",
            hairdo="bun",
            hair=GREY,
            top=ROSE,
            legs=DEEP,
            girth=1.2,
            near=Reach(534, 306),
            near_thing=path("M-24 4H24L18 60H-18Z", SUN),
        ),
        speck(60, 410),
        speck(620, 404),
    )


def _watering_can(x: float, y: float) -> str:
    """Draw the red watering can, tipped to the left."""
    can = path("M-22-20H22L26 22H-26Z", RED) + stroke("M-24 8L-54-18M-20-22Q4-50 24-18", RED, 6)
    return group(can, at=(x, y), turn=-12) + stroke(
        f"M{x - 60:g} {y + 6:g}l-6 26M{x - 50:g} {y + 8:g}l-4 28", SEA, 3
    )


def sorting() -> str:
    """Before four bins a volunteer explains which is which."""
    return canvas(
        "四色桶前分类",
        sky(MEADOW),
        skyline(SAGE, 320, block(0, 150, 40), block(170, 130, 80), block(500, 140, 50)),
        *(
            dashes(x, y, w, 22, CREAM, "26 16")
            for x, w, y in (
                (18, 120, 90),
                (18, 120, 150),
                (186, 110, 130),
                (186, 110, 190),
                (518, 120, 100),
                (518, 120, 160),
            )
        ),
        tree(400, 310, 2, LEAF),
        sun(350, 72, 32, CREAM),
        ground(304, STONE),
        ground(314, PAPER),
        stroke("M262 190V320M602 190V320", BARK, 10),
        rect(258, 172, 382, 20, BARK),
        path("M250 172L276 142H640V172Z", CLAY),
        *(
            bin_of(x, 352, 0.95, colour)
            for x, colour in ((300, TEAL), (384, LEAF), (468, RED), (552, ASH))
        ),
        path("M290 312l10-16l10 16ZM376 310q8-16 16 0ZM461 300h14v14h-14ZM544 304h16v6h-16Z", INK),
        shadows(90, (84, 398), (194, 402), (346, 410), (514, 412)),
        Person(
            84,
            398,
            1.16,
            hairdo="bun",
            hair=GREY,
            top=SUN,
            legs=BARK,
            girth=1.2,
            near=Reach(106, 310),
            near_thing=path("M-16 0H16L22 46Q0 58-22 46Z", SEA),
        ),
        Person(
            194,
            402,
            1.28,
            vest=True,
            hat="cap",
            top=PALE,
            sleeve="short",
            skin=TAN,
            near=Bent(-16, 14),
            far=Reach(272, 262),
        ),
        Person(
            342,
            408,
            0.76,
            head=1.3,
            facing="right",
            hairdo="tail",
            top=ROSE,
            legs="",
            skirt=DEEP,
            far=Reach(378, 268),
            far_thing=group(bottle(MIST), turn=20),
        ),
        Person(
            514,
            410,
            0.76,
            head=1.3,
            facing="left",
            hairdo="short",
            top=SUN,
            legs=DEEP,
            skin=BROWN,
            far=Reach(476, 272),
            far_thing=rect(-8, -10, 16, 20, INK, 3),
        ),
    )
