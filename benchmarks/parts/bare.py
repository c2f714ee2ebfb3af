"""Makes the same files as the product with nothing but the image library: what the rest costs.

python -m benchmarks.parts.bare RECIPE FOLDER TARGET    two processes share the photos
python -m benchmarks.parts.bare --one RECIPE PHOTO TARGET    prints the seconds of one photo
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ["VIPS_CONCURRENCY"] = "1"

import pyvips

from benchmarks.parts.recipes import BY_NAME
from plugins.galleries.recipe import Format, Recipe

PROCESSES = 2


def make(photo: Path, target: Path, recipe: Recipe) -> None:
    """Make the files of one photo, each from the next larger one."""
    content = photo.read_bytes()
    image = pyvips.Image.jpegload_buffer(content)
    full, ratio = image.width, image.height / image.width
    widths = {width: None for each in recipe.formats for width in each.widths_of(full)}
    shrink = next(each for each in (8, 4, 2, 1) if full >= each * max(widths))
    image = pyvips.Image.jpegload_buffer(content, shrink=shrink, access="sequential")
    for width in sorted(widths, reverse=True):
        height = round(width * ratio)
        if (image.width, image.height) != (width, height):
            image = image.resize(width / image.width, vscale=height / image.height)
        image = image.copy_memory()
        for each in recipe.formats:
            if width in each.widths_of(full):
                path = target / f"{photo.stem}-{width}.{each.suffix}"
                path.write_bytes(encoded(image, each))


def encoded(image: Any, form: Format) -> bytes:
    """Encode *image* with the product's options."""
    if form.suffix == "avif":
        return bytes(
            image.heifsave_buffer(
                compression="av1", Q=form.quality, effort=form.effort, bitdepth=8, keep="none"
            )
        )
    return bytes(
        image.jpegsave_buffer(Q=form.quality, interlace=True, optimize_coding=True, keep="none")
    )


def main() -> None:
    """Do what the command line says."""
    *flags, name, source, target = sys.argv[1:]
    folder, recipe = Path(target), BY_NAME[name]
    folder.mkdir(parents=True, exist_ok=True)
    if flags == ["--one"]:
        began = time.perf_counter()
        make(Path(source), folder, recipe)
        sys.stdout.write(f"{time.perf_counter() - began}\n")
        return
    photos = sorted(Path(source).glob("*.jpg"))
    with get_context("spawn").Pool(PROCESSES) as pool:
        for _ in pool.imap_unordered(partial(make, target=folder, recipe=recipe), photos):
            pass
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
