"""Marks in texts and differences between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.web.texts import LONGEST_COMPARED, Piece, difference, highlighted


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param({}, [("好好学习", "")], id="nothing found"),
        pytest.param({"hold": [(1, 3)]}, [("好", ""), ("好学", "hold"), ("习", "")], id="one"),
        pytest.param(
            {"mark": [(0, 3)], "spam": [(2, 4)]},
            [("好好", "mark"), ("学", "spam"), ("习", "spam")],
            id="the graver one counts where two meet",
        ),
        pytest.param({"hold": [(2, 9)], "mark": [(-1, 2)]}, [("好好学习", "")], id="no such place"),
    ],
)
def test_highlights(spans, expected):
    """What was found stands out where it stands; the pieces together are the text."""
    findings = [{"verdict": kind, "spans": places} for kind, places in spans.items()]
    assert highlighted("好好学习", findings) == [Piece(*piece) for piece in expected]


def test_old_findings_have_no_places():
    """Findings that were stored before places were noted mark nothing."""
    assert highlighted("好", [{"verdict": "hold", "rule": "links"}]) == [Piece("好")]


@given(st.text("你我他好a \n", max_size=30), st.text("你我他好a \n", max_size=30))
def test_differences(before, after):
    """Without what was put in a difference is the old text, without what was taken out the new."""
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == after


def test_long_texts_are_not_compared():
    """Very long texts are shown one after the other, in no time."""
    long = "长" * LONGEST_COMPARED
    assert difference(long, "短") == [Piece(long, "del"), Piece("短", "ins")]
