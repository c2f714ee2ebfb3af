"""The preview as an editor sees it: the page renews itself, and the checks stand beside it."""

from __future__ import annotations

import os
import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect

from audit.accessibility import violations
from audit.browser import Look, opened, show, sticks_out
from benchmarks.parts.preview import previewing
from tests.living_site import ROOT, SAMPLE

LOOKS = tuple(Look(width, scheme) for width in (390, 1280) for scheme in ("light", "dark"))
SETTINGS = """from pathlib import Path

THEME = str(Path(__file__).parent / "theme")
"""
LONG = "\n\n".join(f"第{number}段，写得长一些，好往下翻。" * 3 for number in range(60))
DOCUMENTED = ROOT / "docs" / "zh-CN" / "pictures"
TAKEN = "PICTURES_OF_DOCUMENTS"
"""The environment variable with which the documents' pictures are taken anew."""
MOST_BYTES = 200_000
TOGGLE = "huisheng-write button"
COLOURS = 128
PICTURES = {
    "preview.png": ("/stories/{story}/", Look(1280)),
    "preview-phone.png": ("/stories/{story}/", Look(390)),
    "preview-list.png": ("/_write/", Look(1280)),
}
"""The pictures of the documents: the page, and how it is shown."""


@pytest.fixture(scope="module")
def preview(tmp_path_factory):
    """Run a preview of the sample campaign, with a theme of its own, and a long story."""
    folder = tmp_path_factory.mktemp("campaign")
    shutil.copytree(SAMPLE, folder / "content")
    shutil.copytree(ROOT / "theme", folder / "theme", ignore=shutil.ignore_patterns("illustr*"))
    (folder / "settings.py").write_text(SETTINGS, "utf-8")
    first = folder / "content" / "stories" / "first.md"
    first.write_text(f"{first.read_text('utf-8')}\n{LONG}\n", "utf-8")
    with previewing(folder) as running:
        yield running


@pytest.fixture
def story(preview):
    """Give the file of a story; it is as before when the test ends."""
    path = preview.folder / "content" / "stories" / "first.md"
    before = path.read_text("utf-8")
    yield path
    if path.read_text("utf-8") != before:
        count = len(preview.events)
        path.write_text(before, "utf-8")
        preview.heard_since(count)


@pytest.fixture
def shown(preview, desk):
    """Show the story's page on a desk, its panel ready."""
    visit(desk, preview, "/stories/first/")
    return desk


def visit(page, preview, address):
    """Open a page of the preview, and wait until its panel knows what was found."""
    page.goto(f"{preview.address}{address}")
    page.wait_for_selector("huisheng-write[data-edition]", state="attached")


def edit(path, old, new):
    """Save a file with other words."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_page_renews_itself_where_it_was(shown, story):
    """The new words are there without a hand on the browser, and nothing has scrolled away."""
    shown.evaluate("scrollTo({ top: 1200, behavior: 'instant' })")
    shown.wait_for_function("() => scrollY === 1200")
    edit(story, "第40段", "新写的第40段")
    expect(shown.get_by_text("新写的第40段")).to_be_attached()
    shown.wait_for_function("() => Math.abs(scrollY - 1200) < 2")


def test_other_pages_stay(shown, preview):
    """A save of another story does not load this page again."""
    shown.evaluate("window.mark = 1")
    path = preview.folder / "content" / "stories" / "shut.md"
    before, count = path.read_text("utf-8"), len(preview.events)
    path.write_text(before + "\n多一段。\n", "utf-8")
    edition = preview.heard_since(count)["edition"]
    shown.wait_for_selector(f"huisheng-write[data-edition='{edition}']", state="attached")
    assert shown.evaluate("window.mark") == 1
    count = len(preview.events)
    path.write_text(before, "utf-8")
    preview.heard_since(count)


def test_styles_alone_are_changed_in_place(shown, preview):
    """A style sheet that was saved is put on without loading the page again."""
    path = preview.folder / "theme" / "static" / "css" / "55-story.css"
    before, count = path.read_text("utf-8"), len(preview.events)
    shown.evaluate("window.mark = 1")
    path.write_text(before + "\n.story h1 { letter-spacing: 7px; }\n", "utf-8")
    shown.wait_for_function(
        "() => getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'"
    )
    assert shown.evaluate("window.mark") == 1
    preview.heard_since(count)
    count = len(preview.events)
    path.write_text(before, "utf-8")
    preview.heard_since(count)


def test_mistake_opens_the_panel_and_its_mending_closes_it(shown, story):
    """The last good page stays, with what is wrong and where; the next save goes on."""
    toggle = shown.locator(TOGGLE)
    expect(toggle).to_have_attribute("aria-expanded", "false")
    edit(story, "theme: culture", "theme: cultur")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(toggle).to_contain_text("网页没有更新")
    told = shown.get_by_role("region", name="检查的结果")
    expect(told.locator(".finding").first).to_contain_text("第3行")
    expect(told.locator(".finding").first).to_contain_text("culture")
    expect(shown.get_by_role("heading", level=1)).to_contain_text("故事first")
    edit(story, "theme: cultur\n", "theme: culture\n")
    expect(toggle).to_have_attribute("aria-expanded", "false")


def test_mistakes_of_other_files_lead_to_their_pages(shown, preview, story):
    """They are told on every page, with a link."""
    visit(shown, preview, "/stories/second/")
    edit(story, "theme: culture", "theme: cultur")
    told = shown.get_by_role("region", name="检查的结果")
    expect(told.get_by_role("heading", name="其他文件")).to_be_visible()
    told.get_by_role("link", name="故事first").click()
    shown.wait_for_url("**/stories/first/")


def test_panel_works_by_keyboard(shown):
    """Enter opens it, Escape closes it and leaves the focus on its button."""
    toggle = shown.locator(TOGGLE)
    toggle.focus()
    shown.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    shown.keyboard.press("Tab")
    expect(shown.get_by_role("region", name="检查的结果")).to_be_focused()
    shown.keyboard.press("Escape")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(toggle).to_be_focused()


def test_form_is_only_shown(shown):
    """To send a message says that this is a preview, and goes nowhere."""
    said = []
    shown.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    shown.locator("#message-text").fill("你好。")
    shown.locator("#message-form button[type=submit]").click()
    assert said == ["这是预览，留言不会送出。"]
    assert shown.url.endswith("/stories/first/")


def test_panel_is_a_sheet_on_a_phone_and_stands_at_the_side_of_a_desk(browser, preview):
    """It covers the width of a phone at the bottom, and of a desk a part of the right."""
    for look, is_sheet in ((Look(390), True), (Look(1280), False)):
        with opened(browser, look) as page:
            visit(page, preview, "/stories/first/")
            page.locator(TOGGLE).click()
            box = page.locator("huisheng-write aside").bounding_box()
            assert (box["width"] == look.width) == is_sheet
            assert (box["x"] == 0) == is_sheet
            assert not sticks_out(page)


@pytest.mark.parametrize("address", ["/stories/first/", "/_write/"])
def test_axe_finds_nothing(browser, preview, story, address):
    """Neither on a page with its open panel nor on the list, in all looks, with mistakes told."""
    edit(story, "theme: culture", "theme: cultur")
    with opened(browser, LOOKS[0]) as page:
        page.goto(f"{preview.address}{address}")
        if address != "/_write/":
            expect(page.get_by_role("region", name="检查的结果")).to_be_visible()
        for look in LOOKS:
            show(page, look)
            assert violations(page) == [], look
            assert not sticks_out(page), look


def test_site_looks_as_without_the_panel(browser, preview):
    """No element of the page has another style or place for the panel's being there."""
    state = """[...document.body.querySelectorAll("*")].filter((each) =>
      !["HUISHENG-WRITE", "SCRIPT"].includes(each.tagName)).map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return [each.tagName, x, y, width, height, getComputedStyle(each).color].join();
    })"""
    with opened(browser, Look(1280)) as page:
        visit(page, preview, "/stories/second/")
        page.wait_for_load_state("networkidle")
        with_panel = page.evaluate(state)
        page.evaluate("document.querySelector('huisheng-write').remove()")
        assert page.evaluate(state) == with_panel
        assert len(with_panel) > 50


