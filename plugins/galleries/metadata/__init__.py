"""What cameras and photo programs wrote into a picture, as words for readers.

Three places hold such words, each in its own form, and all of them are read as what they are: bytes
of strangers. None of the readers raises, whatever stands in them, and none follows them in circles.
"""

from __future__ import annotations

from collections.abc import Sequence

from plugins.galleries.metadata.captions import first
from plugins.galleries.metadata.exif import describe_exif
from plugins.galleries.metadata.iptc import describe_iptc
from plugins.galleries.metadata.xmp import describe_xmp
from plugins.galleries.records import Description

LANGUAGES = ("zh-CN", "zh-Hans", "zh")
"""The languages of captions that are taken first, the best first."""


def read_description(
    exif: bytes, xmp: bytes, iptc: bytes, languages: Sequence[str] = LANGUAGES
) -> Description:
    """Tell what a picture's metadata say of it; each is empty bytes where there is none.

    XMP goes first, for it knows languages and is what today's programs write, then IPTC, then
    EXIF; but the day is the camera's. Texts that a camera wrote by itself do not count. Where the
    same is found, and how the places relate: Metadata Working Group, Guidelines for Handling Image
    Metadata 2.0, chapter 5.
    """
    found = (describe_xmp(xmp, languages), describe_iptc(iptc), describe_exif(exif))
    return Description(
        caption=first(each.caption for each in found),
        alt=first(each.alt for each in found),
        credit=first(each.credit for each in found),
        taken=first(each.taken for each in reversed(found)),
    )
