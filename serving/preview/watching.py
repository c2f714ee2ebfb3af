"""Says which files were saved, as soon as the last of several saves is done."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from serving.preview.stopping import StopFlag

STEP = 25
"""Milliseconds without another change after which several saves count as done."""
LONGEST = 400
"""Milliseconds for which changes that go on and on are waited for, at most."""
POLLED = 300
"""Milliseconds between two looks where the system does not tell of changes."""
LOOK = 1_000
"""Milliseconds after which it is looked whether folders are still the same ones."""
NETWORK = frozenset({"9p", "afs", "ceph", "cifs", "drvfs", "fuse.sshfs", "nfs", "nfs4", "smb3"})
NETWORK |= {"prl_fs", "smbfs", "vboxsf", "virtiofs", "vmhgfs"}
"""File systems that other machines write to, of which the system hears nothing."""
UNSEEN = frozenset({"__pycache__", ".git"})
"""Folders in which nothing is saved by hand; neither is a file that a dot hides."""
REMOTE = 4
"""What Windows calls a drive of another machine (GetDriveTypeW)."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Watches *folders* and single files until *stop* is set."""

    folders: Sequence[Path]
    stop: StopFlag
    polls: bool = False
    """Whether to look again and again, instead of being told by the system."""

    def changes(self) -> Iterator[set[Path]]:
        """Yield the files that were written, moved or removed; with them the folders, when others
        may have been; an empty set when nothing happened for a while.
        """
        polls = self.polls or any(map(is_remote, self.folders))
        while not self.stop.is_set():
            try:
                yield from self._watched(polls)
            except OSError:  # the system's watches are used up, or a folder went away just now
                polls = True
            time.sleep(POLLED / 1000)

    def _watched(self, polls: bool) -> Iterator[set[Path]]:
        """Yield changes until one of the folders is another one than before. At first all folders
        are told, once they are watched: what was saved before that, nobody has heard of.
        """
        there = [path for path in self.folders if path.exists()]
        nodes, unheard = _nodes(self.folders), set(self.folders)
        if not there:
            return
        for found in watch(
            *there,
            watch_filter=_is_of_interest,
            debounce=LONGEST,
            step=STEP,
            stop_event=self.stop,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            force_polling=polls,
            poll_delay_ms=POLLED,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            yield {Path(path) for _, path in found} | unheard
            unheard = set()
            if _nodes(self.folders) != nodes:
                return


def _is_of_interest(change: Change, path: str) -> bool:
    name = Path(path).name
    return not (name.startswith(".") or UNSEEN.intersection(Path(path).parts))


def _nodes(paths: Iterable[Path]) -> list[int]:
    """Tell which folders stand at *paths* now."""
    return [path.stat().st_ino if path.exists() else 0 for path in paths]


def is_remote(path: Path) -> bool:
    """Say whether *path* stands on a drive of another machine, as far as the system tells."""
    if sys.platform == "win32":
        import ctypes

        drive = f"{path.resolve().drive}\\"
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive) == REMOTE
    mounts = Path("/proc/mounts")
    lines = mounts.read_text("utf-8", "replace").splitlines() if mounts.is_file() else []
    kinds = {fields[1]: fields[2] for fields in map(str.split, lines) if len(fields) > 2}
    above = [str(folder) for folder in (path.resolve(), *path.resolve().parents)]
    return next((kinds[folder] in NETWORK for folder in above if folder in kinds), False)


def short_names(paths: Iterable[Path]) -> str:
    """Write which files were saved, in one line."""
    names = sorted({os.fspath(path.name) for path in paths})
    shown = "、".join(names[:3])
    return f"{shown} 等 {len(names)} 个文件" if len(names) > 3 else shown
