"""What is missing in a draft is told, and stops nobody from publishing all else."""

from __future__ import annotations

import pytest

from plugins.editing.check import check_content
from plugins.problems import Severity
from tests.plugins.writing import STORY, write


@pytest.mark.parametrize(
    ("status", "severity"),
    [("draft", Severity.WARNING), ("published", Severity.PUBLISHING)],
)
def test_missing_words_of_a_picture(content, status, severity):
    """A picture without words keeps a story and an album from the public, but not their drafts."""
    picture = "\n![](/pictures/scene.svg)\n"
    write(content / "stories" / "first.md", STORY | {"status": status}, picture)
    head = {"title": "街角", "date": "2015-12-05", "summary": "一句。", "status": status}
    path = write(content / "galleries" / "walk" / "index.md", head, "\n![](1.jpg)\n")
    (path.parent / "1.jpg").write_bytes(b"x")
    assert [problem.severity for problem in check_content(content)] == [severity] * 2


def test_a_draft_that_cannot_be_read_still_stops_a_build(content):
    """What stops every build stops it in a draft, too: nobody can tell what else it breaks."""
    write(content / "stories" / "first.md", STORY | {"status": "draft", "date": "2015-13-05"})
    assert [problem.severity for problem in check_content(content)] == [Severity.BUILD]
