"""What the benchmarks let be made of a photo, by name: ours, peers and the bare loop alike."""

from __future__ import annotations

from plugins.galleries.recipe import RECIPES, Format, Recipe

PILLOW_QUALITY = 75
"""What Pillow takes where nobody says, and image-process says nothing."""
STANDARD = RECIPES["standard"]
JPEG = STANDARD.formats[-1]

BY_NAME = {
    "standard": STANDARD,
    "jpeg": Recipe(formats=(JPEG,)),
    "two": Recipe(formats=(Format(suffix="jpg", widths=(320, 1280), quality=JPEG.quality),)),
    "four": Recipe(
        formats=(Format(suffix="jpg", widths=(320, 640, 1280, 1920), quality=PILLOW_QUALITY),)
    ),
}
