"""What was found in stories is kept, and tells what a check of everything tells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugins.editing.check import check_content
from plugins.editing.kept import KeptStories
from tests.plugins.writing import STORY, write

OLD = 1_450_000_000
"""Seconds: a moment long ago, so that a file of that time counts as settled."""


@pytest.fixture
def stories(content):
    """Give the content with stories that lead to each other."""
    folder = content / "stories"
    write(folder / "to.md", STORY, "## 一段\n\n正文。")
    write(folder / "from.md", STORY, "见[那篇](/stories/to/#yi-duan)和[标签](/tags/yang-ben/)。")
    write(folder / "alone.md", STORY)
    settle(content)
    return content


def settle(content):
    """Let all stories have been written long ago."""
    for number, path in enumerate(sorted(content.glob("stories/*.md"))):
        os.utime(path, (OLD + number, OLD + number))


def check(content, world="1", *, style=False):
    """Check *content* with what the last check kept; gives what is told, and the stories kept."""
    kept = KeptStories.read(content.parent / "checked.json", world)
    problems = check_content(content, kept=kept, style=style)
    kept.write()
    return [str(problem) for problem in problems], set(kept.found)


def every(content):
    """Check *content* with nothing kept."""
    return [str(problem) for problem in check_content(content)]


def spoil(path):
    """Put a mistake into the file at *path* that does not show from outside."""
    status, text = path.stat(), path.read_text("utf-8")
    path.write_text(text.replace("title:", "tutle:"), "utf-8")
    os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))


def test_unchanged_story_is_not_read(stories):
    """A story whose file is as it was is not read; another world lets all be read."""
    first = check(stories)
    spoil(stories / "stories" / "alone.md")
    assert check(stories) == first
    told, _ = check(stories, world="2")
    assert [line for line in told if "tutle" in line]


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        pytest.param({"comments": "no"}, "正文。", id="mistake"),
        pytest.param({"picture_alt": None}, "![](/pictures/scene.svg)", id="only of publishing"),
        pytest.param({"tags": "测试,  u站", "thread": "to"}, "正文。", id="of several stories"),
        pytest.param({}, "义工,大家好。。", id="style"),
    ],
)
def test_mistakes_are_told_again(stories, changes, body):
    """What was told of a story is told again, word for word, although it is not read."""
    write(stories / "stories" / "alone.md", STORY | changes, body)
    settle(stories)
    first, kept = check(stories, style=True)
    assert first
    spoil(stories / "stories" / "alone.md")
    assert check(stories, style=True) == (first, kept)
    assert "stories/alone.md" in kept


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        pytest.param({}, "[一](/stories/nowhere/)", id="broken link"),
        pytest.param({}, "[一](/stories/to/#nowhere)", id="broken anchor"),
        pytest.param({"date": "2090-01-01"}, "正文。", id="day to come"),
    ],
)
def test_what_may_be_mended_elsewhere_is_looked_at_again(stories, changes, body):
    """A story whose mistake depends on other files, or on the day, is read each time."""
    write(stories / "stories" / "alone.md", STORY | changes, body)
    settle(stories)
    first, kept = check(stories, style=True)
    assert first
    assert "stories/alone.md" not in kept
    assert check(stories, style=True) == (first, kept)


def test_only_changed_stories_are_read_again(stories):
    """Of stories that were checked, those that changed since are read, and no other."""
    assert looked_at(stories) == 3
    assert looked_at(stories) == 0
    path = stories / "stories" / "alone.md"
    path.write_text(path.read_text("utf-8") + "再一段。\n", "utf-8")
    assert looked_at(stories) == 1


def looked_at(content):
    """Check *content* with what the last check kept; gives how many stories were read."""
    kept = KeptStories.read(content.parent / "checked.json", "1")
    check_content(content, kept=kept, style=True)
    kept.write()
    return kept.looked


def test_story_of_just_now_is_read_again(stories):
    """A file that was changed just now may change again and look the same."""
    path = stories / "stories" / "alone.md"
    write(path, STORY)
    assert "stories/alone.md" not in check(stories)[1]
    spoil(path)
    assert check(stories)[0] == every(stories) != []


CHANGES = {
    "a linked story goes": lambda folder: (folder / "to.md").unlink(),
    "a linked heading goes": lambda folder: write(folder / "to.md", STORY, "## 二段"),
    "a linked story becomes a draft": lambda folder: write(
        folder / "to.md", STORY | {"status": "draft"}, "## 一段"
    ),
    "the last use of a linked tag goes": lambda folder: [
        write(path, STORY | {"tags": "测试"}, path.read_text("utf-8").partition("\n\n")[2])
        for path in folder.glob("*.md")
    ],
    "an address is taken twice": lambda folder: write(folder / "sub" / "alone.md", STORY),
    "a thread is taken twice": lambda folder: write(folder / "new.md", STORY | {"thread": "to"}),
    "a former address is taken": lambda folder: write(folder / "n.md", STORY | {"formerly": "to"}),
    "a tag is written otherwise": lambda folder: [
        write(folder / f"{name}.md", STORY | {"tags": "ＡＢ" if name == "n" else "AB"})
        for name in "nmo"
    ],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_other_stories_may_break_one_that_stays(stories, change):
    """What is told of all stories together is that of a check of everything, and stays so."""
    assert check(stories)[0] == []
    change(stories / "stories")
    assert check(stories)[0] == every(stories) != []
    assert check(stories)[0] == every(stories)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"world":"1"}', '{"world":"1","stories":{"stories/to.md":[1]}}']
)
def test_what_cannot_be_read_is_not_kept(stories, text):
    """A file of another form is as good as none."""
    (stories.parent / "checked.json").write_text(text, "utf-8")
    assert check(stories) == ([], {f"stories/{path.name}" for path in stories.glob("stories/*")})


def test_nothing_is_written_where_nothing_changed(stories):
    """What is kept is written only when it differs."""
    check(stories)
    path = Path(stories.parent / "checked.json")
    before = path.stat().st_ino
    check(stories)
    assert path.stat().st_ino == before
    (stories / "stories" / "alone.md").unlink()
    check(stories)
    assert path.stat().st_ino != before
