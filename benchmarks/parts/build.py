"""Builds a site as `./run build` does, in a process of its own.

    python -m benchmarks.parts.build FOLDER [--force]

builds the content of FOLDER, with the settings.py that is there or else our own, and keeps all that
is made below it. Workers import this module again, so it must not bring what the product does not
bring.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[2]


def main() -> None:
    """Build the site of the folder that the command line names."""
    from publishing.build import BuildPlan, build
    from publishing.engine.memory import is_short_lived

    is_short_lived()
    folder = Path(sys.argv[1])
    settings = folder / "settings.py"
    overrides: dict[str, Any] = {}
    if not settings.is_file():
        settings, overrides = HERE / "pelicanconf.py", _places(folder)
    build(
        BuildPlan(settings=settings, releases=folder / "releases", overrides=overrides),
        force="--force" in sys.argv,
        warn=lambda line: sys.stdout.write(f"{line}\n"),
    )


def _places(folder: Path) -> dict[str, Any]:
    """Give the settings that say where everything is."""
    kept = folder / "cache"
    return {
        "PATH": str(folder / "content"),
        "SITEURL": "http://127.0.0.1:8000",
        "COMMENT_ARCHIVE": str(folder / "archive"),
        "PICTURE_CACHE": str(kept / "pictures"),
        "SEARCH_CACHE": str(kept / "search"),
        "CARD_CACHE": str(kept / "cards"),
    }


if __name__ == "__main__":
    main()
