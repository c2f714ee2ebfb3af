"""The page for editors tells every rule of style, with examples that are so."""

from __future__ import annotations

import re

import pytest

from plugins.editing.fixing import fixed, marks_in
from plugins.editing.parts import parts_of
from plugins.editing.rules import FACTS, PROSE
from tests.living_site import ROOT

ROW = re.compile(
    r"\| `(?P<name>[a-z-]+)` \| .*? \| (?P<wrong>`[^|]*`|—) \| (?P<right>`[^|]*`|—) "
    r"\| (?P<fix>会改|不改) \|"
)
ROWS = {
    found["name"]: found
    for found in ROW.finditer((ROOT / "docs/zh-CN/checks.md").read_text("utf-8"))
}


def test_every_rule_has_a_row():
    """No rule is left out, and none is told that is not there."""
    assert {rule.name for rule in (*PROSE, *FACTS)} <= set(ROWS)


@pytest.mark.parametrize("rule", [*PROSE, *FACTS], ids=lambda rule: rule.name)
def test_rows_say_what_is_mended(rule):
    """A row says whether ``--fix`` mends it."""
    assert (ROWS[rule.name]["fix"] == "会改") == rule.is_mended


@pytest.mark.parametrize(
    "rule", [rule for rule in PROSE if ROWS[rule.name]["wrong"] != "—"], ids=lambda rule: rule.name
)
def test_examples(rule):
    """What is called wrong is told, what is called right is not, and the one becomes the other."""
    wrong, right = (f"slug: x\n\n{ROWS[rule.name][key].strip('`')}" for key in ("wrong", "right"))
    told = [[*marks_in(part.prose, [rule])] for text in (wrong, right) for part in parts_of(text)]
    assert [bool(marks) for marks in told] == [True, False]
    assert fixed(wrong, [rule]) == (right if rule.is_mended else wrong)
