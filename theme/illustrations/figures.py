"""People of the illustrations: one helper poses and dresses them all, so that they look alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from math import acos, atan2, cos, degrees, hypot, radians, sin
from typing import Literal, NamedTuple

from theme.illustrations.shapes import (
    BLACK,
    BROWN,
    FAIR,
    INK,
    PALE,
    RED,
    SUN,
    TAN,
    TEAL,
    Point,
    band,
    bands,
    circle,
    ellipse,
    faint,
    group,
    mix,
    numbers,
    path,
    stroke,
)

Facing = Literal["right", "left", "front", "back"]
Hairdo = Literal["short", "bob", "long", "bun", "tail", "bald", "curly"]
Hat = Literal["none", "cap", "straw", "helmet", "peaked"]
Leg = tuple[Point, ...]

BONE = 31.0  # length of an upper arm and of a forearm
NEAR_SHOULDER: Point = (-15, -53)
FAR_SHOULDER: Point = (14, -53)
FLAT = 0.2  # how flat a shadow lies
CHEEKS = {FAIR: "#DE8A6C", TAN: "#B0643F", BROWN: "#74422A"}


class Bent(NamedTuple):
    """An arm given by the directions of its two bones: 0 hangs down, 90 points ahead, 180 up."""

    upper: float
    fore: float


class Reach(NamedTuple):
    """An arm given by the place of its hand in the picture; *bend* -1 turns the elbow over."""

    x: float
    y: float
    bend: int = 1


Arm = Bent | Reach

NEAR_REST, FAR_REST = Bent(-8, 6), Bent(14, 24)


class Pose(NamedTuple):
    """Where the hips are above the feet point, and the way of each leg."""

    hip: Point
    near: Leg
    far: Leg


POSES: dict[str, Pose] = {
    "stand": Pose((0, -88), ((-10, -84), (-11, -6)), ((10, -84), (11, -6))),
    "walk": Pose((0, -86), ((-5, -82), (-9, -46), (-27, -7)), ((5, -82), (14, -45), (22, -6))),
    "run": Pose((0, -94), ((-5, -90), (-6, -52), (-42, -44)), ((5, -90), (31, -68), (25, -16))),
    "sit": Pose((0, -50), ((-4, -46), (32, -46), (31, -6)), ((4, -48), (39, -48), (42, -6))),
    "perch": Pose((0, -50), ((-11, -46), (-15, -38), (-14, -6)), ((11, -46), (15, -38), (14, -6))),
    "kneel": Pose((0, -54), ((-6, -50), (2, -10), (-32, -7)), ((6, -50), (36, -44), (33, -6))),
    "squat": Pose((0, -34), ((-6, -32), (30, -42), (14, -6)), ((6, -32), (40, -40), (26, -6))),
    "floor": Pose((0, -16), ((-9, -13), (-34, -9), (2, -6)), ((9, -13), (34, -9), (-4, -6))),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that tells one person of a picture from another; as text, their drawing."""

    x: float
    y: float
    scale: float = 1
    _: KW_ONLY
    facing: Facing = "right"
    pose: str | Pose = "stand"
    near: Arm = NEAR_REST
    far: Arm = FAR_REST
    lean: float = 0
    nod: float = 0
    head: float = 1
    girth: float = 1
    skin: str = FAIR
    hair: str = BLACK
    hairdo: Hairdo = "short"
    hat: Hat = "none"
    hat_fill: str = RED
    top: str = TEAL
    sleeve: Literal["long", "short"] = "long"
    legs: str = INK
    skirt: str = ""
    shorts: str = ""
    shoes: str = INK
    vest: bool = False
    near_thing: str = ""
    far_thing: str = ""

    @property
    def stance(self) -> Pose:
        """The pose itself, looked up if it was given by name."""
        return POSES[self.pose] if isinstance(self.pose, str) else self.pose

    @property
    def mirrored(self) -> bool:
        """Whether the person looks to the left."""
        return self.facing == "left"

    def __str__(self) -> str:
        """The person as SVG."""
        return person(self)


def person(who: Person) -> str:
    """Draw *who* from the far arm to the near one."""
    upper = group(
        _arm(who, FAR_SHOULDER, who.far, who.far_thing),
        _torso(who),
        _head(who),
        _arm(who, NEAR_SHOULDER, who.near, who.near_thing),
        at=who.stance.hip,
        turn=who.lean,
    )
    return group(_legs(who), upper, at=(who.x, who.y), scale=who.scale, flip=who.mirrored)


def shadows(width: float, *feet: Point) -> str:
    """Draw the soft patches, *width* across, that set figures on the ground."""
    patches = "".join(f"M{numbers(x, y / FLAT)}h0" for x, y in feet)
    return faint(stroke(patches, INK, width)).replace("<path", f'<path transform="scale(1 {FLAT})"')


