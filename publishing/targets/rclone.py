"""Object storage, by the program rclone: S3 and what is compatible, Aliyun OSS, Tencent COS."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Self

from publishing.targets.files import File, PublishError
from publishing.targets.programs import run

PREFIX = "rclone:"
ADDRESS = re.compile(r"[\w.+@-][\w.+@ -]+:[^/\\].*|:[a-z0-9]+[:,].+")
"""``remote:bucket/path``, where the remote is one of rclone's configuration."""
LIST = ("--recursive", "--files-only", "--hash", "--hash-type", "md5", "--no-modtime")
NOT_THERE = 3
"""Rclone's exit code for a folder that does not exist."""
SEND = ("--copy-links", "--no-traverse", "--no-check-dest", "--files-from-raw", "-")
COPIED = re.compile(r": Copied \(")


@dataclass(frozen=True, slots=True)
class RcloneTarget:
    """Files are compared by the MD5 that the storage tells of them.

    Storage sends a file as it is, whatever a browser takes, so compressed twins are left out.
    """

    address: str
    takes_twins = False

    @classmethod
    def at(cls, address: str) -> Self | None:
        """Take what names a remote."""
        if address.startswith(PREFIX):
            return cls(address.removeprefix(PREFIX))
        return cls(address) if ADDRESS.fullmatch(address) else None

    def differing(self, public: Path, files: Sequence[File]) -> list[File]:
        """List what is there once, and compare."""
        there = self._listed()
        return [
            file
            for file in files
            if there.get(file.name) != hashlib.md5(file.path.read_bytes()).hexdigest()  # noqa: S324 -- no secret
        ]

    def send(self, public: Path, files: Sequence[File], sent: Callable[[], object]) -> None:
        """Send the files, those of one type together, for each is sent with its own head."""
        for (kind, cache), group in groupby(sorted(files, key=_head), key=_head):
            heads = (f"Content-Type: {kind}", f"Cache-Control: {cache}")
            options = [option for head in heads for option in ("--header-upload", head)]
            self._copy(public, [file.name for file in group], options, sent)

    def delete(self, public: Path, names: Sequence[str]) -> None:
        """Remove the files."""
        if names:
            self._run(["delete", self.address, "--files-from-raw", "-"], names)

    def _copy(
        self, public: Path, names: Sequence[str], options: list[str], sent: Callable[[], object]
    ) -> None:
        def look(line: str) -> None:
            if COPIED.search(line):
                sent()

        command = ["copy", str(public), self.address, *SEND, *options, "--verbose", "--stats", "0"]
        self._run(command, names, look)

    def _listed(self) -> dict[str, str]:
        """Give the MD5 of each file there; empty where the storage tells none."""
        lines: list[str] = []
        command = ["lsjson", self.address, *LIST, "--log-level", "ERROR"]
        code = self._run(command, (), lines.append, accepted=(0, NOT_THERE))
        if code == NOT_THERE:
            return {}
        entries = json.loads("\n".join(lines))
        return {entry["Path"]: entry.get("Hashes", {}).get("md5", "") for entry in entries}

    def _run(
        self,
        command: list[str],
        names: Iterable[str],
        look: Callable[[str], object] = lambda line: None,
        *,
        accepted: Sequence[int] = (0,),
    ) -> int:
        text = "".join(f"{name}\n" for name in names)
        try:
            return run(["rclone", *command], text, look, accepted=accepted)
        except PublishError as error:
            raise PublishError(f"{self.address}: {error}") from error


def _head(file: File) -> tuple[str, str]:
    return file.content_type, file.cache_control
