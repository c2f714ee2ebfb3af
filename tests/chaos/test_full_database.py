"""A full disk where none can be mounted: a limit on the size of files does the same."""

from __future__ import annotations

from chaos import full_database


def test_limit_stands_for_a_full_disk(tmp_path):
    """Writing truly fails under the limit, and all holds as on a disk that is full."""
    rows = full_database.run(tmp_path, quick=True, may_mount=False)
    assert [row for row in rows if not row.is_met] == []
    refused = next(row for row in rows if "503" in row.what)
    assert int(refused.measured) > 6