def elbow_and_hand(who: Person, shoulder: Point, arm: Arm) -> tuple[Point, Point]:
    """Find the elbow and the hand of an arm, in the measure of the upper body."""
    bent = arm if isinstance(arm, Bent) else _bend(shoulder, _inside(who, arm), arm.bend)
    elbow = _step(shoulder, bent.upper)
    return elbow, _step(elbow, bent.fore)


def _inside(who: Person, place: Reach) -> Point:
    """Turn a place in the picture into one in the measure of the upper body."""
    x = (place.x - who.x) / who.scale * (-1 if who.mirrored else 1) - who.stance.hip[0]
    y = (place.y - who.y) / who.scale - who.stance.hip[1]
    turn = radians(-who.lean)
    return x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)


def _bend(shoulder: Point, hand: Point, bend: int) -> Bent:
    """Find the directions of the two bones that bring the hand to its place."""
    across, down = hand[0] - shoulder[0], hand[1] - shoulder[1]
    distance = min(max(hypot(across, down), 8), 2 * BONE - 0.1)
    aim = degrees(atan2(across, down))
    spread = degrees(acos(distance / (2 * BONE))) * bend
    return Bent(aim - spread, aim + spread)


def _step(start: Point, direction: float) -> Point:
    """Walk one bone from *start*; 0 is down, 90 ahead."""
    turn = radians(direction)
    return round(start[0] + BONE * sin(turn)), round(start[1] + BONE * cos(turn))


def _between(start: Point, end: Point, part: float) -> Point:
    """Find the point that lies *part* of the way from *start* to *end*."""
    return round(start[0] + (end[0] - start[0]) * part), round(
        start[1] + (end[1] - start[1]) * part
    )


def _arm(who: Person, shoulder: Point, arm: Arm, thing: str) -> str:
    """Draw an arm with its sleeve, and what the hand holds."""
    elbow, hand = elbow_and_hand(who, shoulder, arm)
    held = group(thing, at=hand) if thing else ""
    sleeve = mix(who.top, INK, 0.13) if shoulder is NEAR_SHOULDER and not who.vest else who.top
    if who.sleeve == "short":
        cuff = _between(shoulder, elbow, 0.55)
        return held + band(who.skin, 12, shoulder, elbow, hand) + band(sleeve, 15, shoulder, cuff)
    cuff = _between(elbow, hand, 0.74)
    return held + band(who.skin, 12, cuff, hand) + band(sleeve, 15, shoulder, elbow, cuff)


def _legs(who: Person) -> str:
    """Draw both legs, the shoes and perhaps a skirt or shorts."""
    near, far = who.stance.near, who.stance.far
    toe = 4 if who.facing in {"front", "back"} else 10
    soles = [((foot[0] - 3, foot[1]), (foot[0] + toe, foot[1])) for foot in (near[-1], far[-1])]
    ankles = [(*leg[:-1], (leg[-1][0], leg[-1][1] - 5)) for leg in (far, near)]
    legs = bands(who.legs or who.skin, 17 if who.legs else 13, *ankles)
    return legs + bands(who.shoes, 10, *soles) + _shorts(who) + _skirt(who)


def _shorts(who: Person) -> str:
    """Draw shorts down to the middle of the thighs."""
    if not who.shorts:
        return ""
    near, far = who.stance.near, who.stance.far
    return bands(who.shorts, 21, *((leg[0], _between(leg[0], leg[1], 0.6)) for leg in (far, near)))


def _skirt(who: Person) -> str:
    """Draw a skirt that widens to the knees."""
    if not who.skirt:
        return ""
    (x, y), wide = who.stance.hip, 29 * who.girth
    return path(
        f"M{x - 19:g} {y - 8:g}L{x - wide:g} {y + 44:g}H{x + wide:g}L{x + 19:g} {y - 8:g}Z",
        who.skirt,
    )


def _torso(who: Person) -> str:
    """Draw the trunk, under a red vest when the person serves."""
    wide = round(21 * who.girth)
    hem = f"L{wide} 1Q{wide} 6 {wide - 5} 6H{5 - wide}Q-{wide} 6-{wide} 1Z"
    outline = f"M-21-51Q-21-64-10-65H10Q21-64 21-51{hem}"
    if not who.vest:
        return path(outline, who.top)
    collar = "" if who.facing == "back" else path("M-9-66L2-45L12-66Z", who.top)
    low = round((21 + 3 * wide) / 4)
    stripes = path(f"M-21-34H21V-27H-21ZM-{low}-15H{low}V-8H-{low}Z", PALE)
    return path(outline, RED) + collar + stripes


def _head(who: Person) -> str:
    """Draw neck, face, cheek, hair and hat."""
    parts = (_long_hair(who), _face(who), _hair(who), _hat(who))
    return group(*parts, at=(1, -62 - 25 * who.head), turn=who.nod, scale=who.head)


