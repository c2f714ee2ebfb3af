"""Builds the small site of a folder in a process of its own, as `./run build` builds ours.

python -m chaos.building FOLDER [--force]
"""

from __future__ import annotations

import sys
from pathlib import Path

from comments_service.db import Database
from comments_service.models import Account
from serving.environment import told_plainly
from tests.living_site import LivingSite


def command(site: LivingSite, *, force: bool = False) -> list[str]:
    """Give the command that builds *site*."""
    options = ["--force"] if force else []
    return [sys.executable, "-m", "chaos.building", str(site.root), *options]


def main() -> None:
    """Do what the command line says; exit code 1 with a sentence when it fails."""
    root = Path(sys.argv[1])
    database = Database.connect(f"sqlite:///{root / 'comments.db'}")  # which no build asks
    site = LivingSite(root, "", database, Account())
    with told_plainly():
        site.build(force="--force" in sys.argv)


if __name__ == "__main__":
    main()
