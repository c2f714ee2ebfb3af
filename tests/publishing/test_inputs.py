"""What a build is made of is looked at quickly, and no change of it is missed."""

from __future__ import annotations

import os

import pytest
from pelican.settings import read_settings

from publishing.inputs import SECOND, Inputs, is_settled

LATER = 4_000_000_000
"""Seconds: a moment to come, so a file of that time counts as just written."""


def look(minimal, before=None, **changes):
    """Look at what *minimal* is made of."""
    return Inputs.look(read_settings(str(minimal.settings), override=changes), before)


def test_nothing_changed(minimal, tmp_path):
    """What was written down is the same as what is there, as long as nothing changes."""
    now = look(minimal)
    now.write(tmp_path / "inputs.json")
    before = Inputs.read(tmp_path / "inputs.json")
    assert before == now
    assert before.is_same(look(minimal, before))
    assert {name.removeprefix("content/") for name in now.stories} == {
        path.relative_to(minimal.content).as_posix()
        for path in minimal.content.rglob("*.md")
        if path.parent.name != "pages"
    }


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"world": "x"}', "\x00"])
def test_unknown_form(tmp_path, text):
    """A file of another form counts as none."""
    path = tmp_path / "inputs.json"
    assert Inputs.read(path) is None
    path.write_text(text, "utf-8")
    assert Inputs.read(path) is None


def test_story_changed(minimal):
    """A story that changed leaves the world as it was."""
    before = look(minimal)
    minimal.replace("third.md", "二", "三")
    after = look(minimal, before)
    assert after.world == before.world
    assert not before.is_same(after)


@pytest.mark.parametrize("name", ["site/theme/templates/index.html", "site/content/web.html"])
def test_other_file_changed(minimal, name):
    """A template, or a content that is no Markdown, is of the world."""
    before = look(minimal)
    path = minimal.root / name
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert look(minimal, before).world != before.world


def test_settings(minimal):
    """Settings are of the world, but for those that do not show in what is made."""
    before = look(minimal)
    assert look(minimal, SITENAME="另一个").world != before.world
    assert look(minimal, BUILD_PROCESSES=3, OUTPUT_PATH="elsewhere").world == before.world


def test_file_that_may_change_within_one_tick(minimal):
    """A story with the time of just now is looked at again, since it may change without another."""
    path = minimal.content / "third.md"
    os.utime(path, (LATER, LATER))
    before = look(minimal)
    assert not before.is_same(look(minimal, before))


@pytest.mark.parametrize(
    ("age", "fraction", "settled"),
    [
        pytest.param(99_000_000, 1, False, id="fine clock, young"),
        pytest.param(100_000_001, 1, True, id="fine clock, settled"),
        pytest.param(SECOND, 0, False, id="clock of seconds, young"),
        pytest.param(2 * SECOND, 0, True, id="clock of seconds, settled"),
        pytest.param(-SECOND, 1, False, id="time to come"),
    ],
)
def test_settled(age, fraction, settled):
    """How old a file must be depends on how fine the clock of its times is."""
    changed = 1_700_000_000 * SECOND + fraction
    assert is_settled(changed, changed + age) is settled