def _face(who: Person) -> str:
    """Draw neck and bare face with a cheek dot."""
    if who.facing == "back":
        return path("M-7 12V27Q0 33 7 27V12Z", who.skin) + ellipse(0, 0, 20, 22, who.hair)
    cheek = CHEEKS[who.skin]
    dots = circle(10, 6, 4, cheek)
    if who.facing == "front":
        dots = path("M-15 6a4 4 0 1 1 8 0a4 4 0 1 1-8 0M7 6a4 4 0 1 1 8 0a4 4 0 1 1-8 0", cheek)
    return path("M-7 27V19A19 21 0 1 1 7 19V27Q0 33-7 27Z", who.skin) + dots


def _long_hair(who: Person) -> str:
    """Draw the hair that falls behind the neck."""
    across = who.facing in {"front", "back"}
    if who.hairdo == "long":
        front = "M-21-4Q-27 20-23 34H-12Q-8 12-8 0H8Q8 12 12 34H23Q27 20 21-4Z"
        return path(front if across else "M-20-4Q-29 16-25 35H-7Q-2 16 2-4Z", who.hair)
    if who.hairdo == "bob" and across:
        return path("M-21-4Q-26 10-22 20H22Q26 10 21-4Z", who.hair)
    return ""


SIDE_HAIR: dict[str, str] = {
    "short": "M-19 9Q-28-22-1-24Q21-24 20-5Q8-4 1-12Q-2-3-9-2L-11 9Q-15 13-19 9Z",
    "bob": "M-19 20Q-29-23-1-24Q21-24 20-5Q8-4 1-12Q-3-2-9 0L-8 19Q-13 23-19 20Z",
    "bald": "M-19 8Q-24-6-17-14Q-8-14-8-4L-11 8Q-15 12-19 8Z",
}
SIDE_HAIR |= {"long": SIDE_HAIR["bob"], "bun": SIDE_HAIR["short"], "tail": SIDE_HAIR["short"]}
FRONT_HAIR: dict[str, str] = {
    "short": "M-20 4Q-26-24 0-24Q26-24 20 4Q18-7 10-11Q-4-5-14-10Q-18-4-20 4Z",
    "bob": "M-20 18Q-28-24 0-24Q28-24 20 18Q16 4 14-8Q0-3-14-8Q-16 4-20 18Z",
    "bald": "M-20 6Q-23-8-17-12Q-13-2-15 6ZM20 6Q23-8 17-12Q13-2 15 6Z",
}
FRONT_HAIR |= {"long": FRONT_HAIR["bob"], "bun": FRONT_HAIR["short"], "tail": FRONT_HAIR["short"]}


def _hair(who: Person) -> str:
    """Draw the hair that lies on the head."""
    extra = {"bun": circle(-17, -19, 9, who.hair), "tail": path(TAIL, who.hair)}.get(who.hairdo, "")
    if who.facing == "back":
        return extra
    if who.hairdo == "curly":
        return stroke("M-16 6L-19-6L-13-17L0-21L12-17", who.hair, 15)
    shapes = FRONT_HAIR if who.facing == "front" else SIDE_HAIR
    return extra + path(shapes[who.hairdo], who.hair)


TAIL = "M-12-16Q-34-18-33 12Q-32 22-26 24Q-24 2-12-4Z"


def _hat(who: Person) -> str:
    """Draw the hat, if any."""
    return HATS[who.hat](who) if who.hat in HATS else ""


def _cap(who: Person) -> str:
    """Draw a cap whose peak points ahead."""
    if who.facing in {"front", "back"}:
        peak = "" if who.facing == "back" else path("M-17-9Q0-16 17-9Q14-2 0-4Q-14-2-17-9Z", PALE)
        return path("M-21-6Q-23-27 0-27Q23-27 21-6Q0-13-21-6Z", who.hat_fill) + peak
    return path("M-21-4Q-24-27 0-27Q19-27 21-9Q29-8 34-4Q34-1 31-1L4-3Z", who.hat_fill)


def _straw(who: Person) -> str:
    """Draw a wide straw hat."""
    return ellipse(0, -12, 33, 7, who.hat_fill) + path(
        "M-17-12Q-16-30 0-30Q16-30 17-12Z", who.hat_fill
    )


def _helmet(who: Person) -> str:
    """Draw a rescuer's helmet."""
    return path("M-23-2Q-26-29 0-29Q25-29 24-4H30V0H-23Z", who.hat_fill)


def _peaked(who: Person) -> str:
    """Draw a police cap without any badge but a disc."""
    crown = path("M-21-8L-25-20Q0-34 26-20L21-8Z", who.hat_fill)
    return crown + path("M0-8H22Q32-5 31 0Q14-4 0-3Z", INK) + circle(12, -18, 3.5, SUN)


HATS: dict[str, Callable[[Person], str]] = {
    "cap": _cap,
    "straw": _straw,
    "helmet": _helmet,
    "peaked": _peaked,
}
