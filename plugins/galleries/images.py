"""Opens pictures and makes smaller ones of them: the only place that knows the image library.

A picture is opened once, made sRGB and as large as the widest file wants it, and each file is made
of the next larger one. What a file is, its content says; its name says nothing. Loaders are chosen
from a short list, so that no file reaches a decoder that nobody thought of.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import pyvips

from plugins.galleries.placeholders import grid_of
from plugins.galleries.recipe import Format
from plugins.galleries.records import BadPictureError

MOST_HEAPS = -8
"""The number of an option of the GNU C library, M_ARENA_MAX."""


def _settle() -> None:
    """Let a picture be the work of one thread, as a process a core is cheaper, and an encoder that
    shares its work out writes other bytes; and keep memory at what one picture needs.

    The image library need not remember pictures, as none is opened twice; and threads that come and
    go for each picture need not leave a heap behind each, which more than doubled the memory.
    """
    pyvips.vips_lib.vips_concurrency_set(1)
    pyvips.cache_set_max(0)
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option:
            set_option(MOST_HEAPS, 1)


_settle()

AGAIN = "从相机或手机里重新拷一次"
AS_JPEG = "用看图软件另存为JPEG"
LONGEST_SIDE = 16_384
"""In pixels: neither side of an AVIF may be longer."""
SMALLEST = 320
"""How wide a picture is opened of which only the colours are wanted, in pixels."""
SHRINKS = (8, 4, 2, 1)
"""What decoders can divide a picture's sides by, as they read it."""
BLOCK = 4096
"""In bytes, of a file system."""
PIXELS_OF_JPEG, END_OF_JPEG = b"\xff\xda", b"\xff\xd9"
PROFILE = "icc-profile-data"
WHITE = 255
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
SIGNATURES = (
    ("JPEG", b"\xff\xd8\xff"),
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("WebP", b"RIFF....WEBP"),
    ("GIF", b"GIF8[79]a"),
    ("Canon raw", b"II\\*\0....CR"),
    ("TIFF", b"II\\*\0|MM\0\\*|II\\+\0|MM\0\\+"),
    ("BMP", b"BM.{4}\0{4}"),
    ("Photoshop", b"8BPS"),
    ("PDF", b"%PDF"),
    ("JPEG XL", b"\xff\x0a|\0\0\0\x0cJXL "),
    ("JPEG 2000", b"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    ("SVG", rb"(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml[^>]*>.{0,2000}<svg)"),
    ("HTML", rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)"),
)
"""How files begin, as regular expressions; the first that fits tells the kind."""
MENDS = {
    "HEIC": "在手机里或用看图软件另存为JPEG",
    "SVG": "导出成PNG，宽2000像素左右",
    "PDF": "把那一页导出成PNG，宽2000像素左右",
    "HTML": "保存图片本身，不要保存网页",
    "视频": "截一张图，存成JPEG",
}
LOADERS: dict[str, Callable[..., Any]] = {
    "JPEG": pyvips.Image.jpegload_buffer,
    "PNG": pyvips.Image.pngload_buffer,
    "WebP": pyvips.Image.webpload_buffer,
    "AVIF": pyvips.Image.heifload_buffer,
    "GIF": pyvips.Image.gifload_buffer,
    "TIFF": pyvips.Image.tiffload_buffer,
}
"""The kinds that are opened; of moving ones the first picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a picture's file says before its pixels are read."""

    kind: str
    """One of LOADERS."""
    width: int
    """In pixels, held upright."""
    height: int
    exif: bytes = b""
    """As it stands in the file, like the next two; empty if there is none."""
    xmp: bytes = b""
    iptc: bytes = b""


def read_header(content: bytes, most_pixels: int) -> Header:
    """Read what the file *content* says of its picture, and no pixel.

    Raises BadPictureError if it is no picture that can be opened or has more than *most_pixels*.
    """
    kind = _kind_of(content)
    if kind == "JPEG" and _is_broken_off(content):
        raise BadPictureError("这个JPEG文件只拷了一半（后面全是零）", AGAIN)
    with _errors_told(kind):
        image = LOADERS[kind](content)
    width, height = image.width, image.height
    if width * height > most_pixels:
        what = f"照片有 {width} x {height} 像素，超过 {most_pixels:,}"
        raise BadPictureError(what, "另存一份小的，最宽4000像素")
    if _orientation(image) > 4:
        width, height = height, width
    blobs = {name: _blob(image, f"{name}-data") for name in ("exif", "xmp", "iptc")}
    return Header(kind=kind, width=width, height=height, **blobs)


def make_files(
    content: bytes,
    header: Header,
    wanted: Sequence[tuple[Format, int]],
    write: Callable[[Format, int, bytes], object],
    *,
    levels: Iterable[int] = (),
) -> str:
    """Make the files *wanted*, each a format and a width of at most the picture's own.

    Gives each to *write* as soon as it is made: sRGB, upright, on white, without metadata. With the
    same *levels*, which are all widths that the recipe makes of the picture, a file and the cells
    are the same to the byte, whatever else is wanted. Returns the cells of the placeholder. Raises
    BadPictureError if the picture cannot be decoded.
    """
    formats: defaultdict[int, list[Format]] = defaultdict(list)
    for each, width in wanted:
        formats[width].append(each)
    widths = sorted({*formats, *levels}, reverse=True) or [min(SMALLEST, header.width)]
    _check_shape(header, widths[0])
    with _errors_told(header.kind):
        level = _decoded(content, header, widths[0])
        for width in widths:
            level = _resized(level, width, _height(header, width))
            for each in formats.get(width, ()):
                write(each, width, ENCODERS[each.suffix](level, each))
        return _cells(level)


def _kind_of(content: bytes) -> str:
    """Name the kind of a file that can be opened; raises BadPictureError for others."""
    kind = _container(content) or next((name for name, starts in _STARTS if starts(content)), "")
    if kind in LOADERS:
        return kind
    if kind:
        raise BadPictureError(f"这是{kind}，网页上显示不了", MENDS.get(kind, AS_JPEG))
    raise _unknown(content)


_STARTS = [(name, re.compile(pattern, re.DOTALL).match) for name, pattern in SIGNATURES]


def _container(content: bytes) -> str:
    """Name the kind of a file in the container that AVIF shares with HEIC and videos."""
    if content[4:8] != b"ftyp":
        return ""
    end = min(int.from_bytes(content[:4], "big"), 512)
    brands = {content[at : at + 4] for at in range(8, end, 4)}
    if brands & AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & HEIC_BRANDS else "视频"


def _unknown(content: bytes) -> BadPictureError:
    """Say of a file of no known kind what is likely to have happened to it."""
    if not content:
        return BadPictureError("文件是空的（0字节）", AGAIN)
    if not content.strip(b"\0"):
        return BadPictureError("文件里全是零", AGAIN)
    what = "是文字" if _is_text(content[:1000]) else "都不是"
    return BadPictureError(f"能显示的是{'、'.join(LOADERS)}，这个文件{what}", AS_JPEG)


def _is_text(content: bytes) -> bool:
    """Say whether *content*, which may end amid a character, is a text."""
    return b"\0" not in content and "\ufffd" not in content.decode(errors="replace")[:-1]


def _is_broken_off(content: bytes) -> bool:
    """Say whether a JPEG was copied in part only: it can have its full length all the same, and a
    decoder takes the zeros at its end for grey.
    """
    if not content.endswith(bytes(BLOCK)):
        return False
    rest = content.rstrip(b"\0")
    return rest.rfind(END_OF_JPEG) < rest.rfind(PIXELS_OF_JPEG)


def _blob(image: Any, name: str) -> bytes:
    return bytes(image.get(name)) if image.get_typeof(name) else b""


def _orientation(image: Any) -> int:
    """Say how the picture lies in its file: 1 is upright, 5 to 8 lie on a side."""
    return int(image.get("orientation")) if image.get_typeof("orientation") else 1


@contextmanager
def _errors_told(kind: str) -> Iterator[None]:
    """Turn the library's errors into BadPictureError."""
    try:
        yield
    except pyvips.Error as error:
        what = f"这个{kind}文件坏了，或者没有拷全{_reason(error)}"
        raise BadPictureError(what, AGAIN) from error


def _reason(error: pyvips.Error) -> str:
    """Give the last thing that the library said, in brackets, if it said anything in words."""
    lines = [line.strip() for line in str(error).splitlines()[1:]]
    words = [line for line in lines if re.search("[a-z]{3}", line)]
    return f"（{words[-1].partition(': ')[2] or words[-1]}）" if words else ""


def _height(header: Header, width: int) -> int:
    return max(1, round(width * header.height / header.width))


def _check_shape(header: Header, width: int) -> None:
    """Raise BadPictureError if a file of that width would be too high for the encoder."""
    if _height(header, width) > LONGEST_SIDE:
        what = f"照片太窄太高（{header.width} x {header.height} 像素）"
        raise BadPictureError(what, "切成几张")


def _decoded(content: bytes, header: Header, width: int) -> Any:
    """Open the picture upright and *width* pixels wide, in memory."""
    image = LOADERS[header.kind](
        content, access="sequential", fail_on="error", **_shrinking(header, width)
    )
    image = _flat(_in_srgb(image))
    orientation = _orientation(image)
    size = width, _height(header, width)
    if orientation == 1:
        return _resized(image, *size)
    upright = _resized(image, *(size[::-1] if orientation > 4 else size)).autorot()
    return upright.copy_memory()


def _shrinking(header: Header, width: int) -> dict[str, float]:
    """Let the decoder leave out what is not needed, where it can."""
    shrink = next(each for each in SHRINKS if header.width >= each * width)
    if header.kind == "JPEG":
        return {"shrink": shrink}
    return {"scale": 1 / shrink} if header.kind == "WebP" else {}


def _resized(image: Any, width: int, height: int) -> Any:
    """Give the picture in that size, in memory: it can be read again, and turned."""
    if (image.width, image.height) != (width, height):
        image = image.resize(width / image.width, vscale=height / image.height)
    return image.copy_memory()


def _in_srgb(image: Any) -> Any:
    """Give the picture in the colours of the web, 8 bits each; a broken profile counts as none."""
    is_cmyk = image.interpretation == "cmyk"
    profile = _blob(image, PROFILE)
    if is_cmyk or (profile and not (image.bands > 2 and _is_srgb(profile))):
        try:
            return _transformed(image, "cmyk" if is_cmyk else "srgb")
        except pyvips.Error:
            return image.colourspace("srgb")
    return image.colourspace("srgb")


def _transformed(image: Any, otherwise: str) -> Any:
    return image.icc_transform(
        "srgb",
        embedded=True,
        input_profile=otherwise,
        intent="relative",
        black_point_compensation=True,
        depth=8,
    )


@lru_cache(maxsize=8)
def _is_srgb(profile: bytes) -> bool:
    """Say whether colours come through the *profile* as they are: then the way can be spared."""
    levels = bytes(level for colour in product((0, 32, 128, 255), repeat=3) for level in colour)
    colours: Any = pyvips.Image.new_from_memory(levels, len(levels) // 3, 1, 3, "uchar")
    colours = colours.copy(interpretation="srgb")
    colours.set_type(pyvips.GValue.blob_type, PROFILE, profile)
    try:
        return bool((_transformed(colours, "srgb") - colours).abs().max() <= 1)
    except pyvips.Error:
        return True


def _flat(image: Any) -> Any:
    """Lay the picture on white; what a TIFF may have beside colours and alpha is left out."""
    if image.bands > 4:
        image = image.extract_band(0, n=4)
    return image.flatten(background=WHITE) if image.hasalpha() else image


def _avif(image: Any, recipe: Format) -> bytes:
    return bytes(
        image.heifsave_buffer(
            compression="av1",
            Q=recipe.quality,
            effort=recipe.effort,
            bitdepth=8,
            keep="none",
        )
    )


def _jpeg(image: Any, recipe: Format) -> bytes:
    return bytes(
        image.jpegsave_buffer(Q=recipe.quality, interlace=True, optimize_coding=True, keep="none")
    )


ENCODERS: dict[str, Callable[[Any, Format], bytes]] = {"avif": _avif, "jpg": _jpeg}
"""By a format's suffix."""


def _cells(image: Any) -> str:
    """Give the colours of a grid laid over the picture; see plugins.galleries.placeholders."""
    columns, rows = grid_of(image.width, image.height)
    across, down = columns / image.width, rows / image.height
    small = image.resize(across, vscale=down, kernel="linear", gap=1)  # the mean of each cell
    levels = [round(level / 17) for level in bytes(small.write_to_memory())]
    digits = "".join(f"{level:x}" for level in levels)
    return "/".join(digits[at : at + 3 * columns] for at in range(0, len(digits), 3 * columns))
