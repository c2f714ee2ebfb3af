"""Changes a published release in place: all files of a change, or none, whatever interrupts it.

What differs is staged beside the tree, an intent is recorded that lists every rename and removal,
and only then is the first page replaced. :func:`finish` carries out what an interrupted change
recorded, and throws away what was staged without an intent.

::

records/changes/0, 1, ...       the new content of a file each
    records/changes/intent.json     {"put": ["index.html", ...], "drop": ["old/index.html"]}

Compressed twins, if the release has them, follow their files: old ones go first, new ones are made
when all pages are there, and the intent is dropped after that.

Who changes a release holds the archive's lock. The release's folder, and what it links to, are on
one file system.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import TYPE_CHECKING

from comment_archive.files import keep_names, read_whole, write_whole
from publishing import twins
from publishing.changed import Journal, addresses_of

if TYPE_CHECKING:
    from publishing.release import Release

STAGE = "changes"
"""Within the records: where new files wait."""
INTENT = "intent.json"
"""Within the stage: what is to be done with them; it is there only when all of them are."""
MANY = 100
"""Files or folders from which on one wait for the whole disk is shorter than one for each."""


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link to a folder."""

    target: str
    """From where the link stands."""


Content = bytes | Link | None
"""What a change gives a name; None takes it away."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a change does: which names it puts there, the number of each being that of its staged
    file, and which ones it takes away.
    """

    put: list[str]
    drop: list[str]


def apply(release: Release, files: Mapping[str, Content], *, durable: bool = True) -> list[str]:
    """Give *files* of *release*, named from its public folder, their new content; None removes one.

    Only what differs is written, so other files keep their time. A change that was interrupted
    before is finished first. With *durable* a power failure leaves all of it or nothing; without,
    that holds for a process that ends at any moment. Gives the names that changed. Raises OSError
    when the disk refuses; then nothing has changed, or :func:`finish` brings the rest.
    """
    finish(release, durable=durable)
    public = str(release.public)
    changed = {
        name: content for name, content in files.items() if _differs(f"{public}/{name}", content)
    }
    if changed:
        _carry_out(release, _stage(release.records / STAGE, changed, durable=durable), durable)
    return sorted(changed)


def finish(release: Release, *, durable: bool = True) -> list[str]:
    """Carry out what an interrupted change of *release* recorded; gives the names it changes.

    What was staged without an intent is thrown away. Costs a look at one folder when there is
    nothing to do.
    """
    stage = release.records / STAGE
    try:
        left = os.listdir(stage)
    except FileNotFoundError:
        return []
    if INTENT not in left:
        for name in left:
            (stage / name).unlink()
        return []
    intent = Intent(**json.loads((stage / INTENT).read_bytes()))
    _carry_out(release, intent, durable)
    return sorted(intent.put + intent.drop)


