"""Lets Pagefind make indexes, one after the other: a program of its own, so that a build goes on
meanwhile.

``python -m plugins.search.runner <pagefind> <work> <cache>``: below *work* a folder of pages an
index, called as the index will be in *cache*.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from plugins.search.parts import NEEDED

SECONDS = 600
"""After which Pagefind is taken to hang."""


class SearchError(Exception):
    """There is no index of the stories."""


def main(program: str, work: str, cache: str) -> int:
    """Make the indexes; gives the exit code, and says on standard error what went wrong."""
    try:
        for site in sorted(Path(work).iterdir()):
            keep(make_index(program, site), Path(cache) / site.name)
    except SearchError as error:
        sys.stderr.write(str(error))
        return 1
    return 0


def make_index(program: str, site: Path) -> Path:
    """Let Pagefind index the pages in the folder *site*; gives the folder of what is needed of it.

    Raises SearchError when it cannot.
    """
    made, index = site / ".made", site / ".index"
    run(program, site, made)
    found = sorted(path for pattern in NEEDED for path in made.glob(pattern))
    if not any(path.suffix == ".pf_index" for path in found):
        raise SearchError("Pagefind made no index of the stories, though it reported no error")
    for path in found:
        target = index / path.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    return index


def run(program: str, site: Path, made: Path) -> None:
    """Run Pagefind without a configuration of its own: neither files nor environment."""
    folders = ["--site", str(site), "--output-path", str(made)]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")
    }
    try:
        subprocess.run(  # noqa: S603 -- a fixed command on our own files
            [program, *folders, "--silent"],
            cwd=site,
            env=environment,
            check=True,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
        )
    except subprocess.CalledProcessError as error:
        said = " ".join((error.stderr or error.stdout or "nothing").split())
        raise SearchError(
            f"Pagefind could not index the stories (exit code {error.returncode}); it said: {said}"
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SearchError(
            f"Pagefind could not index the stories: {error}; install requirements.txt anew"
        ) from error


def keep(made: Path, folder: Path) -> None:
    """Move a finished index into the cache; another build may have been quicker."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
