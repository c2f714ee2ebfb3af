"""The runner of the faults."""

from __future__ import annotations

import pytest

from benchmarks.parts import table
from chaos import main
from chaos.rows import Row, at_least, at_most, none_of


def test_table_and_exit_code(monkeypatch, capsys):
    """What was asked and measured is printed, and one thing that does not hold is enough."""
    before = table.RESULTS.read_bytes() if table.RESULTS.is_file() else b""
    rows = [at_least("kills", 3, 4), none_of("lost", 0, 9, "messages")]
    monkeypatch.setattr(main, "FAULTS", {"one": lambda folder, quick: rows})
    assert main.main(quick=True) == 0
    assert capsys.readouterr().out.count("  met\n") == 2
    rows.append(at_most("gap", 2, 3, " s"))
    assert main.main(quick=True, only="one") == 1
    assert "MISSED" in capsys.readouterr().out
    assert before == (table.RESULTS.read_bytes() if table.RESULTS.is_file() else b"")


def test_long_form_is_kept(monkeypatch, tmp_path):
    """Each fault has a section of its own in the results, beside the benchmarks'."""
    monkeypatch.setattr(table, "RESULTS", tmp_path / "RESULTS.md")
    table.write_section(table.RESULTS, "approve", "| kept |")
    faults = {"one": lambda folder, quick: [at_least("kills", 3, 4)], "two": None}
    monkeypatch.setattr(main, "FAULTS", faults)
    assert main.main(only="one") == 0
    text = table.RESULTS.read_text("utf-8")
    assert text.index("## approve\n\n| kept |") < text.index("## chaos/one\n")
    assert "| kills | ≥ 3 | 4 |  | met |" in text


def test_fault_that_cannot_be_made_does_not_hold(capsys):
    """An error is shown with its place, and counts as missed."""

    def fault(folder, quick):
        raise OSError("no such program")

    rows = main.outcome(fault, quick=True)
    asked = Row("the fault could be made", "yes", "not measured: no such program", False)
    assert rows == [asked]
    assert "OSError" in capsys.readouterr().err


def test_unknown_fault():
    """A name that is none is refused with those that are."""
    with pytest.raises(SystemExit, match="There is no fault nothing"):
        main.main(only="nothing")


def test_nothing_looked_at_shows_nothing():
    """Zero of zero is not met."""
    assert not none_of("lost", 0, 0, "messages").is_met
    assert not none_of("lost", 1, 9, "messages").is_met
