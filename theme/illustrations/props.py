"""Things of the illustrations: trees, buildings, lamps, furniture and what hands hold."""

from __future__ import annotations

from theme.illustrations.shapes import (
    BARK,
    CLAY,
    HONEY,
    INK,
    LEAF,
    MOSS,
    PALE,
    RED,
    SAGE,
    STONE,
    SUN,
    TEAL,
    Point,
    band,
    bands,
    circle,
    ellipse,
    faint,
    group,
    mix,
    number,
    numbers,
    path,
    polygon,
    rect,
    stroke,
)

# Sky and land ---------------------------------------------------------------------------------


def sky(fill: str) -> str:
    """Paint the whole sheet."""
    return path("M0 0H640V420H0Z", fill)


def ground(y: float, fill: str) -> str:
    """Paint everything below *y*."""
    return path(f"M0 {number(y)}H640V420H0Z", fill)


def land(fill: str, outline: str) -> str:
    """Paint hills, water or lawn below an *outline* that runs from the left edge to the right."""
    return path(f"{outline}V420H0Z", fill)


def sun(x: float, y: float, radius: float, halo: str = HONEY) -> str:
    """Hang the sun, or a low moon, in a pale ring."""
    return circle(x, y, radius * 1.4, halo) + circle(x, y, radius, SUN)


def cloud(x: float, y: float, scale: float, fill: str = PALE) -> str:
    """Lay a flat cloud."""
    shape = path("M-40 0A16 16 0 0 1-32-28A26 26 0 0 1 16-32A18 18 0 0 1 42 0Z", fill)
    return group(shape, at=(x, y), scale=scale)


def dashes(x: float, y: float, length: float, width: float, colour: str, pattern: str) -> str:
    """Draw a level row of cut pieces: windows, books, seats, paving."""
    return stroke(f"M{number(x)} {number(y)}h{number(length)}", colour, width, pattern)


# Town -----------------------------------------------------------------------------------------


def skyline(fill: str, base: float, *towers: str) -> str:
    """Cut a row of *towers* out of one paper, each written by one of the roof helpers."""
    return path("".join(towers), fill).replace("BASE", number(base))


def block(x: float, width: float, top: float) -> str:
    """Cut a tower with a flat roof."""
    return f"M{number(x)} BASEV{number(top)}h{number(width)}VBASEZ"


def slant(x: float, width: float, top: float, drop: float = 24) -> str:
    """Cut a tower with a roof that falls to the right, or to the left if *drop* is negative."""
    left, right = (top, top + drop) if drop > 0 else (top - drop, top)
    return f"M{number(x)} BASEV{number(left)}L{number(x + width)} {number(right)}VBASEZ"


def dome(x: float, width: float, top: float) -> str:
    """Cut a tower with a round crown."""
    bend = f"Q{numbers(x, top)} {numbers(x + width / 2, top)}Q{numbers(x + width, top)}"
    return f"M{number(x)} BASEV{number(top + width)}{bend} {numbers(x + width, top + width)}VBASEZ"


def spire(x: float, width: float, top: float) -> str:
    """Cut a tall tower that narrows to a needle."""
    middle, shoulder, neck = x + width / 2, top + 62, top + 34
    left = f"L{numbers(x + width * 0.14, shoulder)}L{numbers(middle - 3, neck)}"
    right = f"L{numbers(middle + 3, neck)}L{numbers(x + width * 0.86, shoulder)}"
    needle = f"L{numbers(middle, top)}"
    return f"M{number(x)} BASE{left}{needle}{right}L{number(x + width)} BASEZ"


def twins(x: float, width: float, top: float) -> str:
    """Cut a tower with two masts on its roof."""
    edge, gap, roof = number(width * 0.2), number(width * 0.6 - 6), number(top + 40)
    masts = f"h{edge}V{number(top)}h3v40h{gap}v-40h3v40H{number(x + width)}"
    return f"M{number(x)} BASEV{roof}{masts}VBASEZ"


def street_lamp(x: float, base: float, height: float, fill: str = INK, glow: str = SUN) -> str:
    """Put up a street lamp that leans to the right."""
    top = base - height
    post = stroke(f"M{numbers(x, base)}V{number(top + 20)}q0-20 20-20h14", fill, 6)
    return post + path(f"M{numbers(x + 22, top)}h26l6 12h-38Z", glow)


