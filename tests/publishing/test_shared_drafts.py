"""A draft is shown to whoever knows its address, and to nobody else, until its moment."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from comment_archive.due import DUE, Due
from comment_archive.files import Archive
from plugins.drafts.shared import FILE, SharedDraft, new_token, read_drafts, write_drafts
from plugins.trees import all_files
from publishing.changed import Journal, addresses_of
from publishing.due_builds import DueBuilds
from publishing.release import BuildError, Releases
from publishing.rollback import roll_back
from publishing.targets.files import File
from serving.environment import ServingError
from serving.sharing_drafts import Desk
from tests.living_site import ROOT, LivingSite
from tests.publishing.running import environment_of

TITLE = "还在写的一篇"
SECRET = "只给同事看的一段"
DRAFT = {"title": TITLE, "comments": "open\nstatus: draft", "body": f"{SECRET}。"}
WEEK = timedelta(days=7)


@pytest.fixture
def site(sqlite_site):
    """Give a built site with a draft."""
    sqlite_site.write_story("draft", **DRAFT)
    sqlite_site.build()
    return sqlite_site


def desk_of(site):
    """Open the desk at which drafts are shared, at the site's moment."""
    zone = ZoneInfo("Asia/Shanghai")
    return Desk(
        plan=site.plan(),
        releases=Releases(site.releases),
        site_url="http://127.0.0.1:8000",
        content=site.root / "content",
        zone=zone,
        now=site.now.astimezone(zone),
    )


def shared(site, days=7, name="draft"):
    """Share the draft; gives the name of its page."""
    told = desk_of(site).share(name, days)
    (token,) = re.findall(r"/preview/([0-9a-f]{32})/", told)
    return f"preview/{token}/index.html"


def holding(site, word):
    """Name the files of the tree that hold *word*."""
    public = site.release.public
    return {
        path.relative_to(public).as_posix()
        for path in all_files(public)
        if word.encode() in path.read_bytes()
    }


def test_one_page_and_nothing_else(site):
    """The draft adds its page and no other file changes: no list, feed, map, index or card."""
    before, times = site.tree(), site.times()
    page = shared(site)
    assert site.tree().keys() - before.keys() == {page}
    assert {name: site.tree()[name] for name in before} == before
    assert {name: time for name, time in site.times().items() if name != page} == times
    assert holding(site, SECRET) == holding(site, TITLE) == {page}
    token = page.split("/")[1]
    assert holding(site, token) == {page}
    assert "draft" not in site.release.directory().threads


def test_what_the_page_says(site):
    """It says what it is and until when; it tells machines nothing, and takes no message."""
    text = site.page(shared(site))
    assert "预览，未公开，有效期至2026-03-08 12:30" in text
    assert '<meta name="robots" content="noindex' in text
    assert '<meta name="referrer" content="no-referrer">' in text
    for word in (
        "<form method",
        "<!--slot",
        "og:",
        "canonical",
        "ld+json",
        "article:",
        "messages.xml",
    ):
        assert word not in text
    assert f"{SECRET}。" in text
    assert 'src="/pictures/scene.svg"' in text


