"""The benchmarks run in their short form; their times are not asserted here."""

from __future__ import annotations

from benchmarks import approve


def test_approve(capsys):
    """Every approval of the short form reaches the page."""
    approve.main(quick=True)
    assert "decision to page, 10 approvals" in capsys.readouterr().out