def pendant(x: float, y: float, size: float = 1, fill: str = TEAL, glow: str = SUN) -> str:
    """Hang a lamp from the ceiling, its shade's rim at *y*."""
    cord = band(fill, 3, (x, 0), (x, y - 20 * size))
    bulb = circle(0, 0, 11, glow)
    return cord + group(bulb, path("M-32 0Q-28-30 0-32Q28-30 32 0Z", fill), at=(x, y), scale=size)


def window(x: float, y: float, width: float, height: float, view: str, frame: str = PALE) -> str:
    """Open a window of two panes."""
    pane = (width - 24) / 2
    glass = f"M{numbers(x + 8, y + 8)}h{number(pane)}v{number(height - 16)}h-{number(pane)}Z"
    other = (
        f"M{numbers(x + 16 + pane, y + 8)}h{number(pane)}v{number(height - 16)}h-{number(pane)}Z"
    )
    return rect(x, y, width, height, frame) + path(glass + other, view)


# Plants ---------------------------------------------------------------------------------------


def tree(x: float, base: float, size: float, fill: str = LEAF, trunk: str = BARK) -> str:
    """Plant a round tree, about 100 high at size 1."""
    crown = path("M-34-44A27 27 0 0 1-24-86A30 30 0 0 1 30-82A24 24 0 0 1 34-44Z", fill)
    return group(band(trunk, 8, (0, 0), (0, -50)), crown, at=(x, base), scale=size)


def bush(x: float, base: float, size: float, fill: str = LEAF) -> str:
    """Plant a low bush."""
    return group(
        path("M-44 0A20 20 0 0 1-26-26A24 24 0 0 1 18-30A20 20 0 0 1 44 0Z", fill),
        at=(x, base),
        scale=size,
    )


def palm(x: float, base: float, size: float, fill: str = MOSS, lean: float = 0) -> str:
    """Plant a palm, about 190 high at size 1."""
    leaves = (
        "M0-150Q-34-178-62-138Q-30-152 0-150Q-44-150-50-104Q-30-136 0-150"
        "Q34-182 64-140Q32-154 0-150Q46-148 52-104Q30-136 0-150Q-10-190 26-196Q8-176 0-150Z"
    )
    trunk = path("M-7 0Q-2-70-3-150H3Q4-70 8 0Z", BARK)
    return group(trunk, path(leaves, fill), at=(x, base), scale=size, turn=lean)


def pine(x: float, base: float, size: float, fill: str = MOSS) -> str:
    """Plant a pine of three tiers, about 120 high at size 1."""
    tiers = "M0-122L26-78H14L36-44H20L44-8H-44L-20-44H-36L-14-78H-26Z"
    return group(band(BARK, 9, (0, 0), (0, -10)), path(tiers, fill), at=(x, base), scale=size)


def pot_plant(x: float, base: float, size: float = 1, fill: str = LEAF, pot: str = CLAY) -> str:
    """Set a broad-leaved plant in a pot."""
    leaves = "M0-34Q-50-50-44-92Q-12-80-2-44Q-16-90 2-116Q20-90 4-44Q14-80 46-90Q50-50 0-34Z"
    return group(path(leaves, fill), path("M-22-38H22L16 0H-16Z", pot), at=(x, base), scale=size)


def flowers(colour: str, radius: float, *places: Point) -> str:
    """Scatter round blossoms of one colour."""
    dots = (f"M{numbers(x, y)}h0" for x, y in places)
    return stroke("".join(dots), colour, radius * 2)


# Furniture ------------------------------------------------------------------------------------


def table(
    x: float, y: float, width: float, height: float, top: str = CLAY, legs: str = BARK
) -> str:
    """Set a table whose board's upper edge is at *y*."""
    foot = y + height
    posts = bands(
        legs,
        8,
        ((x + 14, y + 8), (x + 10, foot)),
        ((x + width - 14, y + 8), (x + width - 10, foot)),
    )
    return posts + rect(x, y, width, 13, top, 4)


def counter(
    x: float, y: float, width: float, height: float, fill: str = TEAL, top: str = PALE
) -> str:
    """Set a closed counter with a pale board."""
    return rect(x, y, width, height, fill) + rect(x - 8, y - 6, width + 16, 14, top, 5)


