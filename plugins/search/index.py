"""Pagefind's index: made by its program, kept by what it was made of."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from pagefind_bin_extended import get_executable

from plugins.search.documents import Document

NEEDED = ("pagefind.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "fragment/*", "index/*")
"""Of what Pagefind writes, what our search page loads: not its own pages, styles and worker."""
KEPT = 4
"""Indexes that stay in the cache."""
SECONDS = 600
"""After which Pagefind is taken to hang."""


class SearchError(Exception):
    """There is no index of the stories."""


def publish_index(documents: Iterable[Document], cache: Path, folder: Path) -> None:
    """Write the index of *documents* to *folder*, from the *cache* if it was made before.

    Raises SearchError when Pagefind cannot make it.
    """
    pages = {document.url: document.page() for document in documents}
    shutil.copytree(cached_index(pages, cache), folder, dirs_exist_ok=True)


def cached_index(pages: dict[str, str], cache: Path) -> Path:
    """Give the folder of the index of *pages* (address and HTML), making it if it is not there.

    Raises SearchError when Pagefind cannot make it.
    """
    folder = cache / fingerprint(pages)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".") as work:
            _keep(make_index(pages, Path(work)), folder)
    os.utime(folder)
    _prune(cache)
    return folder


def fingerprint(pages: dict[str, str]) -> str:
    """Digest all that an index is made of: pages, Pagefind's version, what we take of its files."""
    digest = hashlib.sha256(f"{version('pagefind_bin_extended')}\0{NEEDED}".encode())
    for url, page in sorted(pages.items()):
        digest.update(f"\0{url}\0{page}".encode())
    return digest.hexdigest()[:32]


def make_index(pages: dict[str, str], work: Path) -> Path:
    """Let Pagefind index *pages* in the empty folder *work*; gives the folder of what is needed of
    it.

    Raises SearchError when it cannot.
    """
    for url, page in pages.items():
        path = work / "site" / url / "index.html"
        path.parent.mkdir(parents=True)
        path.write_text(page, "utf-8")
    _run(get_executable(), work)
    made = sorted(path for pattern in NEEDED for path in (work / "made").glob(pattern))
    if not any(path.suffix == ".pf_index" for path in made):
        raise SearchError("Pagefind made no index of the stories, though it reported no error")
    for path in made:
        target = work / "index" / path.relative_to(work / "made")
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    return work / "index"


def _run(program: Path, work: Path) -> None:
    """Run Pagefind without a configuration of its own: neither files nor environment."""
    folders = ["--site", str(work / "site"), "--output-path", str(work / "made")]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")
    }
    try:
        subprocess.run(  # noqa: S603 -- a fixed command on our own files
            [str(program), *folders, "--silent"],
            cwd=work,
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


def _keep(made: Path, folder: Path) -> None:
    """Move a finished index into the cache; another build may have been quicker."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _prune(cache: Path) -> None:
    """Remove all but the indexes that were used last."""
    folders = [path for path in cache.glob("[0-9a-f]*") if path.is_dir()]
    folders.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for folder in folders[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
