"""Makes the files that editors drop into an album by mistake, and the odd ones that are good."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pyvips
from PIL import Image, ImageDraw

SIZE = (480, 320)
CORNERS = ((200, 30, 40), (240, 200, 60), (40, 120, 70), (30, 60, 160))
"""The colours of a sample's quarters: upper left, upper right, lower left, lower right."""
ORIENTATION = 0x0112
LYING = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture is laid into a file of each orientation."""


def quarters(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Draw a sample picture of four flat colours, no two sides alike."""
    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    for number, colour in enumerate(CORNERS):
        x, y = number % 2 * (width // 2), number // 2 * (height // 2)
        draw.rectangle((x, y, x + width, y + height), fill=colour)
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Give *image* as a file of one of Pillow's formats."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(size: tuple[int, int] = SIZE, **options: object) -> bytes:
    """Give a good JPEG."""
    return encoded(quarters(size), "JPEG", **{"quality": 90, "subsampling": 0, **options})


def noisy_jpeg() -> bytes:
    """Give a JPEG whose pixels take more room than its head."""
    noise = Image.effect_noise(SIZE, 60)
    return encoded(Image.merge("RGB", (noise, noise, noise)), "JPEG", quality=90)


def truncated() -> bytes:
    """Give the first half of a JPEG."""
    content = noisy_jpeg()
    return content[: len(content) // 2]


def zero_tail() -> bytes:
    """Give a JPEG whose second half is zeros, as after a copy that was broken off."""
    content = noisy_jpeg()
    half = len(content) // 2
    return content[:half] + bytes(len(content) - half)


def header_only() -> bytes:
    """Give a JPEG up to where its pixels begin."""
    content = noisy_jpeg()
    start = content.index(b"\xff\xda")
    length = int.from_bytes(content[start + 2 : start + 4], "big")
    return content[: start + 2 + length]


def chunk(name: bytes, content: bytes) -> bytes:
    """Give a part of a PNG."""
    crc = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)


def png_bomb(side: int = 30_000) -> bytes:
    """Give a black PNG of 0.9 MB that takes 0.9 GB when it is opened."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", _zeros(side * (side + 1))), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _zeros(count: int) -> bytes:
    """Compress *count* zeros without going through them: the same block again and again."""
    block = 1_000_000
    deflate = zlib.compressobj(9, wbits=-15)
    first = deflate.compress(bytes(block)) + deflate.flush(zlib.Z_FULL_FLUSH)
    rest = deflate.compress(bytes(count % block)) + deflate.flush()
    checksum = count % 65_521 << 16 | 1
    return b"\x78\xda" + first * (count // block) + rest + struct.pack(">I", checksum)


def jpeg_bomb(side: int = 65_500, length: int = 380) -> bytes:
    """Give a JPEG of *length* bytes that says that it has *side* x *side* pixels."""
    content = bytearray(encoded(Image.new("L", (8, 8)), "JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    comment = b"\xff\xfe" + struct.pack(">H", length - len(content) - 2)
    content[2:2] = comment.ljust(length - len(content), b" ")
    return bytes(content)


def heic() -> bytes:
    """Give the beginning of what phones save as HEIC."""
    brands = b"heic" + bytes(4) + b"mif1MiHBheic"
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\0\0\0\x08meta" + bytes(200)


@cache
def profile(name: str) -> bytes:
    """Give the ICC profile ``cmyk``, ``p3`` or ``srgb`` that the image library brings."""
    colour = pyvips.Image.black(1, 1, bands=3).cast("uchar").copy(interpretation="srgb")
    return bytes(colour.icc_export(output_profile=name, depth=8).get("icc-profile-data"))


def grey_profile(gamma: float) -> bytes:
    """Give an ICC profile of grey levels, which programs for printing put into pictures."""
    white = struct.pack(">3i", *(round(value * 65_536) for value in (0.9642, 1, 0.8249)))
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + bytes(2)
    tags = {b"wtpt": b"XYZ " + bytes(4) + white, b"kTRC": curve}
    start = 128 + 4 + 12 * len(tags)
    table = struct.pack(">I", len(tags))
    for name, tag in tags.items():
        table += struct.pack(">4sII", name, start, len(tag))
        start += len(tag)
    kind = struct.pack(">II4s4s4s", 0, 0x02100000, b"mntr", b"GRAY", b"XYZ ")
    head = struct.pack(">I", start) + kind + bytes(12) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + table + b"".join(tags.values())


def cmyk(**options: object) -> bytes:
    """Give a JPEG for printers; ``icc_profile`` says which inks."""
    return encoded(inks(), "JPEG", quality=95, **options)


def inks() -> Image.Image:
    """Draw four flat mixtures of inks that can be shown on a screen."""
    mixtures = ((20, 200, 180, 10), (10, 40, 180, 0), (150, 60, 160, 30), (60, 60, 60, 40))
    image = Image.new("CMYK", SIZE)
    draw = ImageDraw.Draw(image)
    for number, mixture in enumerate(mixtures):
        x, y = number % 2 * (SIZE[0] // 2), number // 2 * (SIZE[1] // 2)
        draw.rectangle((x, y, x + SIZE[0], y + SIZE[1]), fill=mixture)
    return image


def grey_16_bit() -> bytes:
    """Give a grey PNG of 16 bits, whose upper half has the level 64 of 255, the lower one 192."""
    image = Image.new("I;16", SIZE, 192 * 257)
    image.paste(64 * 257, (0, 0, SIZE[0], SIZE[1] // 2))
    return encoded(image, "PNG")


def alpha() -> bytes:
    """Give a PNG that is clear above and, below, half clear red."""
    image = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    image.paste((255, 0, 0, 128), (0, SIZE[1] // 2, *SIZE))
    return encoded(image, "PNG")


def moving(kind: str) -> bytes:
    """Give a GIF or WebP of three pictures, of which the first is the sample."""
    others = [Image.new("RGB", SIZE, colour) for colour in ((9, 9, 9), (250, 250, 250))]
    return encoded(quarters(), kind, save_all=True, append_images=others, duration=100)


def lying(orientation: int, kind: str = "JPEG", **options: object) -> bytes:
    """Give the sample as a camera saves it that was held in one of eight ways."""
    image, way = quarters(), LYING[orientation]
    notes = Image.Exif()
    notes[ORIENTATION] = orientation
    laid = image if way is None else image.transpose(way)
    return encoded(laid, kind, exif=notes.tobytes(), **options)


BAD: dict[str, Callable[[], bytes]] = {
    "truncated.jpg": truncated,
    "zero-tail.jpg": zero_tail,
    "empty.jpg": bytes,
    "zeros.jpg": partial(bytes, 5_000),
    "text.jpg": lambda: "这不是一张照片。\n".encode() * 40,
    "page.jpg": lambda: b"<!doctype html>\n<title>404</title>\n",
    "header-only.jpg": header_only,
    "bomb.png": png_bomb,
    "bomb.jpg": jpeg_bomb,
    "phone.heic": heic,
    "phone-named.jpg": heic,
}
"""Files that cannot be shown, by name."""
ODD: dict[str, Callable[[], bytes]] = {
    "cmyk.jpg": lambda: cmyk(icc_profile=profile("cmyk")),
    "cmyk-without-profile.jpg": cmyk,
    "display-p3.jpg": lambda: jpeg(icc_profile=profile("p3")),
    "grey-16-bit.png": grey_16_bit,
    "alpha.png": alpha,
    "moving.gif": lambda: moving("GIF"),
    "moving.webp": lambda: moving("WEBP"),
    "given.avif": lambda: encoded(quarters(), "AVIF", quality=90),
    "given.webp": lambda: encoded(quarters(), "WEBP", quality=90),
    "given.tif": lambda: encoded(quarters(), "TIFF"),
    "png-named.jpg": lambda: encoded(quarters(), "PNG"),
    "panorama.jpg": lambda: jpeg((12_000, 40)),
    "dot.png": lambda: encoded(Image.new("RGB", (1, 1), (200, 30, 40)), "PNG"),
    **{f"orientation-{number}.jpg": partial(lying, number, quality=90) for number in LYING},
    "with spaces.jpg": jpeg,
    "number #1.jpg": jpeg,
    "100%.jpg": jpeg,
    "\"double\" and 'single'.jpg": jpeg,
    "请愿书.jpg": jpeg,
}
"""Files that look wrong and can be shown, by name."""


def write_all(folder: Path) -> None:
    """Write every file of BAD and ODD into *folder*, which is there."""
    for name, make in {**BAD, **ODD}.items():
        (folder / name).write_bytes(make())