def stool(x: float, base: float, height: float, fill: str = BARK) -> str:
    """Set a four-legged stool."""
    posts = bands(fill, 7, ((-16, -height), (-22, -3)), ((16, -height), (22, -3)))
    seat = band(mix(fill, PALE, 0.25), 11, (-20, -height), (20, -height))
    return group(posts, seat, at=(x, base))


def chair(x: float, base: float, size: float, fill: str = BARK, flip: bool = False) -> str:
    """Set a chair that opens to the right."""
    frame = stroke("M-18-112L-16-44H26L28-2M-16-44L-22-2", fill, 7)
    return group(frame, at=(x, base), scale=size, flip=flip)


def parasol(x: float, base: float, size: float, fill: str = RED, other: str = PALE) -> str:
    """Open a market parasol of two colours, about 210 high at size 1."""
    cloth = path("M-110-140Q-80-206 0-210Q80-206 110-140Z", fill)
    gores = path("M-66-140Q-40-200 0-210Q-16-180-22-140ZM66-140Q40-200 0-210Q16-180 22-140Z", other)
    return group(band(BARK, 6, (0, 0), (0, -150)), cloth, gores, at=(x, base), scale=size)


def bin_of(x: float, base: float, size: float, fill: str) -> str:
    """Stand a waste bin with a lid and a pale disc, 110 high at size 1."""
    lid = path("M-42-96Q-42-110-28-110H28Q42-110 42-96Z", mix(fill, INK, 0.25))
    body = path("M-37-92H37L30 0H-30Z", fill)
    return group(body, lid, circle(0, -48, 15, PALE), at=(x, base), scale=size)


# What hands hold: drawn round the hand at 0, 0 -------------------------------------------------


def flag(height: float = 60, fill: str = RED, pole: str = INK) -> str:
    """A small flag on a stick."""
    cloth = path("M1 0Q22-10 50 4V36Q22 22 1 34Z", fill)
    return band(pole, 4, (0, 12), (0, -height)) + group(cloth, at=(0, -height))


def stick(length: float, fill: str = BARK) -> str:
    """A walking stick."""
    return stroke(f"M-12-2Q-12-12-2-10Q4-8 3 0V{number(length)}", fill, 5)


def umbrella(fill: str = RED, height: float = 120) -> str:
    """An open umbrella above the hand."""
    hem = "Q58 32 40 44Q20 32 0 44Q-20 32-40 44Q-58 32-78 44Z"
    cloth = path(f"M-78 44Q-66 0 0-4Q66 0 78 44{hem}", fill)
    return band(INK, 4, (0, 14), (0, -height)) + group(cloth, at=(0, -height))


def suitcase(x: float, base: float, size: float, fill: str = RED) -> str:
    """Stand a suitcase on its wheels, its handle 104 high at size 1."""
    handle = stroke("M-16-60V-102H16V-60", INK, 5)
    body = rect(-26, -70, 52, 64, fill, 8) + bands(
        mix(fill, INK, 0.3), 4, ((-10, -60), (-10, -16)), ((10, -60), (10, -16))
    )
    wheels = stroke("M-16-4h0M16-4h0", INK, 9)
    return group(handle, body, wheels, at=(x, base), scale=size)


def wheelchair(x: float, base: float, size: float, fill: str = RED) -> str:
    """Stand a wheelchair that looks to the right, its seat 50 high at size 1."""
    wheel = stroke("M-38-34a34 34 0 1 0 68 0a34 34 0 1 0-68 0", INK, 6)
    frame = stroke("M-48-112H-34L-28-46H34L46-12H60M-26-74H20", fill, 7)
    return group(
        wheel, circle(-4, -34, 6, INK), frame, circle(40, -8, 8, INK), at=(x, base), scale=size
    )


def bottle(fill: str = TEAL) -> str:
    """A bottle held by its middle."""
    return path("M-8 18V-12Q-8-18-4-20V-28H4V-20Q8-18 8-12V18Z", fill)


def cup(fill: str = RED) -> str:
    """A paper cup."""
    return path("M-9-16H9L6 8H-6Z", fill)


