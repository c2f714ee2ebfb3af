"""Draw every scene: ``python -m theme.illustrations.draw [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from theme.illustrations.scenes import SCENES

FOLDER = Path(__file__).resolve().parents[2] / "content" / "pictures"


def draw(folder: Path) -> list[str]:
    """Write every scene to *folder* and return the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, scene in SCENES.items():
        if _write(folder / f"{name}.svg", scene().encode()):
            changed.append(name)
    return changed


def main(arguments: list[str]) -> int:
    """Draw into the folder named on the command line, or into the content."""
    folder = Path(arguments[0]) if arguments else FOLDER
    changed = draw(folder)
    sys.stdout.write(f"{len(SCENES)} pictures in {folder}, {len(changed)} changed\n")
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
