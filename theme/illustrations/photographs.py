"""Make photographs of the drawings, as a camera would give them:
``python -m theme.illustrations.photographs [ALBUMS] [DRAWINGS]``.

An album of the demonstration holds no pictures but ``photographs.toml``, which says what to make
and what the camera and the photo program noted. One entry makes one JPEG in the same folder::

    [[photograph]]
    file = "01.jpg"
    drawing = "conference-stars.svg"
    caption = "五星级志愿者在表彰大会上领取证书。"
    caption_en = "Five-star volunteers receive their certificates."
    alt = "台上站着一排穿红马甲的志愿者"   # may be left out, as all that follow
    credit = "插画：本站插画与版式组"
    taken = 2015-12-05
    focus = 0.4   # which part of a wider drawing is kept: 0 left, 1 right
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from theme.illustrations.camera import CameraNotes, write_notes

CONTENT = Path(__file__).resolve().parents[2] / "content"
LIST = "photographs.toml"
WIDTH = 4000
"""Pixels, of a camera with twelve million."""
QUALITY, SMALL_QUALITY = 92, 70
SMALL_WIDTH = 160
RECIPE = "1"
"""To be raised with every change of the code that changes the photographs."""
GRAIN, SOFTNESS, TILE = 8, 1.0, 1024
"""The paper's grain: its strength in levels of 255 before it is blurred, the blur and the size of
the piece that is repeated, in pixels. Without it a drawing is no photograph to an encoder."""
MARK = "xmp.iid:photograph-"
"""Begins the identifier of every file made here; a digest of what it was made of follows."""
MOST_BEFORE_MARK = 65_536


class PhotographError(ValueError):
    """A photograph cannot be made; the message names the file and says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """An entry of a list: a JPEG to be made."""

    file: str
    drawing: str
    caption: str
    caption_en: str
    alt: str = ""
    credit: str = ""
    taken: date | None = None
    focus: float = 0.5
    """Which part of a drawing that is too wide is kept, from 0 (left) to 1 (right)."""

    def notes(self, identifier: str, thumbnail: bytes) -> CameraNotes:
        """Give what is written into the file."""
        return CameraNotes(
            captions={"zh-CN": self.caption, "en": self.caption_en},
            alt=self.alt,
            credit=self.credit,
            taken=self.taken,
            identifier=identifier,
            thumbnail=thumbnail,
        )


NEEDED = ("file", "drawing", "caption", "caption_en")
TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys((*NEEDED, "alt", "credit"), str),
    "taken": date,
    "focus": (int, float),
}


def make_photographs(
    drawings: Path,
    albums: Path,
    tell: Callable[[str], object] = lambda line: None,
    *,
    width: int = WIDTH,
) -> list[str]:
    """Make the missing and outdated photographs of every album below *albums*; give their names as
    ``album/file``.

    A file says itself what it was made of, so one that fits is left alone, whatever became of any
    cache. A photograph that was made here and is on no list any more is removed. *tell* gets a line
    for each. Raises PhotographError, before anything is made of the album that is wrong.
    """
    made = []
    for path in sorted(albums.glob(f"*/{LIST}")):
        wanted = {entry.file: entry for entry in read_list(path)}
        pages = {entry.file: _read_drawing(drawings, entry, path) for entry in wanted.values()}
        for file, entry in wanted.items():
            if _make(path.with_name(file), entry, pages[file], width):
                made.append(f"{path.parent.name}/{file}")
                tell(f"{made[-1]} from {entry.drawing}")
        for leftover in _left_over(path.parent, wanted):
            leftover.unlink()
            tell(f"{path.parent.name}/{leftover.name} removed, {LIST} has no entry for it")
    return made


