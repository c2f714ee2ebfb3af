"""How fast, small and discreet are the pictures? Against Sigal, image-process, Hugo and libvips.

Everybody gets the same photos of twelve megapixels (parts/photos.py), the same sizes and JPEG
quality, and two cores; all run in turn, from nothing, and medians count. Peers are installed below
var/bench. The short form has small photos, asks no peer and judges no time, but counts and bytes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pyvips

from benchmarks.parts.bench import PHOTOS, VAR, Bench, Form, Group
from benchmarks.parts.growth import GROWTH
from benchmarks.parts.peers import HUGO, IMAGE_PROCESS, SIGAL
from benchmarks.parts.photos import SMALL, TWELVE_MEGAPIXELS, make_photos
from benchmarks.parts.product import PRODUCT
from benchmarks.parts.runs import few_cores
from benchmarks.parts.speed import NO_WORK, SPEED
from benchmarks.parts.table import Row, report, versions_of

FULL = Form(
    camera=TWELVE_MEGAPIXELS,
    different=48,
    times=3,
    two_widths=48,
    four_widths=12,
    product=100,
    unchanged=1000,
    few=200,
    many={"jpeg": 2000, "standard": 2000},
)
SHORT = Form(
    camera=SMALL,
    different=8,
    times=1,
    two_widths=4,
    four_widths=4,
    product=100,
    unchanged=8,
    few=4,
    many={},
    is_short=True,
)
GROUPS: tuple[Group[Bench], ...] = (*SPEED, PRODUCT, NO_WORK, GROWTH)
REMARKS = (
    "Photos a second: whole runs from nothing, the program's start included. Ours, Sigal and "
    "image-process write progressive JPEG, Hugo cannot; image-process works on one core at a time "
    "and at Pillow's quality 75, which ours and Hugo take for that comparison; Sigal has "
    "write_html off, Hugo its quickest filter (box).",
    "Nothing changed: small photos, as nobody opens them.",
    "Memory: PSS of all processes together.",
)


def main(quick: bool) -> int:
    """Measure and print; gives 1 when a figure is missed."""
    form = SHORT if quick else FULL
    VAR.mkdir(parents=True, exist_ok=True)
    photos = make_photos(form.different, form.camera, PHOTOS)
    with few_cores(), tempfile.TemporaryDirectory(prefix="run-", dir=VAR) as folder:
        bench = Bench(form=form, photos=photos, folder=Path(folder))
        rows = [row for group in GROUPS for row in _answers(group, bench)]
    return report("pictures", rows, _versions(), remarks=REMARKS, keep=not quick)


def _answers(group: Group[Bench], bench: Bench) -> list[Row]:
    """Measure one group, and say so: the whole takes a quarter of an hour."""
    sys.stderr.write(f"Measuring: {group.questions[0].what}\n")
    return list(group.rows(bench))


def _versions() -> dict[str, str]:
    library = ".".join(str(pyvips.version(part)) for part in range(3))
    peers = dict(pin.split("==") for pins in (SIGAL, IMAGE_PROCESS, HUGO) for pin in pins)
    return versions_of("pyvips") | {"libvips": library} | peers
