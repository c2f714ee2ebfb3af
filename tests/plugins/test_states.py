"""A head and the moment say whether readers see a story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugins.campaign.states import ALWAYS, NEVER, State, opens_at, publish_at, state_of
from plugins.editing.check import check_content
from plugins.editing.sources import read_source
from plugins.problems import Severity
from tests.plugins.writing import STORY, write
from tests.site.albums import photograph

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 12, 1, 12, tzinfo=SHANGHAI)
LATER = "2026-12-02 08:00"


def head(**values):
    """Give what gives the values of a head."""
    return lambda key: values.get(key, "")


@pytest.mark.parametrize(
    ("values", "state"),
    [
        pytest.param({}, State.PUBLISHED, id="ordinary"),
        pytest.param({"status": "draft"}, State.DRAFT, id="draft"),
        pytest.param({"status": "withdrawn"}, State.WITHDRAWN, id="withdrawn"),
        pytest.param({"status": "hidden"}, State.DRAFT, id="unknown status"),
        pytest.param({"publish_at": "2026-12-01 12:00"}, State.PUBLISHED, id="now"),
        pytest.param({"publish_at": "2026-12-01 12:01"}, State.SCHEDULED, id="soon"),
        pytest.param({"publish_at": "2026-12-01T04:01Z"}, State.SCHEDULED, id="another zone"),
        pytest.param({"publish_at": "2026-12-01 04:00 Z"}, State.PUBLISHED, id="now, elsewhere"),
        pytest.param({"publish_at": "2026-12-01 13:00+09:00"}, State.PUBLISHED, id="its zone"),
        pytest.param({"publish_at": "soon"}, State.DRAFT, id="no moment"),
        pytest.param({"publish_at": "2026-12-01"}, State.DRAFT, id="a day"),
        pytest.param({"publish_at": LATER, "status": "draft"}, State.DRAFT, id="draft, too"),
        pytest.param(
            {"publish_at": LATER, "status": "withdrawn"}, State.WITHDRAWN, id="withdrawn, too"
        ),
        pytest.param(
            {"publish_at": LATER, "status": "published"}, State.SCHEDULED, id="both lines"
        ),
    ],
)
def test_state(values, state):
    """Status goes before the moment; what cannot be read is not public."""
    assert state_of(head(**values), NOON) is state


def test_moment_is_told_in_the_zone_of_the_site():
    """A moment without a zone is the site's; one of another zone is told as the site's."""
    assert publish_at(head(publish_at=LATER), NOON) == datetime(2026, 12, 2, tzinfo=UTC)
    told = opens_at(head(publish_at="2026-12-02 00:00 Z"), NOON)
    assert told.isoformat() == "2026-12-02T08:00:00+08:00"
    assert opens_at(head(), NOON) == ALWAYS < told < NEVER == opens_at(head(status="draft"), NOON)


@pytest.mark.parametrize(
    "value",
    [
        *("soon", "2026-12-01", "2026-13-01 08:00", "2026-12-01 25:00", "2026-12-01 8:00"),
        *("2026-12-01 08：00", "2026-12-01 08:00 CST", "2026-12-01 08:00 +8", "0001-01-01 00:00"),
    ],
)
def test_other_forms_are_told(content, value):
    """A moment of another form, and one that does not exist, is a mistake in its line."""
    path = write(content / "stories" / "one.md", STORY | {"publish_at": value})
    (problem,) = check_content(content, now=NOON)
    assert (problem.path, problem.line) == (path, read_source(path).line("publish_at"))
    assert value in problem.what


@pytest.mark.parametrize("status", ["draft", "withdrawn", "published"])
def test_statuses_are_known(content, status):
    """Each of them may be written."""
    why = {"withdrawn": "2015-12-30 说明"} if status == "withdrawn" else {}
    write(content / "stories" / "one.md", STORY | {"status": status, "publish_at": LATER} | why)
    assert check_content(content, now=NOON) == []


@pytest.mark.parametrize(
    ("own", "other", "is_told"),
    [
        pytest.param({}, {"publish_at": LATER}, True, id="public to scheduled"),
        pytest.param({"publish_at": LATER}, {"publish_at": LATER}, False, id="the same moment"),
        pytest.param(
            {"publish_at": LATER}, {"publish_at": "2026-12-02 00:00 Z"}, False, id="in two zones"
        ),
        pytest.param(
            {"publish_at": LATER}, {"publish_at": "2026-12-02 08:01"}, True, id="to a later one"
        ),
        pytest.param(
            {"publish_at": LATER}, {"publish_at": "2026-12-02 07:59"}, False, id="to a sooner one"
        ),
        pytest.param({"publish_at": LATER}, {}, False, id="scheduled to public"),
        pytest.param({"status": "draft"}, {"publish_at": LATER}, False, id="draft to scheduled"),
        pytest.param({}, {"status": "draft"}, True, id="public to draft"),
        pytest.param({}, {"publish_at": "2026-12-01 12:00"}, False, id="public since now"),
    ],
)
@pytest.mark.parametrize(
    "link", ["/stories/two/", "../two/", "{filename}two.md", "/stories/old/", "/tags/xin-ci/"]
)
def test_links_wait_for_what_they_lead_to(content, own, other, is_told, link):
    """A page leads to what is public as soon as the page itself is: a story, an address that it
    had, a tag that no other story has.
    """
    path = write(content / "stories" / "one.md", STORY | own, f"[那篇]({link})")
    write(content / "stories" / "two.md", STORY | {"formerly": "old", "tags": "新词"} | other)
    found = check_content(content, now=NOON)
    assert [(each.path, each.line) for each in found] == [
        (path, len(STORY) + 2 + len(own))
    ] * is_told


@pytest.mark.parametrize(
    ("head", "public", "preview"),
    [
        ({}, ["broken-link", "unknown-album"], [Severity.PUBLISHING] * 2),
        ({"publish_at": LATER}, ["broken-link", "unknown-album"], [Severity.PUBLISHING] * 2),
        ({"status": "draft"}, [], []),
    ],
    ids=["public", "scheduled", "draft"],
)
def test_drafts_may_lead_to_drafts(content, head, public, preview):
    """What is not finished stops nobody; a preview shows it all, and says what stands in the way of
    readers.
    """
    write(content / "stories" / "one.md", STORY | head, "[那篇](/stories/two/)\n\n[[图集：new]]")
    write(content / "stories" / "two.md", STORY | {"status": "draft"})
    (content / "galleries" / "new").mkdir(parents=True)
    album = {"title": "新", "date": "2015-12-05", "summary": "一句。", "status": "draft"}
    write(content / "galleries" / "new" / "index.md", album)
    assert [each.rule for each in check_content(content, now=NOON)] == public
    found = check_content(content, now=NOON, is_preview=True)
    assert [each.severity for each in found] == preview


def test_a_story_may_become_a_draft_again(content):
    """Albums and the home page that lead to it stop the public site, and not the preview."""
    write(content / "stories" / "two.md", STORY | {"status": "draft"})
    (content / "galleries" / "new").mkdir(parents=True)
    (content / "galleries" / "new" / "1.jpg").write_bytes(photograph(1))
    album = {"title": "新", "date": "2015-12-05", "summary": "一句。"}
    text = "[那篇](/stories/two/)\n\n![画面](1.jpg)"
    write(content / "galleries" / "new" / "index.md", album, text)
    campaign = content / "campaign.toml"
    campaign.write_text('lead_stories = ["two"]\n' + campaign.read_text("utf-8"), "utf-8")
    stopping = {each.rule: each.severity for each in check_content(content, now=NOON)}
    assert stopping == dict.fromkeys(("broken-link", "unknown-story"), Severity.BUILD)
    found = check_content(content, now=NOON, is_preview=True)
    assert {each.rule: each.severity for each in found} == dict.fromkeys(
        stopping, Severity.PUBLISHING
    )


def test_mistakes_stop_previews_too(content):
    """What is wrong wherever it stands stops both."""
    write(content / "stories" / "one.md", STORY, "[那篇](/stories/nowhere/)")
    found = check_content(content, now=NOON, is_preview=True)
    assert [each.severity for each in found] == [Severity.BUILD]


def test_link_says_when_it_may_be_made(content):
    """Whoever leads to a scheduled story learns from when on he may."""
    write(content / "stories" / "one.md", STORY, "[那篇](/stories/two/)")
    write(content / "stories" / "two.md", STORY | {"publish_at": "2026-12-02 00:00 Z"})
    (problem,) = check_content(content, now=NOON)
    assert LATER in problem.what
    assert check_content(content, now=NOON + timedelta(days=1)) == []


def test_campaign_waits_too(content):
    """What the campaign leads with is public."""
    write(content / "stories" / "first.md", STORY | {"publish_at": LATER})
    file = content / "campaign.toml"
    file.write_text(f'lead_stories = ["first"]\n{file.read_text("utf-8")}', "utf-8")
    (problem,) = check_content(content, now=NOON)
    assert (problem.path, problem.line, LATER in problem.what) == (file, 1, True)
