"""Walks docs/zh-CN/first-story.md as a new editor does: from a clone to a story with an album that
readers see, in terminals and a browser.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests.serving.terminal import Terminal
from tests.site.albums import photograph
from tests.site.browserless import ROOT, free_port

TEN_MINUTES = 600
"""Seconds that the whole walk may take. It takes about one; typing is not counted, and neither is
the first start, which fetches packages.
"""
TITLE = "南山路口的早高峰"
STORY = "nan-shan-lu-kou-de-zao-gao-feng"
ALBUM = "lu-kou-de-yi-tian"
BODY = "早上七点半,路口的红马甲已经站好了。\n\n[[图集：lu-kou-de-yi-tian]]"


@pytest.fixture
def clone(tmp_path):
    """Give a clone of what is committed; its packages are those of these tests."""
    folder = tmp_path / "huisheng"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture
def terminal(clone):
    """Give what opens a terminal in the clone; each is closed at the end as Ctrl-C closes it."""
    own = ("COMMENTS_", "HUISHENG_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    environment |= {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
    opened = []

    def open_one(*words):
        opened.append(Terminal(["./run", *words], environment, str(clone)))
        return opened[-1]

    yield open_one
    for each in opened:
        if each.process.poll() is None:
            each.press(b"\x03")
            each.end()


@pytest.fixture
def pictures(tmp_path):
    """Give a folder of photos as somebody copied it from a camera: one says what it shows."""
    folder = tmp_path / "路口的一天"
    folder.mkdir()
    (folder / "雨天 1.jpg").write_bytes(photograph(1, captions={"zh-CN": "雨里"}, alt="红马甲撑伞"))
    (folder / "IMG_0002.jpg").write_bytes(photograph(2))
    return folder


def test_first_story(clone, terminal, pictures, desk):
    """Nobody needs to know more than the document says."""
    began = time.monotonic()
    public, own = free_port(), free_port()
    site = terminal("demo", "--port", str(public))
    site.wait_for("The desk")

    begin_story(terminal("new"))
    begin_album(terminal("new", "gallery", str(pictures)))
    story = clone / "content" / "stories" / f"{STORY}.md"
    album = clone / "content" / "galleries" / ALBUM / "index.md"
    replace(story, r"(?s)\n\n.*", f"\n\n{BODY}\n")

    look_at_draft(terminal("write", "--port", str(own)), desk, own, story)
    mend(terminal, album, story)
    publish(terminal, story, album)

    desk.goto(f"http://127.0.0.1:{public}/")
    desk.get_by_role("link", name=TITLE).first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(desk.locator("body")).to_contain_text("早上七点半，路口的红马甲，都站好了。")
    desk.get_by_role("link", name="路口的一天").first.click()
    expect(desk).to_have_url(f"http://127.0.0.1:{public}/galleries/{ALBUM}/")
    expect(desk.get_by_alt_text("红马甲撑伞")).to_be_visible()
    expect(desk.get_by_alt_text("斑马线上的小旗")).to_be_visible()
    assert time.monotonic() - began < TEN_MINUTES


def begin_story(editor):
    """Answer what `./run new` asks; what is in brackets is right."""
    editor.answer("标题：", TITLE)
    editor.answer("主题", "civility")
    editor.answer("日期", "")
    editor.answer("题图", "crossing.svg")
    editor.answer("图上画了什么", "剪纸风格插画：志愿者在路口举旗")
    editor.answer("收不收留言", "")
    editor.answer("摘要", "一个路口，一个早上。")
    editor.answer("署名", "编辑部")
    assert editor.end() == 0, editor.text()


def begin_album(editor):
    """Answer what `./run new gallery` asks."""
    editor.answer("图集的标题", "")
    editor.answer("日期", "")
    editor.answer("摘要", "从早到晚。")
    editor.answer("主题", "civility")
    editor.answer("署名", "摄影：编辑部")
    assert editor.end() == 0, editor.text()


def look_at_draft(writing, desk, port, story):
    """See the draft beside what is to be mended, and the page change when it is saved."""
    writing.wait_for("生成 →")
    desk.goto(f"http://127.0.0.1:{port}/stories/{STORY}/")

    expect(desk.get_by_role("note").first).to_contain_text("草稿")
    expect(desk.get_by_role("complementary", name="边写边看")).to_contain_text("1 处")
    replace(story, "已经站好了", "，都站好了")
    expect(desk.locator("body")).to_contain_text("都站好了", timeout=20_000)
    writing.press(b"\x03")
    assert writing.end() == 0, writing.text()


def mend(terminal, album, story):
    """Ask what is wrong, let be mended what is safe, and write what only a person knows."""
    asked = terminal("lint")
    assert asked.end() == 1, asked.text()
    assert "alt-missing" in asked.text()
    replace(album, r"!\[\]\(IMG_0002\.jpg", "![斑马线上的小旗](IMG_0002.jpg")
    mended = terminal("lint", "--fix")
    assert mended.end() == 0, mended.text()
    assert "早上七点半，路口的红马甲，都站好了。" in story.read_text("utf-8")


def publish(terminal, *files):
    """Make drafts public, and build."""
    for path in files:
        replace(path, r"status: draft\n", "")
    building = terminal("build")
    assert building.end() == 0, building.text()
    assert "release" in building.text()


def replace(path, pattern, words):
    """Change a file as an editor does; what is to be changed must be there."""
    text, count = re.subn(pattern, lambda _: words, path.read_text("utf-8"), count=1)
    assert count == 1, (pattern, path)
    path.write_text(text, "utf-8")
