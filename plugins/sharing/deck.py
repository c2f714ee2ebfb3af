"""The cards of one build: drawn when a page first asks for one, and kept between builds."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from plugins import beside
from plugins.assets.files import write_asset, write_file
from plugins.galleries.records import Photo
from plugins.sharing.layouts import SQUARE, WIDE, Shape

if TYPE_CHECKING:
    from plugins.sharing.fonts import Font

log = logging.getLogger(__name__)

RECIPE = 1
"""To be raised with every change of how cards look: kept ones are then drawn anew."""
PNG = b"\x89PNG"
ENDS = (b"IEND\xaeB`\x82", b"\xff\xd9")
"""How whole files end, PNG and JPEG: they are not forced to the disk one by one."""
LONGEST_END = max(map(len, ENDS))
PICTURES, DRAWING = "pictures", ".svg"
"""The folder of pictures, of editors' and of the site's; how a drawing's name ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What all cards of a site have in common, and where they come from and go to."""

    name: str
    """The campaign's."""
    mark: bytes
    """The mark, as SVG."""
    content: Path
    """Folder of what editors write, drawings among it."""
    kept: Path
    """Folder of the cards of former builds; it may be removed at any time."""
    output: Path
    """Folder of the site; what was made of photos is in it already."""
    photos: Mapping[str, Photo] = field(default_factory=dict)
    """Every picture that files were made of, by its path below the content."""
    font: str = ""
    """The family wanted for titles; empty for the best that there is."""
    whole: tuple[str, ...] = ()
    """Names that the end of a line must not part."""


@dataclass(frozen=True)
class SocialCards:
    """The addresses of a page's cards; a card that nobody asks for is not drawn."""

    make: Callable[[Shape], str] = field(repr=False)
    """Makes a card once, and gives its address ever after."""

    @property
    def wide(self) -> str:
        """1200 by 630 pixels: for services that show a link as a card."""
        return self._address(WIDE)

    @property
    def square(self) -> str:
        """600 by 600 pixels: for chats, which show a link as a small square."""
        return self._address(SQUARE)

    def _address(self, shape: Shape) -> str:
        address = self.make(shape)
        beside.tell(address.lstrip("/"))
        return address


class Deck:
    """Gives pages their cards; within a build each is made once, each picture read once."""

    def __init__(self, materials: Materials) -> None:
        self.materials = materials
        self._unusable: set[str] = set()
        self._digest = cache(self._read_digest)
        self._cards = cache(self._make_cards)

    def social_cards(self, title: str, picture: str = "") -> SocialCards:
        """Give the cards for a page; *picture* is a file's path below the content, or its mere name
        if it is in the folder of pictures.
        """
        source = picture if "/" in picture or not picture else f"{PICTURES}/{picture}"
        return self._cards(str(title), source)

    def _make_cards(self, title: str, picture: str) -> SocialCards:
        @cache
        def make(shape: Shape) -> str:
            is_usable = self._digest(picture) and picture not in self._unusable
            kept = self._card(shape, title, picture if is_usable else "")
            content = kept.read_bytes()
            suffix = "png" if content.startswith(PNG) else "jpg"
            return write_asset(self.materials.output, f"card.{suffix}", content, kept)

        return SocialCards(make)

    def _card(self, shape: Shape, title: str, picture: str) -> Path:
        """Give the file of a card, kept or new; those without words are told apart, until there is
        a font.
        """
        kept = self._place(shape, title, picture)
        if not _is_whole(kept) and self._font is None:
            kept = self._place(shape, None, picture)
        if not _is_whole(kept):
            content = self._drawn(shape, title, picture)
            if content is None:
                return self._card(shape, title, "")
            write_file(kept, content)
        return kept

    def _place(self, shape: Shape, title: str | None, picture: str) -> Path:
        """Name the file of a card after all that it is made of."""
        common = self.materials
        parts = [
            *(RECIPE, shape.width, shape.height, title, common.name, common.font, common.whole),
            *(self._mark_digest, self._digest(picture)),
        ]
        return common.kept / _digest(json.dumps(parts).encode())

    def _drawn(self, shape: Shape, title: str, picture: str) -> bytes | None:
        """Draw a card; none, and a warning, when its picture cannot be opened."""
        from plugins.sharing.cards import CannotDrawError, Subject, draw

        common = self.materials
        path = self._path(picture)
        content = path.read_bytes() if path else b""
        subject = Subject(
            title=title, name=common.name, mark=common.mark, picture=content, whole=common.whole
        )
        try:
            return draw(subject, shape, self._font)
        except CannotDrawError as error:
            log.warning(
                "%s: %s: the picture cannot be opened, so cards go without it: save it again",
                common.content / picture,
                error,
            )
            self._unusable.add(picture)
            return None

    def _read_digest(self, picture: str) -> str:
        """Say what is in a picture; empty for one that is not there. The name of a photo's file
        tells as much as its content, which is not read.
        """
        path = self._path(picture)
        if path is None or not path.is_file():
            return ""
        return path.name if picture in self.materials.photos else _digest(path.read_bytes())

    def _path(self, picture: str) -> Path | None:
        """Say where to read a picture: a photo's widest JPEG, which is upright and has the screen's
        colours, or a drawing; nothing else that editors call a picture is opened.
        """
        common = self.materials
        if photo := common.photos.get(picture):
            return common.output / PICTURES / photo.files("jpg")[-1][0]
        return common.content / picture if picture.endswith(DRAWING) else None

    @cached_property
    def _mark_digest(self) -> str:
        return _digest(self.materials.mark)

    @cached_property
    def _font(self) -> Font | None:
        """Find the font; warns when there is none, or not the one that was wanted."""
        from plugins.sharing.fonts import find_font, is_installed

        wanted = self.materials.font
        font = find_font(wanted)
        if font is None:
            log.warning(
                "This machine has no Chinese font, so social cards go without their title: install "
                "one, for instance by apt install fonts-noto-cjk, and build again"
            )
        elif wanted and not is_installed(wanted):
            log.warning(
                "CARD_FONT: this machine has no font %s, so social cards are set in another: "
                "install it, or name one that fc-list :lang=zh tells",
                wanted,
            )
        return font


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_whole(card: Path) -> bool:
    """Say whether a card is there; a power failure may have left a part of it."""
    try:
        with card.open("rb") as stream:
            stream.seek(-LONGEST_END, os.SEEK_END)
            return stream.read().endswith(ENDS)
    except OSError:
        return False
