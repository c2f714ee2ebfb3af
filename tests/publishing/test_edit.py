"""An edit costs what it changes, and leaves what a build from nothing gives."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing

import pytest

from publishing.build import build
from publishing.edit import STAGE, _staged
from publishing.engine.state import FORM, STATE
from publishing.engine.story import dump, load
from publishing.inputs import INPUTS
from publishing.release import BuildError
from publishing.settling import SLOTS
from publishing.slot_map import NAME
from tests.publishing.kills import killed

LATER = 4_000_000_000
"""Seconds: a moment to come, so a file of that time counts as just written."""
FEBRUARY = {"2011/02/index.html", "2011/index.html"}
INDEX = {"index.html", "index2.html", "index3.html"}
EDITORS = {"author/bian-ji-bu.html", "author/bian-ji-bu2.html"}
MORE_EDITORS = {*EDITORS, "author/bian-ji-bu3.html", "authors.html"}
REST = {"category/za.html", "category/za2.html"}
NEWS = {"category/xin-wen.html", "category/xin-wen2.html"}
THIRD = {*FEBRUARY, "archives.html", "author/xiao-li.html", "category/za2.html", "tag/jia.html"}
"""Lists that show the third story's line."""
NEW = """title: 新的一篇
date: 2012-07-15
tags: 甲
category: 新闻
note: 无

正文。
"""


@pytest.fixture
def minimal(minimal):
    """Give a built minimal site."""
    minimal.build()
    return minimal


def rename(site, old, new, linking=()):
    """Rename a story, and its name where others link to it."""
    (site.content / old).rename(site.content / new)
    for name in linking:
        site.replace(name, old, new)


