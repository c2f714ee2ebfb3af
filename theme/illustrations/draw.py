"""Draw every scene of the demonstration and of the starter of new campaigns:
``python -m theme.illustrations.draw [FOLDER]``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from theme.illustrations.scenes import SCENES
from theme.illustrations.starter import STARTER

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "content" / "pictures"
OF_STARTER = ROOT / "campaigns" / "starter" / "content" / "pictures"


def draw(folder: Path, scenes: Mapping[str, Callable[[], str]] = SCENES) -> list[str]:
    """Write every one of *scenes* to *folder* and return the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, scene in scenes.items():
        if _write(folder / f"{name}.svg", scene().encode()):
            changed.append(name)
    return changed


def main(arguments: list[str]) -> int:
    """Draw the demonstration's into the folder named on the command line, or all into theirs."""
    drawn = (
        [(Path(arguments[0]), SCENES)] if arguments else [(FOLDER, SCENES), (OF_STARTER, STARTER)]
    )
    for folder, scenes in drawn:
        changed = draw(folder, scenes)
        sys.stdout.write(f"{len(scenes)} pictures in {folder}, {len(changed)} changed\n")
    return 0


def _write(file: Path, data: bytes) -> bool:
    """Write *data* unless the file already holds it, and tell whether it was written."""
    if file.exists() and file.read_bytes() == data:
        return False
    aside = file.with_name(f".{file.name}.new")
    aside.write_bytes(data)
    aside.replace(file)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