def test_list_needs_no_script(browser, preview, story):
    """Without scripts it says the same of all texts, and leads to their pages."""
    edit(story, "theme: culture", "theme: cultur")
    preview.heard_since(len(preview.events) - 1)
    with opened(browser, Look(390), scripts=False) as page:
        page.goto(f"{preview.address}/_write/")
        expect(page.locator(".finding--stops")).to_have_count(1)
        page.get_by_role("link", name="故事first").click()
        page.wait_for_url("**/stories/first/")


def test_pictures_of_the_documents(browser, preview, story, tmp_path, request):
    """They can be taken, and are small; with PICTURES_OF_DOCUMENTS=1 they are taken anew, of the
    demonstration campaign.
    """
    folder = DOCUMENTED if os.environ.get(TAKEN) else tmp_path
    if folder == DOCUMENTED:
        with previewing(demonstration(tmp_path / "campaign")) as running:
            take(browser, running, "night-bus", folder)
    else:
        edit(story, "summary:", "sumary:")
        take(browser, preview, "first", folder)
    assert sorted(path.name for path in folder.glob("preview*.png")) == sorted(PICTURES)
    assert max(path.stat().st_size for path in folder.glob("*.png")) < MOST_BYTES


DRAFT = """title: 夜班车上的志愿者
status: draft
date: 2015-12-20
theme: civility
tags: 志愿者
summary: 末班车开走以后，还有人在站台上等着，问一句：“您认得路吗？”
credit: 志愿者之城编辑部

末班车是23点40分。车开走以后,站台上还剩下几个人，多半是头一回来这座城市的。老周穿着红马甲，从灯底下走过来问：“您认得路吗？”

他在这里站了三年 ，问过的人自己也数不清。

## 一张手写的地图

地图画在硬纸板的背面，标着通宵营业的药店、派出所和有热水的地方。“背熟了，就不用看了。”他说。
"""


def demonstration(folder):
    """Copy the demonstration's content, with a draft in which something is to be mended."""
    shutil.copytree(ROOT / "content", folder / "content")
    (folder / "content" / "stories" / "night-bus.md").write_text(DRAFT, "utf-8")
    return folder


def take(browser, preview, story, folder):
    """Take every picture of the documents with the panel open, in few colours."""
    folder.mkdir(exist_ok=True)
    for name, (address, look) in PICTURES.items():
        with opened(browser, look) as page:
            page.add_init_script("sessionStorage.setItem('huisheng-write:open', 'yes')")
            page.goto(preview.address + address.format(story=story))
            page.wait_for_load_state("load")
            if "{story}" in address:
                expect(page.get_by_role("region", name="检查的结果")).to_be_visible()
            page.screenshot(path=folder / name, animations="disabled")
        with Image.open(folder / name) as picture:
            picture.convert("RGB").quantize(COLOURS).save(folder / name, optimize=True)