def read_list(path: Path) -> list[Photograph]:
    """Read an album's list; raises PhotographError for what is wrong in it."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PhotographError(f"{path}: this is no TOML in UTF-8 ({error}): correct it") from error
    entries = content.get("photograph", [])
    is_list = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    if content.keys() - {"photograph"} or not is_list:
        raise PhotographError(f"{path}: write nothing but entries that begin with [[photograph]]")
    photographs = [_entry(path, number, entry) for number, entry in enumerate(entries, 1)]
    files = [photograph.file for photograph in photographs]
    for file in files:
        if files.count(file) > 1:
            raise PhotographError(f"{path}: two entries make {file}: give one another name")
    return photographs


def main(arguments: Sequence[str]) -> int:
    """Make the photographs of the albums, from the drawings, that the command line names."""
    albums, drawings = (*map(Path, arguments), *DEFAULTS[len(arguments) :])
    made = make_photographs(drawings, albums, lambda line: sys.stdout.write(f"{line}\n"))
    sys.stdout.write(f"{len(made)} photographs made in {albums}\n")
    return 0


DEFAULTS = (CONTENT / "galleries", CONTENT / "pictures")
"""The albums and the drawings of this site."""


def _entry(path: Path, number: int, values: Mapping[str, object]) -> Photograph:
    """Check an entry and make a record of it."""

    def wrong(what: str, mend: str) -> PhotographError:
        return PhotographError(f"{path}: entry {number}: {what}: {mend}")

    for key, value in values.items():
        if key not in TYPES:
            raise wrong(f"there is no {key!r}", f"take one of {', '.join(TYPES)}")
        if not isinstance(value, TYPES[key]):
            raise wrong(f"{key} = {value!r} is of the wrong kind", f"see {__name__}")
    missing = [key for key in NEEDED if not values.get(key)]
    if missing:
        raise wrong(f"it has no {' and no '.join(missing)}", "write it")
    photograph = Photograph(**values)  # type: ignore[arg-type]  # checked above
    if Path(photograph.file).name != photograph.file or not photograph.file.endswith(".jpg"):
        raise wrong(f"file = {photograph.file!r} is no name of a JPEG", "write one such as 01.jpg")
    if not 0 <= photograph.focus <= 1:
        raise wrong(f"focus = {photograph.focus} is outside", "write 0 (left) to 1 (right)")
    return photograph


def _read_drawing(drawings: Path, entry: Photograph, path: Path) -> bytes:
    try:
        return (drawings / entry.drawing).read_bytes()
    except OSError as error:
        what = f"{path}: {entry.file}: the drawing {drawings / entry.drawing} cannot be read"
        raise PhotographError(f"{what}: correct the name, or draw it") from error


def _make(file: Path, entry: Photograph, drawing: bytes, width: int) -> bool:
    """Make *file* unless it is what would be made, and tell whether it was made."""
    identifier = MARK + _digest(entry, drawing, width)
    if identifier.encode() in _beginning(file):
        return False
    picture, thumbnail = _photograph(file, entry, drawing, width)
    aside = file.with_name(f".{file.name}.new")
    aside.write_bytes(write_notes(picture, entry.notes(identifier, thumbnail)))
    aside.replace(file)
    return True


def _digest(entry: Photograph, drawing: bytes, width: int) -> str:
    return hashlib.sha256(f"{RECIPE} {width} {entry}".encode() + drawing).hexdigest()[:32]


def _left_over(folder: Path, wanted: Mapping[str, Photograph]) -> Iterator[Path]:
    """Give the files that were made here, and nowhere else, but are wanted no more."""
    for file in sorted(folder.glob("*.jpg")):
        if file.name not in wanted and MARK.encode() in _beginning(file):
            yield file


def _beginning(file: Path) -> bytes:
    """Give the part of a file in which its identifier stands; nothing when there is no file."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BEFORE_MARK)
    except FileNotFoundError:
        return b""


def _photograph(file: Path, entry: Photograph, drawing: bytes, width: int) -> tuple[bytes, bytes]:
    """Render a drawing on paper: the picture and its thumbnail, both JPEGs of four to three."""
    import pyvips

    height = width * 3 // 4
    try:
        size = pyvips.Image.svgload_buffer(drawing)
        scale = max(width / size.width, height / size.height)
        sheet = pyvips.Image.svgload_buffer(drawing, scale=1.001 * scale)
        flat = sheet.flatten(background=[255, 255, 255]).extract_band(0, n=3)
        left = round((flat.width - width) * entry.focus)
        drawn = flat.crop(left, (flat.height - height) // 2, width, height).copy_memory()
        picture = (drawn + _grain(width, height)).cast("uchar")
        small = drawn.thumbnail_image(SMALL_WIDTH)
        return (
            picture.jpegsave_buffer(Q=QUALITY, keep=pyvips.ForeignKeep.NONE),
            small.jpegsave_buffer(Q=SMALL_QUALITY, keep=pyvips.ForeignKeep.NONE),
        )
    except pyvips.Error as error:
        what = f"{file}: the drawing {entry.drawing} cannot be rendered"
        raise PhotographError(f"{what}: open it in a browser and correct it") from error


def _grain(width: int, height: int):  # type: ignore[no-untyped-def]  # pyvips is loaded late
    """Give the grain of paper, the same every time, from a piece without visible seams."""
    import pyvips

    noise = pyvips.Image.gaussnoise(TILE, TILE, mean=0, sigma=GRAIN, seed=7)
    soft = noise.replicate(2, 2).gaussblur(SOFTNESS)
    piece = soft.crop(TILE // 2, TILE // 2, TILE, TILE).copy_memory()
    return piece.replicate(width // TILE + 1, height // TILE + 1).crop(0, 0, width, height)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
