"""A withdrawn story: what stands at its address, and that nothing of it stands anywhere else."""

from __future__ import annotations

import re

import pytest

from comments_service.errors import ThreadShut
from comments_service.models import Action
from comments_service.permalinks import message_link
from publishing.build import threads_without_story
from publishing.changed import Journal
from tests.living_site import STORY, LivingSite
from tests.plugins.discovery.test_built_site import write_photo

NOTE = "消息来源有误，编辑部致歉。"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path d="M0 0h9"/></svg>'
FORMER = "formerly: before\nthread: third\n"
STATUS = f"status: withdrawn\nwithdrawn: 2016-01-30 {NOTE}\n"
BODY = "独有的正文一句。\n\n## 小标题\n\n![画面](/pictures/own.svg)\n\n![照片](/pictures/photo.jpg)"


def write(site, more="", *, slug="third", body=BODY):
    """Write a story as an editor does, with *more* lines of its head."""
    path = site.root / "content" / "stories" / f"{slug}.md"
    head, _, text = STORY.partition("\n\n")
    values = {"title": f"故事{slug}", "date": "2015-12-10", "theme": "culture", "comments": "open"}
    told = f"{head}\n{more}\n{text}".format(**values, body=body)
    path.write_text(told.replace("picture: scene.svg", "picture: lead.svg"), "utf-8")


def prepare(site):
    """Write a story with messages on several pages and pictures of its own, and publish it."""
    for name in ("own", "lead"):
        (site.root / "content" / "pictures" / f"{name}.svg").write_text(DRAWING)
    write_photo(site.root / "content" / "pictures" / "photo.jpg", [20, 90, 200])
    write(site, FORMER)
    site.build()
    for number in range(8):
        site.post_approved(thread="third", text=f"留言第{number}条")
    for number in range(4):
        site.post_approved(thread="first", text=f"另一处第{number}条")
    site.publish()
    return site


@pytest.fixture
def site(sqlite_site):
    """Give a site with the story."""
    return prepare(sqlite_site)


@pytest.fixture(scope="module")
def withdrawn(tmp_path_factory):
    """Give a site that the story was withdrawn from, for tests that change nothing; with it, what
    was published before, and the addresses that changed.
    """
    root = tmp_path_factory.mktemp("withdrawn")
    site = prepare(LivingSite.make(root, f"sqlite:///{root / 'comments.db'}"))
    before, journal = site.tree(), Journal(site.releases).path
    known = len(journal.read_text("utf-8").splitlines())
    assert not withdraw(site)
    lines = journal.read_text("utf-8").splitlines()[known:]
    yield site, before, {line.partition("\t")[2] for line in lines}
    site.close()


def withdraw(site):
    """Withdraw the story; says whether a new release was made."""
    before = site.release.number
    write(site, FORMER + STATUS)
    site.build()
    return site.release.number != before


def differing(site, folder):
    """Name the files that are not what a clean build gives."""
    clean, tree = site.clean_build(folder), site.tree()
    return {name for name in clean.keys() | tree.keys() if clean.get(name) != tree.get(name)}


def test_nothing_of_it_stands_anywhere_else(withdrawn, tmp_path):
    """An edit takes text, messages, feeds and pictures away, as a clean build would."""
    site, before, _ = withdrawn
    for name in ("stories/third/messages/1/index.html", "stories/third/messages.xml"):
        assert name in before
    tree = site.tree()
    below = {name for name in tree if name.startswith(("stories/third/", "stories/before/"))}
    names = ("stories/third", "stories/before")
    assert below == {f"{name}/{file}" for name in names for file in ("index.html", "gone.txt")}
    texts = {name: content.decode("utf-8", "replace") for name, content in tree.items()}
    assert [name for name, text in texts.items() if "独有的正文" in text or "留言第" in text] == []
    named = {name for name, text in texts.items() if "故事third" in text or "third" in text}
    assert named == {f"{name}/index.html" for name in names}
    gone = {name for name in before if name.startswith("pictures/")} - tree.keys()
    drawings = {"pictures/own.svg", "pictures/lead.svg"}
    assert drawings < gone
    assert {name.partition("-")[0] for name in gone - drawings} == {"pictures/photo"}
    assert not any(name.startswith("pictures/photo") for name in tree)
    assert "pictures/scene.svg" in tree
    assert differing(site, tmp_path / "clean") == set()


