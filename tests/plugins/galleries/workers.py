"""What tests let workers do; in a module of its own, so that worker processes can import it."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plugins.galleries.pipeline import Catalogue, make_pictures
from plugins.galleries.recipe import Format, Recipe
from plugins.galleries.worker import Job, Outcome, carry_out
from tests.plugins.galleries.bad_pictures import jpeg

SMALL = Recipe(formats=(Format(suffix="jpg", widths=(60, 120), quality=80),))
COARSE = Recipe(formats=(Format(suffix="jpg", widths=(60, 120), quality=30),))


def die(job: Job) -> Outcome:
    """End the worker as the system does when memory runs out, if the picture is called crash."""
    if "crash" in job.source:
        os.kill(os.getpid(), signal.SIGKILL)
    return carry_out(job)


class Album:
    """A content folder, the folder of what was made of it, and what a run did."""

    def __init__(self, root: Path) -> None:
        self.content, self.cache = root / "content", root / "cache"
        self.folder = self.content / "galleries" / "album"
        self.folder.mkdir(parents=True)
        self.done: list[Outcome] = []

    def add(self, *names: str) -> None:
        """Add good pictures, no two alike."""
        for name in names:
            number = len(list(self.folder.iterdir()))
            (self.folder / name).write_bytes(jpeg((130 + number, 90)))

    def sources(self) -> list[str]:
        """Name the pictures as the pipeline wants it."""
        return sorted(str(path.relative_to(self.content)) for path in self.folder.iterdir())

    def make(self, recipe: Recipe = SMALL, **options: object) -> Catalogue:
        """Run the pipeline, in this process unless *options* say otherwise; keeps the outcomes."""
        self.done = []
        given = {"executor": ThreadPoolExecutor, "work": self._work} | options
        return make_pictures(self.content, self.sources(), self.cache, recipe, **given)

    def _work(self, job: Job) -> Outcome:
        outcome = carry_out(job)
        self.done.append(outcome)
        return outcome

    def files(self) -> dict[str, bytes]:
        """Give what was made, by name."""
        return {path.name: path.read_bytes() for path in self.cache.glob("*.jpg")}


def threads_of_a_picture() -> int:
    """Give how many threads the image library uses, even where others imported it before us."""
    import pyvips

    import plugins.galleries.images  # noqa: F401 -- it settles that

    threads: int = pyvips.vips_lib.vips_concurrency_get()
    return threads
