"""When the site changes by itself: left by a build in the records of its release, for whoever waits
for that moment, and for whoever looks whether it was missed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from comment_archive.files import write_aside

DUE = "due.json"
"""Within a release's records."""
LATE = timedelta(minutes=5)
"""So long after its moment a build is late: what is due waits for somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next moment at which a build gives another site, though nobody writes anything."""

    moment: str | None = None
    """ISO 8601; None when there is none."""
    settings: str = ""
    """The name of the settings file that the release was built with."""
    is_held: bool = False
    """Whether the release was brought back by hand: a build would undo that, so it waits for one by
    hand.
    """

    @classmethod
    def read(cls, records: Path) -> Due:
        """Read what a build left in *records*; other versions left nothing, or another form."""
        try:
            return cls(**json.loads((records / DUE).read_bytes()))
        except (FileNotFoundError, TypeError, ValueError):
            return cls()

    def dump(self) -> bytes:
        """Write it down."""
        return f"{json.dumps(asdict(self))}\n".encode()

    def write(self, records: Path) -> None:
        """Leave it in *records*."""
        write_aside(records / DUE, self.dump())

    @property
    def at(self) -> datetime | None:
        """The moment of the next build that may be started for it; None when there is none."""
        return datetime.fromisoformat(self.moment) if self.moment and not self.is_held else None

    def is_late(self, now: datetime) -> bool:
        """Say whether its moment is long gone, held or not."""
        return self.moment is not None and now - datetime.fromisoformat(self.moment) > LATE
