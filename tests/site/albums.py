"""Albums of whole sites: photos as a camera leaves them, and folders as editors do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from publishing.build import build
from tests.living_site import LivingSite
from tests.plugins.galleries.bad_pictures import encoded, quarters
from theme.illustrations.camera import CameraNotes, write_notes

SIZE = (480, 320)
WIDE = (900, 600)
NOTED = {
    "exif": b"Exif\0\0",
    "xmp": b"http://ns.adobe.com/xap/1.0/\0",
    "iptc": b"Photoshop 3.0\0",
}
"""How the segments of a JPEG begin in which each kind of notes stands."""


def photograph(number: int, size: tuple[int, int] = SIZE, **notes: object) -> bytes:
    """Take a photo with all that a camera notes; another *number* gives another picture."""
    image = quarters(size)
    dot = Image.new("RGB", (size[0] // 4, size[1] // 4), (37 * number % 256, 90, 140))
    image.paste(dot, (size[0] // 3, size[1] // 3))
    return write_notes(encoded(image, "JPEG", quality=85), CameraNotes(**notes))


def without(jpeg: bytes, *kinds: str) -> bytes:
    """Take notes of *kinds*, which are keys of NOTED, out of what ``photograph`` gave."""
    for kind in kinds:
        start = jpeg.index(NOTED[kind]) - 4
        end = start + 2 + int.from_bytes(jpeg[start + 2 : start + 4])
        jpeg = jpeg[:start] + jpeg[end:]
    return jpeg


def write_album(
    site: LivingSite, slug: str, photos: Mapping[str, bytes], text: str = "", **head: str
) -> Path:
    """Write an album as an editor does; gives its folder. What was there before goes."""
    folder = site.root / "content" / "galleries" / slug
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in photos.items():
        (folder / name).write_bytes(content)
    write_text(folder, text, **head)
    return folder


def write_text(folder: Path, text: str, **head: str) -> None:
    """Write the text of the album in *folder*."""
    values = {"title": f"图集{folder.name}", "date": "2015-12-20", "summary": "图集的摘要。"}
    lines = [f"{key}: {value}\n" for key, value in (values | head).items()]
    (folder / "index.md").write_text("".join(lines) + f"\n{text}\n", "utf-8")


def settings_of(site: LivingSite, **settings: object):
    """Say how *site* is built with further *settings*."""
    plan = site.plan()
    return dataclasses.replace(plan, overrides=plan.overrides | settings)


def told_by_build(site: LivingSite, **settings: object) -> list[str]:
    """Build *site*, whether or not anything changed; gives what should be mended."""
    told: list[str] = []
    build(settings_of(site, **settings), force=True, warn=told.append)
    return told


def made_files(site: LivingSite) -> dict[str, tuple[int, int]]:
    """Give, by name, what tells whether a file of the cache was written anew."""
    files = (path for path in (site.root / "pictures-made").iterdir() if path.is_file())
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in files
        if path.suffix in (".avif", ".jpg")
    }


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """Name the files that are not the same in two releases."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}