def test_what_is_kept(site):
    """The list is its owner's alone; a draft that is shared again keeps its address."""
    first = shared(site, days=2)
    path = site.releases.with_name(FILE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert shared(site, days=5) == first
    (draft,) = read_drafts(path)
    assert (draft.story, draft.ends) == ("stories/draft.md", site.now + timedelta(days=5))
    assert len({new_token() for _ in range(100)}) == 100
    assert len(bytes.fromhex(draft.token)) * 8 == 128


def test_edits_reach_it(site, tmp_path):
    """The next build brings what was edited; all is what a clean build of the moment gives."""
    page = shared(site)
    site.write_story("draft", **DRAFT | {"body": "改过的一段。\n\n[那篇](/stories/first/)"})
    assert site.build()
    assert "改过的一段" in site.page(page)
    assert not site.build()
    assert site.tree() == site.clean_build(tmp_path / "clean")
    site.build(force=True)
    assert site.tree() == site.clean_build(tmp_path / "clean")


def test_build_after_the_moment_ends_it(site, tmp_path):
    """From its moment on no build shows it, and nothing else changes."""
    before = site.tree()
    page = shared(site)
    assert Due.read(site.release.records).at == site.now + WEEK
    site.now += WEEK
    assert site.build()
    assert page not in site.tree()
    assert site.tree() == before == site.clean_build(tmp_path / "clean")
    assert Due.read(site.release.records).at is None


def test_publisher_ends_it_though_nothing_can_be_built(site):
    """It goes at its moment, also where a mistake of an editor stops all builds."""
    page = shared(site)
    releases = Releases(site.releases)
    builds = DueBuilds(releases, lambda settings: [sys.executable, "-c", "raise SystemExit(1)"])
    builds.look(site.now + WEEK - timedelta(seconds=1))
    assert page in site.tree()
    builds.look(site.now + WEEK)
    builds.stop()
    assert page not in site.tree()
    assert not (site.release.public / "preview" / page.split("/")[1]).exists()


def test_ended_by_hand(site):
    """An editor ends it at once, by the file's name, in older releases too; even with a mistake."""
    page = shared(site)
    site.build(force=True)
    wrong = site.write_story("wrong", theme="nowhere")
    with pytest.raises(BuildError):
        desk_of(site).end("draft")
    assert [one for one in Releases(site.releases).all() if (one.public / page).exists()] == []
    wrong.unlink()
    site.build()
    assert list(desk_of(site).listed()) == []
    with pytest.raises(ServingError, match="draft"):
        desk_of(site).end("draft")


def test_older_release_shows_what_is_shared_now(site):
    """A roll-back brings no draft back whose time is over, and no later build undoes it."""
    page = shared(site)
    site.build(force=True)
    site.now += WEEK
    releases = Releases(site.releases, clock=lambda: site.now)
    roll_back(releases, Archive(site.archive))
    assert page not in site.tree()
    site.write_story("other", **DRAFT)
    with pytest.raises(ServingError, match=r"\./run build"):
        desk_of(site).share("other", 1)


def test_draft_that_became_public(site, tmp_path):
    """From the address a way leads to where the story stands, until the moment."""
    page = shared(site)
    site.write_story("draft", title=TITLE, body=f"{SECRET}。")
    site.build()
    assert "url=/stories/draft/" in site.page(page)
    assert SECRET not in site.page(page)
    assert site.tree() == site.clean_build(tmp_path / "clean")


def test_scheduled_story_and_what_it_leads_to(site, tmp_path):
    """A scheduled story is shown as well, also where it leads to another one that waits."""
    waits = "open\npublish_at: 2026-03-02 08:00"
    site.write_story("one", comments=waits, body=f"{SECRET}[二](/stories/two/)")
    site.write_story("two", comments=waits)
    site.build()
    page = shared(site, name="one")
    assert SECRET in site.page(page)
    site.now = datetime(2026, 3, 2, tzinfo=UTC)
    site.build()
    assert "url=/stories/one/" in site.page(page)
    assert site.tree() == site.clean_build(tmp_path / "clean")


def test_draft_with_a_mistake_is_not_shared(site):
    """Where the site cannot be built, nothing more is shared than before."""
    site.write_story("other", **DRAFT | {"theme": "nowhere"})
    with pytest.raises(BuildError, match=r"other\.md"):
        desk_of(site).share("other", 7)
    assert read_drafts(site.releases.with_name(FILE)) == []


@pytest.mark.parametrize(
    ("name", "days", "told"),
    [
        pytest.param("drafft", 7, "draft", id="nearly"),
        pytest.param("first", 7, "/stories/first/", id="public"),
        pytest.param("draft", 0, "1", id="no days"),
        pytest.param("draft", 91, "90", id="too many"),
    ],
)
def test_what_cannot_be_shared(site, name, days, told):
    """Each is refused with the mend."""
    with pytest.raises(ServingError, match=told):
        desk_of(site).share(name, days)


def test_no_cache_is_told_of_it(site):
    """Addresses for a cache to forget hold none of a draft; storage behind one keeps no copy."""
    page = shared(site)
    addresses = Journal(site.releases).since("1")
    assert not [address for address in addresses if "preview" in address]
    assert addresses_of([page, f"{page}.gz", "index.html"]) == ["/"]
    assert File(page, site.release.public / page).cache_control == "no-store"


def test_list_is_in_order(tmp_path):
    """What is written down does not depend on who came first."""
    drafts = [
        SharedDraft(f"stories/{n}.md", new_token(), "2026-03-08T00:00:00+00:00") for n in "ba"
    ]
    write_drafts(tmp_path / FILE, drafts)
    first = (tmp_path / FILE).read_bytes()
    write_drafts(tmp_path / FILE, reversed(drafts))
    assert (tmp_path / FILE).read_bytes() == first
    assert [each.story for each in read_drafts(tmp_path / FILE)] == ["stories/a.md", "stories/b.md"]


@pytest.mark.parametrize("text", ["", "[{}]", "null", '[{"token": "x"}]'])
def test_list_that_cannot_be_read(site, text):
    """Then nothing is shown, and all else goes on."""
    page = shared(site)
    site.releases.with_name(FILE).write_text(text, "utf-8")
    assert site.build()
    assert page not in site.tree()


def run(site, *words):
    """Do what an editor types."""
    command = [str(ROOT / "run"), "share-draft", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment_of(site), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_what_an_editor_types(site):
    """By the command the draft is shared, listed and ended, on the site that was built last."""
    content = str(site.root / "content")
    (site.root / "mine.py").write_text(f"from pelicanconf import *\nPATH = {content!r}\n", "utf-8")
    Due(settings=str(site.root / "mine.py")).write(site.release.records)
    code, told = run(site, "draft", "--days", "3")
    assert code == 0, told
    (address,) = re.findall(r"http://127.0.0.1:8000/(preview/[0-9a-f]{32}/)", told)
    assert SECRET in site.page(f"{address}index.html")
    assert address in run(site, "--list")[1]
    assert run(site, "draft", "--end")[0] == 0
    assert f"{address}index.html" not in site.tree()
    assert run(site)[0] == 1


def test_desk_before_the_first_build(tmp_path):
    """Without a site there is nowhere to show a draft; nor in one of an older version, which does
    not tell whether it is that for the public.
    """
    site = LivingSite.make(tmp_path, f"sqlite:///{tmp_path / 'comments.db'}")
    with pytest.raises(ServingError, match=r"\./run build"):
        Desk.of(site.config)
    site.build()
    (site.release.records / DUE).unlink()
    with pytest.raises(ServingError, match=r"\./run build"):
        Desk.of(site.config)
    site.close()
