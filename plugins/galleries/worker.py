"""What one worker does with one picture: reads it once, makes the files that are missing, tells
what became of it.

A worker is a process of its own, on this machine or another: it gets a Job and gives an Outcome,
and both are small.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.galleries.recipe import Format, Recipe
from plugins.galleries.records import BadPictureError, Made

if TYPE_CHECKING:
    from plugins.galleries.images import Header

ASIDE = ".aside-"
"""How the names of files begin that are not finished."""
AS_JPEG = "用看图软件另存为JPEG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A picture to be made smaller."""

    source: str
    """Its path below the content folder."""
    path: str
    """Where to read it."""
    name: str
    """What the names of its files begin with, in ASCII."""
    folder: str
    """Where its files go."""
    recipe: Recipe
    known: Made | None = None
    """What this recipe made of it before; holds if neither content nor files have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a picture cannot be shown, and how to mend that."""

    what: str
    mend: str
    is_lasting: bool = True
    """Whether it lies in the file's content; else the next build tries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a job: either of *made* and *failure* is there."""

    source: str
    made: Made | None = None
    failure: Fault | None = None
    written: int = 0
    """How many files had to be made."""


def carry_out(job: Job) -> Outcome:
    """Make the missing files of a picture.

    A picture that cannot be read or decoded gives a failure, whatever the reason; only a folder
    that cannot be written raises OSError, since that concerns all pictures alike.
    """
    from plugins.galleries import images  # noqa: F401 -- where it is missing, no picture is to blame

    try:
        return _carried_out(job, _content_of(job.path))
    except BadPictureError as error:
        failure = Fault(what=error.what, mend=error.mend)
    except _UnreadableError as error:
        mend = "看看文件在不在，能不能打开"
        failure = Fault(what=f"文件读不出来（{error}）", mend=mend, is_lasting=False)
    except MemoryError:
        mend = "另存一份小的，最宽4000像素"
        failure = Fault(what="内存不够，处理不了", mend=mend, is_lasting=False)
    except OSError:
        raise
    except Exception as error:
        what = f"缩不小（{type(error).__name__}: {error}）"
        failure = Fault(what=what, mend=AS_JPEG)
    return Outcome(source=job.source, failure=failure)


class _UnreadableError(Exception):
    """The file of a picture cannot be read."""


def _content_of(path: str) -> bytes:
    if Path(path).exists() and not Path(path).is_file():  # to read a pipe would take for ever
        raise _UnreadableError("不是文件")
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _UnreadableError(error.strerror or str(error)) from error


def _carried_out(job: Job, content: bytes) -> Outcome:
    digest = hashlib.sha256(content).hexdigest()
    known = job.known
    if known and known.digest == digest and all(_is_there(job, name) for _, name, _ in known.files):
        return Outcome(source=job.source, made=known)
    return _made(job, content, digest)


def _made(job: Job, content: bytes, digest: str) -> Outcome:
    """Make what is missing of the picture with that *content*."""
    from plugins.galleries.images import make_files, read_header

    header = read_header(content, job.recipe.most_pixels)
    names = {(each, width): name for each, width, name in _files(job, digest, header)}
    missing = [file for file, name in names.items() if not _is_there(job, name)]

    def write(each: Format, width: int, encoded: bytes) -> None:
        _write(Path(job.folder), names[each, width], encoded)

    cells = make_files(content, header, missing, write, levels=[width for _, width in names])
    files = tuple((each.suffix, name, width) for (each, width), name in names.items())
    made = _described(header, digest, cells, files)
    return Outcome(source=job.source, made=made, written=len(missing))


def _files(job: Job, digest: str, header: Header) -> Iterator[tuple[Format, int, str]]:
    """Give format, width and name of each file of a picture."""
    for each in job.recipe.formats:
        for width in each.widths_of(header.width):
            yield each, width, each.file_name(job.name, digest, width)


def _described(
    header: Header, digest: str, cells: str, files: tuple[tuple[str, str, int], ...]
) -> Made:
    from plugins.galleries.metadata import read_description

    return Made(
        digest=digest,
        width=header.width,
        height=header.height,
        cells=cells,
        description=read_description(header.exif, header.xmp, header.iptc),
        files=files,
    )


def _is_there(job: Job, name: str) -> bool:
    """Say whether a file was made before; after a power failure it may be there and empty."""
    path = Path(job.folder, name)
    return path.is_file() and path.stat().st_size > 0


def _write(folder: Path, name: str, content: bytes) -> None:
    """Write a file aside and rename it: who looks, sees all of it or nothing."""
    with errors_naming(folder / name):
        handle, aside = tempfile.mkstemp(dir=folder, prefix=ASIDE)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(aside).chmod(0o644)
            Path(aside).replace(folder / name)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


@contextmanager
def errors_naming(path: Path) -> Iterator[None]:
    """Let OSErrors name *path* where they name no file, as that of a full disk."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
