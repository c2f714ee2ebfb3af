"""Makes the files of all pictures: what has changed is found, spread over workers and noted.

The run ends whatever a picture does: one that kills its worker is found out and told of, and what
was done before an interruption is kept.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path, PurePosixPath
from queue import SimpleQueue

from filelock import FileLock

from plugins.galleries.executors import Opener, cores, is_crash, local
from plugins.galleries.manifest import Manifest
from plugins.galleries.recipe import Recipe
from plugins.galleries.records import Failure, Photo, PicturesError
from plugins.galleries.worker import AS_JPEG, ASIDE, Fault, Job, Outcome, carry_out
from plugins.progress import Progress, shown

Work = Callable[[Job], Outcome]
LONGEST_NAME = 60
FALLBACK = "photo"
"""The name of files of a picture whose own name cannot be spoken."""
WINDOW = 256
"""How many jobs are handed out at a time: enough for large clusters, few enough for memory."""
SAVED = 50
"""After so many pictures what was done is written down."""
CANNOT_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS}
"""How systems say that there can be no further name for a file, or none over there."""
LOCK = ".lock"
TITLE = "Pictures"


class WorkersError(PicturesError):
    """No worker process can be started."""


class LostFileError(PicturesError):
    """A file that was made is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All pictures of the site."""

    photos: Mapping[str, Photo]
    """Those that can be shown, by source."""
    failures: tuple[Failure, ...] = ()
    """Those that cannot be shown as they are now, in the order of their sources."""


def make_pictures(
    content: Path,
    sources: Sequence[str],
    cache: Path,
    recipe: Recipe,
    *,
    executor: Opener = local,
    progress: Progress = shown,
    work: Work = carry_out,
) -> Catalogue:
    """Make the files of all pictures in *cache*; opens only pictures that have changed.

    *sources* are paths below *content*. What is bad about a picture stands in the catalogue; raises
    OSError where *cache* cannot be written, and what *executor* raises. *work* is what workers do
    with a job. A second run in the same cache waits for the first.
    """
    content, cache = content.absolute(), cache.absolute()
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / LOCK):
        manifest = Manifest(cache, content, sources, recipe.digest())
        jobs = _jobs(manifest, content, cache, recipe)
        try:
            with progress(TITLE, len(jobs)) as step:
                _spread(jobs, work, executor, _keeper(manifest, step))
        finally:
            manifest.save()
        manifest.prune()
    return Catalogue(photos=manifest.photos(), failures=manifest.failures())


def place(catalogue: Catalogue, cache: Path, folder: Path) -> None:
    """Put the files of all pictures from *cache* into *folder*, where readers get them.

    Raises LostFileError if one is no longer in the cache.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = {path.name for path in folder.iterdir()}
    for photo in catalogue.photos.values():
        for _, name, _ in photo.made.files:
            if name not in there:
                link(cache / name, folder / name)


def link(source: Path, target: Path) -> None:
    """Give the file *source* the further name *target*, or copy it where that is impossible; a
    file that is there stays, since its name tells its content.

    Raises LostFileError if *source* is not there.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except FileNotFoundError as error:
        mend = f"build again; if that does not help, delete {source.parent}"
        raise LostFileError(f"{source} was made and is gone: {mend}") from error
    except OSError as error:
        if error.errno not in CANNOT_LINK:
            raise
        _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    aside = target.with_name(ASIDE + target.name)
    shutil.copyfile(source, aside)
    aside.replace(target)


def _jobs(manifest: Manifest, content: Path, cache: Path, recipe: Recipe) -> dict[str, Job]:
    """Give the jobs of the pictures that have changed, by source, in the order of work."""
    return {
        source: Job(
            source=source,
            path=str(content / source),
            name=_name(source),
            folder=str(cache),
            recipe=recipe,
            known=manifest.known(source),
        )
        for source in manifest.changed()
    }


def _name(source: str) -> str:
    """Name the files of a picture, in small ASCII letters, digits and hyphens."""
    stem = PurePosixPath(source).stem
    if not stem.isascii():
        from plugins.campaign.addresses import slug_of  # its dictionaries take 60 MB

        stem = slug_of(stem)
    slug = re.sub("[^a-z0-9]+", "-", stem.lower()).strip("-")
    return slug[:LONGEST_NAME].strip("-") or FALLBACK


def _keeper(manifest: Manifest, step: Callable[[], object]) -> Callable[[Outcome], None]:
    """Give what notes an outcome, and writes down what was done now and then."""
    numbers = count(1)

    def keep(outcome: Outcome) -> None:
        manifest.take(outcome)
        step()
        if next(numbers) % SAVED == 0:
            manifest.save()

    return keep


def _spread(
    jobs: dict[str, Job], work: Work, opener: Opener, keep: Callable[[Outcome], None]
) -> None:
    """Have all *jobs* done; each is taken out of them when its outcome is kept.

    When a worker dies, its executor does not tell of which job. Jobs are begun in their order, so
    it was one of the first that are left: these are done one by one until it is found.
    """
    while jobs:
        try:
            with opener(len(jobs)) as executor:
                for outcome in _outcomes(executor, list(jobs.values()), work):
                    del jobs[outcome.source]
                    keep(outcome)
        except BrokenExecutor:
            suspects = list(islice(jobs.values(), 2 * cores() + 1))
            for outcome in _one_by_one(opener, suspects, work):
                del jobs[outcome.source]
                keep(outcome)


def _outcomes(executor: Executor, jobs: Iterable[Job], work: Work) -> Iterator[Outcome]:
    """Give the outcomes as they come; raises BrokenExecutor when a worker of this machine died.

    A cluster goes on when workers die, and may blame a job that only waited for one of them: those
    are done again in the end, when each is alone.
    """
    done: SimpleQueue[Future[Outcome]] = SimpleQueue()
    waiting = iter(jobs)
    begun: dict[Future[Outcome], Job] = {}
    blamed: list[Job] = []

    def begin(most: int) -> None:
        for job in islice(waiting, most):
            future = executor.submit(work, job)
            begun[future] = job
            future.add_done_callback(done.put)

    begin(WINDOW)
    while begun:
        future = done.get()
        job = begun.pop(future)
        if is_crash(future.exception()):
            blamed.append(job)
        else:
            yield future.result()
        begin(1)
    for job in blamed:
        future = executor.submit(work, job)
        yield _crashed(job) if is_crash(future.exception()) else future.result()


def _one_by_one(opener: Opener, jobs: Iterable[Job], work: Work) -> Iterator[Outcome]:
    """Do *jobs* in a worker of their own, up to the one that it dies of: that is to blame."""
    with opener(1) as executor:
        try:
            executor.submit(os.getpid).result()
        except BrokenExecutor as error:
            what = "A worker process ends as soon as it starts"
            raise WorkersError(f"{what}: see what it said, and that there is memory") from error
        for job in jobs:
            future = executor.submit(work, job)
            if isinstance(future.exception(), BrokenExecutor):
                yield _crashed(job)
                return
            yield future.result()


def _crashed(job: Job) -> Outcome:
    failure = Fault(what="解码时程序崩溃了", mend=AS_JPEG, is_lasting=False)
    return Outcome(source=job.source, failure=failure)
