"""Makes photos that look and weigh like a camera's: soft light, texture of all sizes, edges, grain.

Every one is another picture, and the same number is always the same picture.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyvips

from comment_archive.files import write_aside
from theme.illustrations.camera import CameraNotes, write_notes

LOOK = 2
"""To be raised when the photos are to look otherwise."""
QUALITY = 92
THUMBNAIL = 160
"""Pixels across of the small picture that cameras keep among their notes."""
FIRST_DAY = date(2015, 3, 5)
OCTAVES = 9
"""Texture's patches are this often halved."""
COARSEST = 8
"""How many of the largest patches of texture stand side by side."""
ROUGHNESS = 0.55
"""Patches of half the size differ by this power of two less: 0.5 to 0.7 is found in photos."""
SHAPES = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """What size of photos it makes, in pixels."""

    width: int
    height: int


TWELVE_MEGAPIXELS = Camera(width=4000, height=3000)
SMALL = Camera(width=640, height=480)
"""For short forms: the same photos made smaller, which look and weigh the same on a phone."""


def make_photos(count: int, camera: Camera, folder: Path) -> list[Path]:
    """Give *count* different photos, made below *folder* where they are not there already."""
    kept = folder / f"{camera.width}-{LOOK}"
    kept.mkdir(parents=True, exist_ok=True)
    photos = [kept / f"{number:04}.jpg" for number in range(count)]
    missing = [(number, path) for number, path in enumerate(photos) if not path.is_file()]
    for done, (number, path) in enumerate(missing, 1):
        _tell(f"making photo {done} of {len(missing)}")
        write_aside(path, make_photo(number, camera))
    if missing:
        _tell("")
    return photos


def make_photo(number: int, camera: Camera) -> bytes:
    """Give photo *number* as a JPEG with all that a camera notes."""
    photo = _taken(number, TWELVE_MEGAPIXELS)
    if camera != TWELVE_MEGAPIXELS:
        photo = photo.resize(camera.width / photo.width)
    jpeg = photo.jpegsave_buffer(Q=QUALITY)
    return write_notes(jpeg, _notes(number, jpeg))


def link(photos: Sequence[Path], count: int, folder: Path, first: int = 0) -> list[Path]:
    """Show *photos* under *count* names in *folder*, again from the first one where they run out;
    costs no space on the disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / f"photo-{number:04}.jpg" for number in range(first, first + count)]
    for number, name in enumerate(names, first):
        name.unlink(missing_ok=True)
        os.link(photos[number % len(photos)], name)
    return names


def _taken(number: int, camera: Camera) -> Any:
    """Lay texture, patches of other colours and grain over a scene."""
    chance, seed = random.Random(number), number * 1000  # noqa: S311 -- a picture is no secret
    scene = pyvips.Image.svgload_buffer(_scene(chance, camera).encode()).flatten().copy_memory()
    texture = _texture(camera, seed=seed, finest=2)
    colours = _texture(camera, seed=seed + 1, finest=32) * [0.5, 0, -0.5]
    grain = _noise(camera.width, camera.height, seed + 2) * chance.uniform(3, 6)
    return (scene + texture + colours + grain).cast("uchar").copy(interpretation="srgb")


def _scene(chance: random.Random, camera: Camera) -> str:
    """Draw a soft background from light to dark, and things with edges on its lower part."""
    width, height = camera.width, camera.height
    stops = zip(("0", ".5", "1"), ((120, 240), (90, 220), (30, 140)), strict=True)
    gradient = "".join(
        f'<stop offset="{offset}" stop-color="{_colour(chance, *tones)}"/>'
        for offset, tones in stops
    )
    things = "".join(_thing(chance, width, height) for _ in range(SHAPES))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><defs>'
        f'<linearGradient id="light" x2="0" y2="1">{gradient}</linearGradient></defs>'
        f'<rect width="{width}" height="{height}" fill="url(#light)"/>{things}</svg>'
    )


def _thing(chance: random.Random, width: int, height: int) -> str:
    """Draw a wall, a head or a branch."""
    x, y = chance.randint(0, width), chance.randint(height // 3, height)
    across, high = (
        chance.randint(width // 200, width // 6),
        chance.randint(height // 60, height // 4),
    )
    colour = _colour(chance, 25, 230)
    kind = chance.randrange(3)
    if kind == 0:
        return f'<rect x="{x}" y="{y}" width="{across}" height="{high}" fill="{colour}"/>'
    if kind == 1:
        return f'<ellipse cx="{x}" cy="{y}" rx="{across // 2}" ry="{high // 2}" fill="{colour}"/>'
    return (
        f'<path d="M{x} {y}q{across - width // 12} {-high} {across} {high}" stroke="{colour}" '
        f'stroke-width="{1 + across // 20}" fill="none"/>'
    )


def _colour(chance: random.Random, low: int, high: int) -> str:
    """Mix a colour that is not loud: its three parts are drawn towards their middle."""
    parts = [chance.randint(low, high) for _ in range(3)]
    middle = sum(parts) / 3
    return "rgb({:.0f},{:.0f},{:.0f})".format(*((part + middle) / 2 for part in parts))


def _texture(camera: Camera, *, seed: int, finest: int) -> Any:
    """Give patches of light and dark, from an eighth of the picture down to *finest* pixels."""
    patch = 2**OCTAVES
    while patch * COARSEST > camera.width:
        patch //= 2
    width, height = camera.width // patch + 1, camera.height // patch + 1
    texture = _noise(width, height, seed) * patch**ROUGHNESS
    while patch > finest:
        patch, width, height = patch // 2, width * 2, height * 2
        finer = _noise(width, height, seed + patch) * patch**ROUGHNESS
        texture = (texture.resize(2, kernel="cubic") + finer).copy_memory()
    whole = texture.resize(patch, kernel="linear")
    return whole.crop(0, 0, camera.width, camera.height)


def _noise(width: int, height: int, seed: int) -> Any:
    return pyvips.Image.gaussnoise(width, height, mean=0, sigma=1, seed=seed)


def _notes(number: int, photo: bytes) -> CameraNotes:
    """Say what the camera noted: words for readers, and all that must not be published."""
    words = f"测试照片第{number + 1}张"
    small: Any = pyvips.Image.thumbnail_buffer(photo, THUMBNAIL)
    return CameraNotes(
        captions={"zh-CN": words},
        alt=words,
        credit="测试相机",
        taken=FIRST_DAY + timedelta(days=number),
        identifier=f"bench-{number:04}",
        thumbnail=small.jpegsave_buffer(keep="none"),
    )


def _tell(what: str) -> None:
    """Show the progress on one line of a terminal; elsewhere be silent."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{what}")
        sys.stderr.flush()
