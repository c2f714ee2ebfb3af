"""Which drafts are shown to whoever knows their address, and until when.

::

    var/shared-drafts.json    [{"token": "…", "story": "stories/first-day.md", "expires": "…"}]

The address holds a token of 128 random bits. The file is its owner's alone, and no backup has it:
what is lost is shared anew.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE = "shared-drafts.json"
"""Beside the folder of the releases."""
FOLDER = "preview"
"""Of the site: below it stand the drafts, each in a folder that is called as its token."""
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True, order=True)
class SharedDraft:
    """A draft that is shown."""

    story: str
    """The path of its file below the content folder."""
    token: str
    expires: str
    """ISO 8601, in UTC: from that moment on it is not shown."""

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"/{FOLDER}/{self.token}/"

    @property
    def ends(self) -> datetime:
        """The moment from which on it is not shown."""
        return datetime.fromisoformat(self.expires)


def new_token() -> str:
    """Make a token that nobody can guess, fit for an address and for the name of a folder."""
    return secrets.token_hex(TOKEN_BYTES)


def read_drafts(path: Path) -> list[SharedDraft]:
    """Read all that are written down at *path*, the expired ones too; none where that cannot be
    read, so that nothing is shown.
    """
    try:
        return sorted(SharedDraft(**each) for each in json.loads(path.read_bytes()))
    except (FileNotFoundError, TypeError, ValueError):
        return []


def write_drafts(path: Path, drafts: Iterable[SharedDraft]) -> None:
    """Write *drafts* down at *path*, for its owner alone."""
    text = json.dumps([asdict(each) for each in sorted(drafts)], ensure_ascii=False, indent=1)
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(f"{text}\n", "utf-8")
    aside.replace(path)


def active(drafts: Iterable[SharedDraft], now: datetime) -> list[SharedDraft]:
    """Give those of *drafts* that are shown at *now*."""
    return [each for each in drafts if each.ends > now]


def next_end(drafts: Sequence[SharedDraft]) -> str | None:
    """Give the moment at which the first of *drafts* ends; None where there are none."""
    return min((each.expires for each in drafts), default=None)


def take_down(public: Path, shown: Collection[str]) -> list[str]:
    """Remove from the tree *public* every draft whose token is not among *shown*; gives the tokens.

    It needs no build, so that a draft goes at its moment whatever state the content is in.
    """
    folder = public / FOLDER
    found = [path for path in folder.iterdir() if path.name not in shown] if folder.is_dir() else []
    for path in found:
        shutil.rmtree(path)
    return sorted(path.name for path in found)