def heart(x: float, y: float, size: float, fill: str = RED) -> str:
    """A heart, 40 wide at size 1."""
    return group(
        path("M0 18Q-22 4-20-9A10.5 10.5 0 0 1 0-10A10.5 10.5 0 0 1 20-9Q22 4 0 18Z", fill),
        at=(x, y),
        scale=size,
    )


def star(x: float, y: float, radius: float, fill: str = SUN) -> str:
    """A five-pointed star."""
    shape = "M0-50L13-17L48-15L21 7L30 41L0 22L-30 41L-21 7L-48-15L-13-17Z"
    return group(path(shape, fill), at=(x, y), scale=radius / 50)


def bunting(*drops: Point, colours: tuple[str, ...] = (RED, SUN, TEAL, LEAF)) -> str:
    """A string of small pennants hung at *drops*."""
    pennants = (
        polygon(colours[i % len(colours)], (x - 11, y), (x + 11, y), (x, y + 24))
        for i, (x, y) in enumerate(drops)
    )
    return band(INK, 2, *drops) + "".join(pennants)


def beads(x: float, y: float, length: float, width: float, colour: str, pattern: str) -> str:
    """Draw a level row of round-ended pieces: heads and shoulders of a crowd."""
    return dashes(x, y, length, width, colour, pattern).replace(' stroke-linecap="butt"', "")


def bird(x: float, y: float, size: float = 1, fill: str = INK) -> str:
    """A far bird or gull on the wing."""
    return group(stroke("M-16-6Q-6-10 0 0Q6-10 16-6", fill, 3), at=(x, y), scale=size)


def beam(fill: str, *points: Point, strength: float = 0.35) -> str:
    """A flat cone of lamp light."""
    return faint(polygon(fill, *points), strength)


def arrow(x: float, y: float, size: float, fill: str, turn: float = 0) -> str:
    """An arrow that points to the right."""
    return group(path("M-20-5H4V-15L22 0L4 15V5H-20Z", fill), at=(x, y), turn=turn, scale=size)


def sack(x: float, y: float, width: float, fill: str = STONE) -> str:
    """A sandbag lying on its belly."""
    half = width / 2
    knot = path(f"M{numbers(x + half - 2, y - 12)}l12-7v14Z", fill)
    return rect(x - half, y - 24, width, 24, fill, 12) + knot


def speck(x: float, y: float, fill: str = SAGE) -> str:
    """A tuft of grass."""
    return path(f"M{numbers(x - 9, y)}l3-14l5 9l4-15l4 15l4-8l1 13Z", fill)


def cat(x: float, base: float, size: float, fill: str = INK) -> str:
    """A cat that sits and looks to the right."""
    body = "M-16 0Q-18-30 2-34L0-56L10-48H18L26-56L28-36Q26-28 18-26Q20-10 20 0Z"
    return group(stroke("M-14-4Q-34-6-30-26", fill, 6), path(body, fill), at=(x, base), scale=size)


def flame(x: float, base: float, size: float) -> str:
    """A fire of two tongues."""
    outer = path("M-30 0Q-44-34-20-56Q-18-40-8-36Q-14-70 12-92Q10-62 26-50Q44-30 30 0Z", SUN)
    return group(
        outer, path("M-14 0Q-20-20-4-34Q4-24 14-30Q20-14 14 0Z", PALE), at=(x, base), scale=size
    )


def vase(x: float, base: float, size: float, fill: str) -> str:
    """A slender-necked vase, 70 high at size 1."""
    return group(
        path(
            "M-9-70H9Q8-56 8-52Q30-40 24-16Q22-6 14 0H-14Q-22-6-24-16Q-30-40-8-52Q-8-56-9-70Z", fill
        ),
        at=(x, base),
        scale=size,
    )


def lantern(x: float, y: float, size: float, fill: str = RED) -> str:
    """A round lantern hung by a thread, its middle at *y*."""
    ribs = stroke("M0-22Q-16 0 0 22M0-22Q16 0 0 22", mix(fill, INK, 0.3), 2)
    caps = path("M-12-27H12V-20H-12ZM-12 20H12V27H-12Z", SUN)
    return group(
        band(INK, 2, (0, -60), (0, -26)),
        ellipse(0, 0, 30, 24, fill),
        ribs,
        caps,
        band(RED, 3, (0, 30), (0, 44)),
        at=(x, y),
        scale=size,
    )