def _differs(path: str, content: Content) -> bool:
    """Say whether *path* is not as it should be; sizes are compared first."""
    if isinstance(content, Link):
        return not os.path.islink(path) or os.readlink(path) != content.target
    if content is None and os.path.islink(path):
        return True
    try:
        status = os.stat(path)
        size = status.st_size if S_ISREG(status.st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        size = None
    if content is None or size is None:
        return size is not None or content is not None
    return size != len(content) or read_whole(path) != content


def _stage(stage: Path, changed: Mapping[str, Content], *, durable: bool) -> Intent:
    """Write everything beside the tree, and the intent last."""
    stage.mkdir(exist_ok=True)
    put = {name: content for name, content in changed.items() if content is not None}
    intent = Intent(list(put), [name for name in changed if name not in put])
    text = json.dumps({"put": intent.put, "drop": intent.drop}, ensure_ascii=False)
    aside = f"{stage}/{INTENT}.new"
    contents: dict[str, bytes | Link] = {
        f"{stage}/{number}": content for number, content in enumerate(put.values())
    }
    _write(contents | {aside: text.encode()}, durable=durable)
    if durable:
        _keep([str(stage), str(stage.parent)])
    os.replace(aside, stage / INTENT)
    if durable:
        _keep([str(stage)])
    return intent


def _write(contents: Mapping[str, bytes | Link], *, durable: bool) -> None:
    """Write files and links; with *durable* their contents outlast a power failure.

    All are written before the first wait, so the disk takes them together; for many of them one
    wait for everything is shorter.
    """
    waits_for_each = durable and (len(contents) <= MANY or not hasattr(os, "sync"))
    with ExitStack() as opened:
        streams = []
        for path, content in contents.items():
            if isinstance(content, Link):
                os.symlink(content.target, path)
                continue
            stream = opened.enter_context(open(path, "wb", buffering=0))
            write_whole(stream, content)
            os.chmod(path, 0o644)
            if waits_for_each:
                streams.append(stream)
            else:
                stream.close()
        for stream in streams:
            os.fsync(stream.fileno())
    if durable and not waits_for_each:
        os.sync()


def _carry_out(release: Release, intent: Intent, durable: bool) -> None:
    """Do what *intent* says, as far as it is not done yet, and drop it."""
    stage, public = release.records / STAGE, release.public
    early = _in_the_way(intent)
    if has_twins := twins.are_kept(release.records):
        _drop_twins(public, [*intent.put, *intent.drop])
    for name in early:
        _remove(public, name)
    for number, name in enumerate(intent.put):
        _put(f"{stage}/{number}", f"{public}/{name}")
    for name in intent.drop:
        _remove(public, name)
    if has_twins:
        _make_twins(stage, public, intent.put, durable)
    _note(release, [*intent.put, *intent.drop], durable)
    if durable:
        folders = {os.path.dirname(f"{public}/{name}") for name in (*intent.put, *intent.drop)}
        _keep({_nearest(folder) for folder in folders})
    (stage / INTENT).unlink()


def _drop_twins(public: Path, names: Iterable[str]) -> None:
    """Remove the twins of *names* before their files change: until there are new ones, a web server
    compresses the pages itself, and nobody is sent an old one.
    """
    for name in names:
        for twin in twins.names_of(name):
            with suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(f"{public}/{twin}")


def _make_twins(stage: Path, public: Path, names: Iterable[str], durable: bool) -> None:
    """Make the twins of *names*, whose files are live already."""
    made: dict[str, bytes] = {}
    times: dict[str, str] = {}
    for name in names:
        path = f"{public}/{name}"
        if name.startswith("../") or os.path.isdir(path):
            continue  # a record, which nobody is sent, or a link
        for twin, content in twins.make(name, read_whole(path)).items():
            made[f"{public}/{twin}"] = content
            times[f"{public}/{twin}"] = path
    staged = {path: f"{stage}/twin{number}" for number, path in enumerate(made)}
    _write({staged[path]: content for path, content in made.items()}, durable=durable)
    for path, aside in staged.items():
        twins.keep_time(aside, times[path])
        os.replace(aside, path)


def _note(release: Release, names: list[str], durable: bool) -> None:
    """Note the addresses that change, if readers see this release; before the intent goes, so that
    none is forgotten by a crash.
    """
    root = release.folder.parent
    current = f"{root}/current"
    if os.path.islink(current) and os.readlink(current) == release.folder.name:
        public = [name for name in names if not name.startswith("../")]
        Journal(root).note(addresses_of(public), durable=durable)


def _in_the_way(intent: Intent) -> list[str]:
    """Give the files to remove first: a new one needs a folder of that name, or the name of a
    folder they are in.
    """
    if not intent.drop:
        return []
    folders = {str(folder) for name in intent.put for folder in PurePosixPath(name).parents}
    names = set(intent.put)
    return [
        name
        for name in intent.drop
        if name in folders or any(str(folder) in names for folder in PurePosixPath(name).parents)
    ]


def _put(staged: str, path: str) -> None:
    """Move a file to its place; one that is not staged any more has been moved before."""
    try:
        os.replace(staged, path)
    except FileNotFoundError:
        if os.path.lexists(staged):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.replace(staged, path)


def _remove(public: Path, name: str) -> None:
    """Remove a file, and the folders that are empty without it; a linked folder stays."""
    path = public / name
    if path.is_file() or path.is_symlink():
        path.unlink()
    folder = path.parent
    while folder != public and not folder.is_symlink():
        try:
            folder.rmdir()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError:
            return
        folder = folder.parent


def _nearest(folder: str) -> str:
    """Give *folder*, or what is left of the way to it."""
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder


def _keep(folders: Iterable[str]) -> None:
    """Make the names in *folders* outlast a power failure."""
    folders = list(folders)
    if len(folders) > MANY and hasattr(os, "sync"):
        os.sync()
        return
    for folder in folders:
        keep_names(folder)
