"""The ledger's file."""

from __future__ import annotations

import os
from datetime import date

from comment_archive.files import Archive
from comment_archive.ledger import Ledger, Month, counted_day, read_ledger, write_ledger

MONTHS = (
    Month(month="2026-02"),
    Month(month="2026-03", received=9, refused={"offtopic": 2}, spam=1, wait=61),
)


def make_ledger(**changes):
    """Make the ledger of two months, with *changes*."""
    values = {
        "day": "2026-03-07",
        "decisions": 8,
        "hash": "0f" * 32,
        "reasons": {"offtopic": "与本专题无关"},
        "months": MONTHS,
    }
    return Ledger(**(values | changes))


def test_ledger_comes_back_as_written(tmp_path):
    """What is read is equal to what was written; the same again is not written."""
    archive = Archive(tmp_path)
    assert write_ledger(archive, make_ledger()) is True
    assert read_ledger(archive) == make_ledger()
    assert write_ledger(archive, make_ledger()) is False


def test_no_ledger(tmp_path):
    """Before the first one there is none, and that is told as it is."""
    archive = Archive(tmp_path)
    assert read_ledger(archive) is None
    assert counted_day(archive) is None


def test_day_of_the_newest_version(tmp_path):
    """The day is that of the file which is there now, also when it was asked for before."""
    archive = Archive(tmp_path)
    for day in ("2026-03-07", "2026-03-08"):
        write_ledger(archive, make_ledger(day=day))
        assert counted_day(archive) == date.fromisoformat(day)
    (tmp_path / "ledger.json").unlink()
    assert counted_day(archive) is None


def test_day_is_read_once(tmp_path):
    """While the file stays, asking for its day reads nothing."""
    archive = Archive(tmp_path)
    write_ledger(archive, make_ledger())
    assert counted_day(archive) == date(2026, 3, 7)
    path = tmp_path / "ledger.json"
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(b"no ledger")
    os.utime(path, ns=times)
    assert counted_day(archive) == date(2026, 3, 7)