CHANGES = {
    "body": (
        lambda site: site.replace("third.md", "- 二", "- 三"),
        {"di-san-pian.html", "index3.html"},
    ),
    "title, and with it the address": (
        lambda site: site.replace("third.md", "第三篇", "第三改"),
        {*THIRD, *INDEX, "di-san-gai.html", "wang-ye-xie-de-yi-pian.html"},
    ),
    "date": (
        lambda site: site.replace("third.md", "2011-02-01", "2011-02-03"),
        {*THIRD, *INDEX, "di-san-pian.html"},
    ),
    "tag": (
        lambda site: site.replace("third.md", "tags: 甲", "tags: 乙"),
        {"di-san-pian.html", "index3.html", "tags.html"}
        | {"tag/jia.html", "tag/yi.html", "tag/yi2.html"},
    ),
    "category": (
        lambda site: site.replace("third.md", "note: 无", "note: 无\ncategory: 新闻"),
        {*NEWS, *REST, "categories.html", "di-san-pian.html", "index3.html"},
    ),
    "field that is shown on its own page alone": (
        lambda site: site.replace("third.md", "note: 无", "note: 有"),
        {"di-san-pian.html", "index3.html"},
    ),
    "new": (
        lambda site: site.write("new.md", NEW),
        {*INDEX, *NEWS, *MORE_EDITORS, "2012/07/index.html", "2012/index.html", "archives.html"}
        | {"categories.html", "tag/jia.html", "tag/jia2.html", "tags.html", "xin-de-yi-pian.html"},
    ),
    "removed": (
        lambda site: (site.content / "sixth.md").unlink(),
        {*INDEX, *EDITORS, *REST, "2012/index.html", "archives.html", "authors.html"}
        | {"categories.html"},
    ),
    "renamed": (
        lambda site: rename(site, "sixth.md", "seventh.md"),
        {"2012/07/index.html", "2012/index.html", "archives.html", "author/bian-ji-bu.html"}
        | {"authors.html", "categories.html", "category/za.html", "index.html", "odd/place.html"},
    ),
    "renamed with the links to it": (
        lambda site: rename(site, "more/second.md", "more/zweite.md", ["first.md"]),
        {*FEBRUARY, *INDEX, *EDITORS, "archives.html", "authors.html", "categories.html"}
        | {"category/xin-wen.html", "di-er-pian.html", "di-yi-pian.html", "tag/yi.html"}
        | {"tags.html"},
    ),
    "translation hidden": (
        lambda site: site.replace("both-en.md", "lang: en", "lang: en\nstatus: hidden"),
        {"both-en.html", "both.html"},
    ),
    "shown that was hidden": (
        lambda site: site.replace("hidden.md", "status: hidden\n", ""),
        {*INDEX, *MORE_EDITORS, *REST, "2012/09/index.html", "2012/index.html", "archives.html"}
        | {"categories.html"},
    ),
    "draft finished": (
        lambda site: site.replace("draft.md", "status: draft\n", ""),
        {*INDEX, *MORE_EDITORS, *REST, "2012/10/index.html", "2012/index.html", "archives.html"}
        | {"categories.html", "cao-gao.html"},
    ),
    "address that others link to": (
        lambda site: site.replace("more/second.md", "note: 无", "note: 无\nslug: zwei"),
        {*FEBRUARY, *INDEX, "archives.html", "author/bian-ji-bu2.html", "category/xin-wen.html"}
        | {"di-yi-pian.html", "tag/yi.html", "zwei.html"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_change(minimal, name):
    """The tree is the program's own, no more is rendered than is needed, and no file is written
    that stays as it was.
    """
    release, before, places = minimal.release, minimal.tree(), minimal.places()
    change, rendered = CHANGES[name]
    change(minimal)
    minimal.build()
    after = minimal.tree()
    assert minimal.release == release
    assert minimal.rendered == rendered
    assert after == minimal.stock()
    stayed = {name for name in after if after[name] == before.get(name)}
    now = minimal.places()
    assert {name: now[name] for name in stayed} == {name: places[name] for name in stayed}


def test_page_below_one_that_goes(minimal):
    """A removed story takes along what stood below its address, but for pages of their own."""
    for name, address in (("outer", "place/"), ("inner", "place/within/")):
        head = f"url: {address}\nsave_as: {address}index.html\ntags: 甲"
        minimal.write(f"{name}.md", NEW.replace("新的一篇", name).replace("tags: 甲", head))
    minimal.build()
    assert "place/within/index.html" in minimal.tree()
    (minimal.content / "outer.md").unlink()
    minimal.build()
    assert "place/index.html" not in minimal.tree()
    assert minimal.tree() == minimal.stock()


def test_files_with_two_names_are_not_read(minimal, tmp_path):
    """A picture that is published already is known by its number; nobody reads its content."""
    shown = next(path for path in minimal.release.public.rglob("*") if path.is_file())
    (tmp_path / "same").hardlink_to(shown)
    (tmp_path / "other").write_bytes(shown.read_bytes())
    public = minimal.release.public
    (public / "same").hardlink_to(shown)
    staged = _staged(minimal.release, tmp_path, ["same", "other"])
    assert dict(staged) == {"other": shown.read_bytes()}


def test_nothing_changed(minimal):
    """Nothing is rendered and no file is written, not even a record."""
    everything = minimal.places(minimal.root)
    assert minimal.build() is False
    assert minimal.rendered == set()
    assert minimal.places(minimal.root) == everything


def test_same_time_and_size(minimal):
    """A story that is changed twice within one tick of the clock is read again."""
    path = minimal.content / "third.md"
    os.utime(path, (LATER, LATER))
    minimal.build()
    path.write_text(path.read_text("utf-8").replace("- 二", "- 三"), "utf-8")
    os.utime(path, (LATER, LATER))
    minimal.build()
    assert minimal.rendered == {"di-san-pian.html", "index3.html"}
    assert minimal.tree() == minimal.stock()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("theme/templates/page.html", "<h1>", "<h1 lang='zh'>", id="template"),
        pytest.param("theme/static/style.css", "auto", "0", id="style"),
        pytest.param("settings.py", "小站", "大站", id="setting"),
        pytest.param("content/pages/about.md", "title: 关于", "title: 说明", id="page"),
        pytest.param("content/web.html", "网页写的", "网页上的", id="story that is no Markdown"),
        pytest.param("content/files/note.txt", "附件", "新的附件", id="file"),
    ],
)
def test_new_release(minimal, name, old, new):
    """What is no story in Markdown makes all anew, in another folder."""
    before = minimal.release
    minimal.replace(f"../{name}", old, new)
    minimal.build()
    assert minimal.release.number == before.number + 1
    assert minimal.tree() == minimal.stock()


def test_another_number_of_processes(minimal):
    """The number of processes does not show in the pages, so nothing is made anew."""
    minimal.processes = 3
    assert minimal.build() is False


@pytest.mark.parametrize("name", [STATE, INPUTS])
def test_without_records(minimal, name):
    """A release that does not know what it was made of is followed by another."""
    before = minimal.release
    (before.records / name).unlink()
    minimal.replace("third.md", "- 二", "- 三")
    minimal.build()
    assert minimal.release.number == before.number + 1
    assert minimal.tree() == minimal.stock()


def test_state_of_another_form(minimal):
    """What an older version of the engine noted is not read."""
    before = minimal.release
    path = before.records / STATE
    path.write_bytes(dump((FORM - 1, *load(path.read_bytes(), {})[1:])))
    minimal.replace("third.md", "- 二", "- 三")
    minimal.build()
    assert minimal.release.number == before.number + 1


def test_mistake(minimal):
    """An edit that fails leaves everything as it was; once it is mended, it goes through."""
    before, tree = minimal.release, minimal.tree()
    minimal.replace("third.md", "- 二", "[二]({filename}nowhere.md)")
    for _ in range(2):
        with pytest.raises(BuildError, match=r"nowhere\.md"):
            minimal.build()
        assert minimal.tree() == tree
    minimal.replace("third.md", "nowhere.md", "first.md")
    minimal.build()
    assert minimal.release == before
    assert minimal.tree() == minimal.stock()


def test_one_after_another(minimal):
    """Edits follow edits, and what is undone gives what was there before."""
    before, tree = minimal.release, minimal.tree()
    texts = {path: path.read_bytes() for path in minimal.content.rglob("*.md")}
    for name in ("title, and with it the address", "new", "removed", "draft finished", "date"):
        CHANGES[name][0](minimal)
        minimal.build()
        assert minimal.tree() == minimal.stock(), name
    for path in minimal.content.rglob("*.md"):
        path.unlink()
    for path, text in texts.items():
        minimal.write(path.relative_to(minimal.content).as_posix(), text.decode())
    minimal.build()
    assert minimal.release == before
    assert minimal.tree() == tree


def either_way(site, number):
    """Bring the content to one of two states."""
    names = ("第三篇", "第三改") if number % 2 else ("第三改", "第三篇")
    if names[0] in (site.content / "third.md").read_text("utf-8"):
        site.replace("third.md", *names)
    extra = site.content / "new.md"
    if number % 2:
        site.write("new.md", NEW)
    else:
        extra.unlink(missing_ok=True)


@pytest.mark.parametrize(("processes", "count"), [(1, 20), (3, 6)])
def test_killed(minimal, processes, count):
    """An edit, or a full build, that is killed at any moment is made good by the next build."""
    minimal.processes = processes
    trees = [minimal.stock()]
    either_way(minimal, 1)
    trees.append(minimal.stock())
    dice = random.Random(processes)
    kills = number = 0
    while kills < count:
        number += 1
        either_way(minimal, number)
        after = dice.uniform(0, 0.15)
        kills += killed(lambda: build(minimal.plan, force=processes > 1), after=after)
        minimal.build()
        assert minimal.tree() == trees[number % 2]
        left = {path.name for path in minimal.release.records.iterdir()}
        assert not left & {STAGE, SLOTS}


def test_slots_after_kills(sqlite_site, tmp_path):
    """The slot map is that of a clean build after edits that were killed."""
    dice = random.Random(5)
    kills = 0
    while kills < 4:
        path = sqlite_site.write_story("third")
        kills += killed(sqlite_site.build, after=dice.uniform(0, 0.3))
        sqlite_site.build()
        path.unlink()
        kills += killed(sqlite_site.build, after=dice.uniform(0, 0.3))
        sqlite_site.build()
    clean, _ = build(sqlite_site.plan(tmp_path / "clean"))
    assert slots(sqlite_site.release) == slots(clean)


def slots(release):
    """Give which page of *release* holds which slot."""
    with closing(sqlite3.connect(release.records / NAME)) as connection:
        return connection.execute("SELECT slot, page FROM held ORDER BY slot, page").fetchall()
