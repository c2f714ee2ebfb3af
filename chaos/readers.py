"""Readers who look at pages without a pause, as a web server opens them for them."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

BETWEEN_READS = 0.001
"""Seconds, so that those who write get their turn."""


@dataclass
class Readers:
    """A thread that reads *pages* of the tree that is shown, again and again."""

    shown: Path
    """What the web server's root is: a link leads there."""
    pages: tuple[str, ...]
    reads: int = 0
    missing: int = 0
    _seen: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def now(self) -> dict[str, bytes]:
        """Give what each page is at this moment."""
        return {page: (self.shown / page).read_bytes() for page in self.pages}

    def strange(self, *known: Mapping[str, bytes]) -> int:
        """Count what was seen since the last time and is, byte for byte, none of the *known* forms
        of its page: torn, mixed or of a state that never was.
        """
        with self._lock:
            seen, self._seen = self._seen, defaultdict(set)
        return sum(
            content not in {form[page] for form in known}
            for page, contents in seen.items()
            for content in contents
        )

    def _read(self) -> None:
        while not self._stop.wait(BETWEEN_READS):
            for page in self.pages:
                try:
                    content = (self.shown / page).read_bytes()
                except FileNotFoundError:
                    self.missing += 1
                    continue
                with self._lock:
                    self._seen[page].add(content)
                    self.reads += 1
