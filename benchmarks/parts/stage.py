"""Runs the product's picture stage alone, in a process of its own, as a build runs it.

    python -m benchmarks.parts.stage RECIPE CONTENT CACHE

makes what is missing of all photos of CONTENT and prints how long that took and what there is.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.runs import Run, run

ALBUM = Path("galleries") / "bench"
"""Where the photos are, below the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one run of the picture stage told."""

    run: Run
    seconds: float
    """Of the stage, without the start of Python."""
    photos: int
    failures: Sequence[str]
    files: Sequence[str]
    """Names of all files that belong to the photos."""


def run_stage(recipe: str, content: Path, cache: Path, *, watch_memory: bool = False) -> Stage:
    """Run the stage in a fresh process; raises RunFailedError."""
    module = (sys.executable, "-m", "benchmarks.parts.stage")
    done = run([*module, recipe, content, cache], watch_memory=watch_memory)
    return Stage(run=done, **json.loads(done.output.splitlines()[-1]))


def main() -> None:
    """Do what the command line says."""
    from benchmarks.parts.recipes import BY_NAME
    from plugins.galleries.pipeline import make_pictures

    recipe, content, cache = BY_NAME[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3])
    paths = sorted((content / ALBUM).glob("*.jpg"))
    sources = [path.relative_to(content).as_posix() for path in paths]
    began = time.perf_counter()
    catalogue = make_pictures(content, sources, cache, recipe)
    seconds = time.perf_counter() - began
    told = {
        "seconds": seconds,
        "photos": len(catalogue.photos),
        "failures": [f"{each.source}: {each.what}" for each in catalogue.failures],
        "files": [name for each in catalogue.photos.values() for _, name, _ in each.made.files],
    }
    sys.stdout.write(f"\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