def test_page_tells_why(withdrawn):
    """Its page says what was withdrawn, when and why, and asks robots to leave it out."""
    site, *_ = withdrawn
    for name in ("third", "before"):
        page = site.page(f"stories/{name}/index.html")
        assert '<meta name="robots" content="noindex">' in page
        assert NOTE in page
        assert '<time datetime="2016-01-30">2016年1月30日</time>' in page
        assert "故事third" in re.sub("<[^>]*>", "", page.partition("<h1>")[2].partition("</h1>")[0])
        for absent in ("<form", 'rel="canonical"', "application/ld+json", "og:"):
            assert absent not in page


def test_messages_are_counted_out(withdrawn):
    """The wall counts and shows what is left, on its older pages too."""
    site, before, _ = withdrawn
    assert "共12条" in before["messages/index.html"].decode()
    walls = [text.decode() for name, text in site.tree().items() if name.startswith("messages/")]
    assert sum(text.count("另一处第") for text in walls if "<html" in text) >= 4
    assert not any("留言第" in text for text in walls)
    assert "共4条" in site.page("messages/index.html")


def test_comes_back(site, tmp_path):
    """Published again, the story has its text, messages, feeds and pictures as before."""
    before = site.tree()
    withdraw(site)
    write(site, FORMER)
    site.build()
    assert site.tree() == before


def test_moderators_go_on(site, tmp_path):
    """What is decided of its messages meanwhile shows when it is back, and nowhere before."""
    number = site.post(thread="third", text="等着的一条")
    withdraw(site)
    site.decide(number, Action.APPROVE)
    site.publish()
    assert not any("等着的一条".encode() in content for content in site.tree().values())
    assert differing(site, tmp_path / "clean") == set()
    write(site, FORMER)
    site.build()
    assert "等着的一条" in site.page("stories/third/index.html")
    assert differing(site, tmp_path / "clean again") == set()
    with site.database.reading() as session:
        assert message_link(session, site.comment(number), site.directory) is not None


def test_pictures_that_others_show_stay(site, tmp_path):
    """A picture goes with the last text that shows it."""
    write(site, slug="fourth", body="![画面](/pictures/own.svg)")
    withdraw(site)
    assert "pictures/own.svg" in site.tree()
    write(site, slug="fourth", body="没有图。")
    site.build()
    tree = site.tree()
    assert ("pictures/own.svg" in tree, "pictures/lead.svg" in tree) == (False, True)
    assert differing(site, tmp_path / "clean") == set()


def test_other_texts_may_still_name_it(site, tmp_path):
    """A withdrawal does not wait for links, nor for what the home page names."""
    campaign = site.root / "content" / "campaign.toml"
    campaign.write_text(campaign.read_text("utf-8").replace('"first"', '"third"', 1), "utf-8")
    body = "[甲](/stories/third/#xiao-biao-ti)，[乙](/stories/before/)，[丙]({filename}third.md)。"
    write(site, slug="fourth", body=body)
    site.build()
    assert not withdraw(site)
    assert 'href="/stories/third/#xiao-biao-ti"' in site.page("stories/fourth/index.html")
    assert "故事third" not in site.page("index.html")
    assert differing(site, tmp_path / "clean") == set()


def test_service_refuses_with_a_sentence(withdrawn):
    """Nobody can write to a withdrawn story; its messages lead nowhere, and are not lost."""
    site, *_ = withdrawn
    with pytest.raises(ThreadShut, match="《故事third》已经撤下"):
        site.post(thread="third")
    with site.database.reading() as session:
        assert message_link(session, site.comment(1), site.directory) is None
    assert threads_without_story(site.publisher.archive, site.release) == []


def test_a_clean_release_may_be_made_of_it(site, tmp_path):
    """A new release does not take the small page for something lost."""
    write(site, FORMER, body=BODY + "\n\n长。" * 5_000)
    site.build(force=True)
    write(site, FORMER + STATUS)
    assert site.build(force=True)
    assert NOTE in site.page("stories/third/index.html")


def test_addresses_are_told_to_caches(withdrawn):
    """What a cache before the site must forget names the page and all that was below it."""
    _, _, told = withdrawn
    of_story = {f"/stories/third/{name}" for name in ("", "messages", "messages.xml", "gone.txt")}
    assert {*of_story, "/stories/before/", "/pictures/own.svg", "/", "/messages/"} <= told
