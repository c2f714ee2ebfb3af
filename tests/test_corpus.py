"""The stories that builds are measured with, and what counts their files."""

from __future__ import annotations

from benchmarks.parts.builders import differing, names_in, snapshot, written
from benchmarks.parts.corpus import HAN, LONGEST, SHORTEST, StoryFolder, stories, story


def test_stories():
    """A story is as long as editors write, depends on its number alone, and links to older ones."""
    some = list(stories(300))
    assert some[:100] == list(stories(100))
    assert all(SHORTEST <= len(HAN.findall(each.body)) <= LONGEST for each in some)
    assert len({each.moment for each in some}) == len({each.body for each in some}) == 300
    assert "](/stories/story-000000/)" in some[0].body + some[1].body + some[2].body
    kinds = ("## ", "\n- ", "\n1. ", "\n> ", "| --- |", "**", "](/stories/")
    assert all(sum(kind in each.body for each in some) > 10 for kind in kinds)


def test_edition():
    """Another edition changes the text and leaves the head as it was."""
    first, second = story(7), story(7, 1)
    assert first.body != second.body
    assert (first.title, first.tags, first.summary) == (second.title, second.tags, second.summary)


def test_story_folder(tmp_path):
    """A story is written below its head, and an edit of one that is missing adds it."""
    folder = StoryFolder(tmp_path / "stories", lambda each: f"title: {each.title}\n\n")
    folder.write(stories(2))
    folder.edit(2, 0)
    assert [path.name for path in sorted(folder.folder.iterdir())] == [
        f"story-00000{number}.md" for number in range(3)
    ]
    assert folder.path(1).read_text("utf-8") == f"title: {story(1).title}\n\n{story(1).body}"


def test_files_are_counted(tmp_path):
    """Whatever was written, even with the same bytes, counts; so does what was removed."""
    for name in ("kept", "again", "gone"):
        (tmp_path / name).write_text(name, "utf-8")
    before = snapshot(tmp_path)
    assert written(before, snapshot(tmp_path)) == 0
    aside = tmp_path / "aside"
    aside.write_text("again", "utf-8")
    aside.replace(tmp_path / "again")
    (tmp_path / "gone").unlink()
    (tmp_path / "new").write_text("new", "utf-8")
    assert written(before, snapshot(tmp_path)) == 3


def test_trees_are_compared(tmp_path, capsys):
    """Two trees differ where a file is missing or other; twins and records do not count."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for tree in (ours, theirs):
        (tree / "sub").mkdir(parents=True)
        (tree / "sub" / "same.html").write_text("same", "utf-8")
        (tree / "other.html").write_text(tree.name, "utf-8")
    (ours / "sub" / "same.html.gz").write_bytes(b"twin")
    (theirs / "_records").mkdir()
    (theirs / "_records" / "slots.json").write_text("{}", "utf-8")
    (theirs / "more.html").write_text("more", "utf-8")
    assert differing(ours, theirs) == ["more.html", "other.html"]
    assert "more.html is not the same" in capsys.readouterr().err
    assert sorted(names_in(theirs)) == ["more.html", "other.html", "sub/same.html"]
