"""Pieces of pages are rendered once, and anew when anything in them changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugins.message_board import fragments
from plugins.message_board.slots import Slot
from tests.comment_archive.samples import make_comment
from tests.plugins.test_rendering import make_renderer

SLOTS = ["thread:first", "wall", "feed", "feed:first", "jsonfeed", "jsonfeed:first"]


def rendered(renderer, *, afresh=False):
    """Render every slot that is made of pieces; gives them, and how many pieces were rendered for
    it. The templates, and so the pieces, are those of all renderers here.
    """
    known = renderer.fragments._known
    if afresh:
        known.clear()
    before = set(known)
    return [renderer.render(Slot.parse(name)) for name in SLOTS], len(set(known) - before)


def test_only_the_new_message_is_rendered(tmp_path):
    """One more message costs its own pieces: on both pages, in the feeds, in the JSON-LD."""
    messages = [make_comment(number=n, position=n, wall_position=n) for n in (1, 2, 3)]
    assert rendered(make_renderer(tmp_path, messages[:2], length=50), afresh=True)[1] == 2 * 5
    renderer = make_renderer(tmp_path, messages, length=50)
    html, count = rendered(renderer)
    assert count == 5
    assert rendered(renderer) == (html, 0)
    assert rendered(renderer, afresh=True) == (html, 3 * 5)


@pytest.mark.parametrize(
    ("change", "options"),
    [
        pytest.param({"html": "<p>改过</p>", "edited": True}, {}, id="edit"),
        pytest.param({}, {"title": "新的标题"}, id="title"),
        pytest.param({}, {"pinned": (1,), "on_wall": (1,)}, id="pin"),
        pytest.param({"author": "别人"}, {}, id="author"),
    ],
)
def test_what_changes_is_rendered_anew(tmp_path, change, options):
    """An edited text, another title of the story, a pin: nothing old comes from memory."""
    message = make_comment(number=1, position=1, wall_position=1)
    before, _ = rendered(make_renderer(tmp_path, [message]))
    renderer = make_renderer(tmp_path, [replace(message, **change)], **options)
    after, _ = rendered(renderer)
    assert before != after
    assert after == rendered(renderer, afresh=True)[0]


def test_memory_has_an_end(tmp_path, monkeypatch):
    """The pieces that came first are forgotten first."""
    monkeypatch.setattr(fragments, "REMEMBERED", 3)
    messages = [make_comment(number=n, position=n, wall_position=n) for n in range(1, 9)]
    renderer = make_renderer(tmp_path, messages, length=50)
    rendered(renderer, afresh=True)
    assert len(renderer.fragments._known) == 3
