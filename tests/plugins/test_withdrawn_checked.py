"""What editors are told of stories that they withdraw, and of what still names those."""

from __future__ import annotations

import pytest

from plugins.editing.check import check_content
from plugins.editing.kept import KeptStories
from plugins.problems import Severity
from tests.plugins.writing import STORY, brief, told, write

GONE = STORY | {"status": "withdrawn", "withdrawn": "2015-12-30 消息来源有误"}


@pytest.mark.parametrize(
    ("changes", "message", "severity"),
    [
        pytest.param({"withdrawn": None}, "9:9 key-missing", Severity.BUILD, id="no words"),
        pytest.param({"withdrawn": "2015-12-30"}, "10:12 bad-date", Severity.BUILD, id="day alone"),
        pytest.param({"withdrawn": "来源有误"}, "10:12 bad-date", Severity.BUILD, id="no day"),
        pytest.param(
            {"withdrawn": "2015-12-04 来源有误"}, "10:12 date-order", Severity.BUILD, id="too early"
        ),
        pytest.param(
            {"status": "published"},
            "10:12 withdrawn-status",
            Severity.PUBLISHING,
            id="still public",
        ),
        pytest.param(
            {"status": None}, "9:12 withdrawn-status", Severity.PUBLISHING, id="only half of it"
        ),
    ],
)
def test_heads(content, changes, message, severity):
    """Who withdraws a story says when and why; who writes that alone has not withdrawn it."""
    write(content / "stories" / "gone.md", GONE | changes)
    (problem,) = check_content(content)
    assert (brief(problem), problem.severity) == (message, severity)


def test_right_head(content):
    """A withdrawn story with a day and words is right, whatever stands below its head."""
    write(content / "stories" / "gone.md", GONE, body="")
    assert told(content) == []


@pytest.mark.parametrize(
    "link",
    [
        *("/stories/gone/", "/stories/gone/#yi", "/stories/old/", "/stories/gone/messages.xml"),
        "{filename}gone.md",
    ],
)
def test_links_to_it(content, link):
    """A text that links to it is told of, each time, and stops nothing."""
    write(content / "stories" / "gone.md", GONE | {"formerly": "old"})
    write(content / "stories" / "other.md", STORY, body=f"见[甲]({link})。")
    for _ in range(2):
        (problem,) = check_content(content)
        assert brief(problem) == "10:6 withdrawn-link"
        assert problem.severity is Severity.WARNING


def test_address_cannot_be_taken(content):
    """Nobody else gets its address, nor one that it had."""
    write(content / "stories" / "gone.md", GONE | {"formerly": "old"})
    write(content / "stories" / "other.md", STORY | {"formerly": "old"})
    assert "duplicate-former" in {problem.rule for problem in check_content(content)}


def test_home_page_names_it(content):
    """What the campaign's data names of it is told, and stops nothing."""
    path = content / "campaign.toml"
    path.write_text(f'lead_stories = ["gone"]\n{path.read_text("utf-8")}', "utf-8")
    write(content / "stories" / "gone.md", GONE)
    (problem,) = check_content(content)
    assert (problem.path, problem.line, problem.rule) == (path, 1, "withdrawn-link")
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("picture", "body", "withheld"),
    [
        pytest.param("own.svg", "没有图。", set(), id="shown by a head"),
        pytest.param(None, "![画](/pictures/own.svg)", set(), id="shown by a text"),
        pytest.param(None, '<a href="../../pictures/own.svg">画</a>', set(), id="linked"),
        pytest.param(None, "![画](/pictures/own%2Esvg)", set(), id="written otherwise"),
        pytest.param(None, "没有图。", {"pictures/own.svg"}, id="shown by nothing"),
        pytest.param(None, "own.svg", {"pictures/own.svg"}, id="only spoken of"),
    ],
)
def test_pictures(content, picture, body, withheld):
    """Pictures that nothing else shows go with the story, drafts count among what shows them."""
    (content / "pictures" / "own.svg").write_text("<svg/>")
    write(content / "stories" / "gone.md", GONE | {"picture": "own.svg"})
    head = {"picture": picture, "picture_alt": picture and "画", "status": "draft"}
    write(content / "stories" / "draft.md", STORY | head, body=body)
    kept = KeptStories()
    check_content(content, kept=kept)
    assert kept.withheld == withheld
