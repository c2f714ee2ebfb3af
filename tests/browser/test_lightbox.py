"""The lightbox in a real browser: by finger, key, wheel and button, with addresses of its own."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import expect

from audit.browser import FLAGS
from audit.tools import CHROMIUM
from plugins.assets.bundles import page_scripts
from tests.browser.photo_pages import ORIGIN, STATIC, Site, strip_of, until, wall_of

LARGEST = 6_000
"""Bytes, compressed."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
BODY = f"<main><h1>图集</h1>{wall_of(range(1, 13))}</main>"
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
  .observe({ type: "layout-shift", buffered: true });
"""
PLACE = """
() => {
  const { left, top, width, height } = document
    .querySelector(".lightbox__slide:not([inert]) .lightbox__picture").getBoundingClientRect();
  return { left, top, width, height };
}
"""
HELD_STILL = """
document.getAnimations().every((each) =>
  !each.effect.target.closest(".lightbox") || each.playState === "finished")
"""


@pytest.fixture
def site(browser):
    """Give a function that makes a site of one album; what the browser complains of fails the
    test, but for what the test says that it refuses.
    """
    contexts, complaints = [], []

    def make(body=BODY, *, browser=browser, **options):
        context = browser.new_context(base_url=ORIGIN, **(PHONE | options))
        contexts.append(context)
        context.on("console", lambda said: complaints.append(said.text))
        context.on("weberror", lambda told: complaints.append(str(told.error)))
        site = Site(body, context)
        site.install()
        return site

    yield make
    for context in contexts:
        context.close()
    assert [text for text in complaints if "net::ERR_FAILED" not in text] == []


@pytest.fixture
def album(site):
    """Give an album of twelve photos on a phone, with motion reduced."""
    return site(reduced_motion="reduce").visit()


def link_of(page, number):
    """Give the link of a photo on its wall."""
    return page.locator(f".photo__link[href='/galleries/album/{number}/']").first


def open_photo(page, number):
    """Open a photo by its link and wait until it is there."""
    link_of(page, number).click()
    expect_shown(page, number)


def expect_shown(page, number, total=12):
    """Expect that the lightbox shows a photo, large."""
    expect(page.locator(".lightbox__status")).to_contain_text(f"第{number}张，共{total}张")
    shown = page.locator(".lightbox__slide:not([inert]) picture img")
    expect(shown).to_have_attribute("alt", f"画面{number}")
    expect(shown).to_have_js_property("complete", True)
    until(page, HELD_STILL)
    expect(page).to_have_url(f"{ORIGIN}/galleries/album/{number}/")


def expect_closed(page):
    """Expect that the album is there as before."""
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(f"{ORIGIN}/album/")
    expect(page).to_have_title("图集")


def touch(page, *steps):
    """Touch the screen, then lift: each step is the places of all fingers, in pixels."""
    session = page.context.new_cdp_session(page)
    for number, fingers in enumerate([*steps, []]):
        kind = "touchMove" if number else "touchStart"
        points = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(fingers)]
        values = {"type": kind if fingers else "touchEnd", "touchPoints": points}
        session.send("Input.dispatchTouchEvent", values)
    session.detach()


def swipe(page, start, end):
    """Move one finger in four steps."""
    parts = [step / 4 for step in range(5)]
    line = [[(a + (b - a) * part) for a, b in zip(start, end, strict=True)] for part in parts]
    touch(page, *([point] for point in line))


def place(page):
    """Say where the shown picture stands, in pixels."""
    until(page, HELD_STILL)
    return page.evaluate(PLACE)


def test_script_is_small():
    """What one who opens a photo loads is six kilobytes at most."""
    assert len(gzip.compress(page_scripts(STATIC)["lightbox"])) <= LARGEST


def test_click_opens(album):
    """A click shows the photo with its words, at its page's address, with its title."""
    link_of(album, 3).click()
    expect_shown(album, 3)
    dialog = album.get_by_role("dialog", name="看大图")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("第3张的图说")
    expect(dialog).to_contain_text("摄影3")
    expect(album).to_have_title("第3张的图说，志愿者在路口 · 图集")
    expect(dialog.get_by_role("button", name="关闭")).to_be_focused()
    expect(dialog.get_by_role("link", name="到这张图的页面去看")).to_have_attribute(
        "href", f"{ORIGIN}/galleries/album/3/"
    )


def test_script_comes_with_the_first_intent(site):
    """Nothing is loaded for readers who only read; a pointer on a photo loads it once."""
    site = site(**DESK)
    page = site.visit()
    assert "/lightbox.js" not in site.asked
    with page.expect_response("**/lightbox.js"):
        link_of(page, 1).hover()
    open_photo(page, 2)
    assert site.asked.count("/lightbox.js") == 1


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_click_with_a_key_is_the_browsers(site, key):
    """A click for a new tab or window opens that."""
    page = site(**DESK).visit()
    with page.context.expect_page():
        link_of(page, 1).click(modifiers=[key])
    expect_closed(page)


def test_without_scripts(site):
    """A photo leads to its page."""
    page = site(java_script_enabled=False).visit()
    link_of(page, 2).click()
    expect(page).to_have_title("照片页")


def test_without_dialogs(site):
    """Where the browser has none, a photo leads to its page, and the script is not loaded."""
    site = site()
    site.context.add_init_script("delete HTMLDialogElement.prototype.showModal")
    page = site.visit()
    link_of(page, 2).click()
    expect(page).to_have_title("照片页")
    assert "/lightbox.js" not in site.asked


def test_without_the_script(site):
    """Where it cannot be loaded, a photo leads to its page."""
    site = site()
    site.refused = lambda path: path == "/lightbox.js"
    page = site.visit()
    link_of(page, 2).click()
    expect(page).to_have_title("照片页")


def test_keys_turn(album):
    """Arrows turn and stop at the ends, Home and End jump."""
    open_photo(album, 2)
    for key, number in (
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("Home", 1),
        ("ArrowLeft", 1),
        ("End", 12),
        ("ArrowRight", 12),
    ):
        album.keyboard.press(key)
        expect_shown(album, number)


def test_buttons_turn(album):
    """Buttons turn, keep the focus and say where there is no further."""
    open_photo(album, 11)
    following = album.get_by_role("button", name="下一张")
    following.click()
    expect_shown(album, 12)
    expect(following).to_have_attribute("aria-disabled", "true")
    expect(following).to_be_focused()
    album.get_by_role("button", name="上一张").click()
    expect_shown(album, 11)
    expect(following).to_have_attribute("aria-disabled", "false")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_are_large(site, scheme):
    """Every control is 44 pixels or more each way, and has a name."""
    page = site(color_scheme=scheme).visit()
    open_photo(page, 1)
    controls = page.locator(".lightbox button, .lightbox a")
    expect(controls).to_have_count(6)
    for control in controls.all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert control.evaluate("each => each.ariaLabel || each.textContent")


def test_words_are_announced(album):
    """One region speaks caption, position and credit together, whenever the photo changes."""
    open_photo(album, 1)
    region = album.locator(".lightbox [aria-live='polite']")
    expect(region).to_have_attribute("aria-atomic", "true")
    album.keyboard.press("ArrowRight")
    expect(region).to_have_text(
        "第2张的图说，志愿者在路口 第2张，共12张摄影2", use_inner_text=False
    )


def test_photo_without_caption(site):
    """What is to be seen is spoken instead."""
    page = site(BODY.replace("figcaption", "template")).visit()
    open_photo(page, 2)
    expect(page.locator(".lightbox__caption .visually-hidden")).to_have_text("画面2")
    expect(page).to_have_title("画面2 · 图集")


def test_escape_goes_back_to_the_photo(album):
    """Esc closes; the focus is on the link of the photo shown last, and one sees it."""
    open_photo(album, 1)
    album.keyboard.press("End")
    expect_shown(album, 12)
    album.keyboard.press("Escape")
    expect_closed(album)
    expect(link_of(album, 12)).to_be_focused()
    expect(link_of(album, 12)).to_be_in_viewport(ratio=0.9)


def test_closing_leaves_no_trace_in_the_history(album):
    """After opening, turning and closing twice, one step back leaves the album."""
    album.goto("/album/?again")
    for _ in range(2):
        open_photo(album, 1)
        album.keyboard.press("ArrowRight")
        album.get_by_role("button", name="关闭").click()
        expect(album).to_have_url(f"{ORIGIN}/album/?again")
    album.go_back()
    expect(album).to_have_url(f"{ORIGIN}/album/")


def test_back_closes_and_forward_opens(album):
    """The browser's own ways work."""
    open_photo(album, 2)
    album.keyboard.press("ArrowRight")
    expect_shown(album, 3)
    album.evaluate("history.back()")
    expect_closed(album)
    expect(link_of(album, 3)).to_be_focused()
    album.evaluate("history.forward()")
    expect_shown(album, 3)
    album.keyboard.press("Escape")
    expect_closed(album)


def test_photos_address_loaded_anew(album):
    """Loaded there, one has the photo's page; back leads to the album, forward to the photo."""
    open_photo(album, 2)
    album.reload()
    expect(album).to_have_title("照片页")
    album.evaluate("history.back()")
    expect(album.locator(".wall")).to_be_visible()
    expect(album).to_have_url(f"{ORIGIN}/album/")
    album.evaluate("history.forward()")
    expect_shown(album, 2)


def test_link_to_the_page_and_back(album):
    """The photo's page is one step, and so is the way back to the album without a lightbox."""
    open_photo(album, 2)
    album.get_by_role("link", name="到这张图的页面去看").click()
    expect(album).to_have_title("照片页")
    album.go_back()
    expect_closed(album)
    open_photo(album, 4)


def test_swipe_turns(album):
    """The picture follows the finger, and the next one comes."""
    open_photo(album, 2)
    swipe(album, (300, 400), (100, 410))
    expect_shown(album, 3)
    swipe(album, (100, 400), (300, 410))
    expect_shown(album, 2)


def test_picture_follows_the_finger(album):
    """While the finger is down, the picture stands where the finger took it."""
    open_photo(album, 2)
    before = place(album)["left"]
    session = album.context.new_cdp_session(album)
    for kind, x in (("touchStart", 200), ("touchMove", 190), ("touchMove", 150)):
        points = [{"x": x, "y": 400}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert album.evaluate(PLACE)["left"] == pytest.approx(before - 50, abs=1)
    session.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    assert place(album)["left"] == pytest.approx(before, abs=1)
    expect_shown(album, 2)


def test_swipe_at_the_end(album):
    """There is nothing before the first photo: it comes back."""
    open_photo(album, 1)
    before = place(album)
    swipe(album, (100, 400), (330, 400))
    expect_shown(album, 1)
    assert place(album) == before


def test_swipe_down_closes(album):
    """Pulled down, the photo goes away; a little only, and it comes back."""
    open_photo(album, 2)
    before = place(album)
    touch(album, *([(200, 300 + down)] for down in (0, 10, 20)))
    assert place(album) == before
    swipe(album, (200, 300), (205, 700))
    expect_closed(album)
    expect(link_of(album, 2)).to_be_focused()


def test_pinch_zooms(album):
    """Two fingers apart: what is between them stays there, twice as large; one finger moves it, and
    not over its edge; two fingers together: as before.
    """
    open_photo(album, 1)
    before = place(album)
    middle = before["top"] + before["height"] / 2
    touch(album, *([(195 - 50 * n, middle), (195 + 50 * n, middle)] for n in (1, 1.5, 2)))
    after = place(album)
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.02)
    assert after["left"] + after["width"] / 2 == pytest.approx(195, abs=3)
    swipe(album, (100, middle), (150, middle))
    assert place(album)["left"] == pytest.approx(after["left"] + 50, abs=1)
    touch(album, *([(195 - 50 * n, middle), (195 + 50 * n, middle)] for n in (3, 2, 1)))
    assert place(album) == before
    expect_shown(album, 1)


def test_zoomed_photo_turns_at_its_edge(album):
    """Moved far beyond its edge, a zoomed photo makes room for the next one."""
    open_photo(album, 1)
    album.keyboard.press("+")
    swipe(album, (380, 400), (10, 400))
    expect_shown(album, 2)
    assert place(album)["width"] <= 390


@pytest.mark.parametrize("where", [(0.5, 0.5), (0.25, 0.75)], ids=["middle", "aside"])
def test_wheel_zooms_about_the_pointer(site, where):
    """What is under the pointer stays under it."""
    page = site(**DESK, reduced_motion="reduce").visit()
    open_photo(page, 1)
    before = place(page)
    x, y = (
        before["left"] + before["width"] * where[0],
        before["top"] + before["height"] * where[1],
    )
    page.mouse.move(x, y)
    page.mouse.wheel(0, -600)
    until(page, f"({PLACE})().width > {before['width'] * 3}")
    after = place(page)
    assert (x - after["left"]) / after["width"] == pytest.approx(where[0], abs=0.01)
    assert (y - after["top"]) / after["height"] == pytest.approx(where[1], abs=0.01)
    page.mouse.wheel(0, 3000)
    until(page, f"({PLACE})().width < {before['width'] + 1}")
    assert place(page) == before


def test_double_click_and_double_tap(album):
    """Two taps zoom, two more zoom back; one by itself does nothing."""
    open_photo(album, 1)
    before = place(album)
    middle = (before["left"] + before["width"] / 2, before["top"] + before["height"] / 2)
    touch(album, [middle])
    touch(album, [middle])
    assert place(album)["width"] == pytest.approx(2.5 * before["width"], rel=0.01)
    album.mouse.dblclick(*middle)
    assert place(album) == before
    expect_shown(album, 1)


def test_keys_zoom_and_move(site):
    """Plus and minus zoom, nought fits again; arrows move a zoomed photo and turn at its edge."""
    page = site(**DESK, reduced_motion="reduce").visit()
    open_photo(page, 1)
    before = place(page)
    for key in ("+", "+", "+", "-"):
        page.keyboard.press(key)
    zoomed = place(page)
    assert zoomed["width"] == pytest.approx(2.25 * before["width"], rel=0.01)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = place(page)
    assert (moved["left"], moved["top"]) == pytest.approx((zoomed["left"] - 80, zoomed["top"] - 80))
    page.keyboard.press("0")
    assert place(page) == before
    page.keyboard.press("+")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".lightbox__status")).not_to_contain_text("第1张")


def test_zoom_buttons(album):
    """They zoom, and say where it goes no further."""
    open_photo(album, 1)
    closer, further = (album.get_by_role("button", name=name) for name in ("放大", "缩小"))
    expect(further).to_have_attribute("aria-disabled", "true")
    for _ in range(4):
        closer.click()
    expect(closer).to_have_attribute("aria-disabled", "true")
    expect(further).to_have_attribute("aria-disabled", "false")
    assert place(album)["width"] == pytest.approx(4 * 390, rel=0.01)


def test_picture_never_leaves_the_stage(album):
    """However far a zoomed photo is moved, it fills the stage from side to side."""
    open_photo(album, 1)
    album.keyboard.press("+")
    album.keyboard.press("+")
    swipe(album, (200, 300), (250, 340))
    swipe(album, (200, 300), (250, 340))
    now = place(album)
    assert now["left"] <= 0.5
    assert now["left"] + now["width"] >= 389.5


def test_zoom_takes_the_largest_file(site):
    """The file suits the screen; zoomed, it is the largest."""
    site = site(reduced_motion="reduce")
    page = site.visit()
    open_photo(page, 1)
    assert "/pictures/1-1920.jpg" not in site.asked
    with page.expect_response("**/pictures/1-1920.jpg"):
        page.keyboard.press("+")


def test_neighbours_come_after(site):
    """The photos beside the one that is shown are fetched when that is there, and no others."""
    site = site(reduced_motion="reduce", device_scale_factor=2)
    page = site.visit()
    page.wait_for_load_state("networkidle")
    site.asked.clear()
    with page.expect_response("**/pictures/6-*"):
        open_photo(page, 5)
    page.wait_for_load_state("networkidle")
    large = [path for path in site.asked if "-1280" in path]
    assert large[0] == "/pictures/5-1280.jpg"
    assert sorted(large) == [f"/pictures/{number}-1280.jpg" for number in (4, 5, 6)]


def test_photo_that_is_not_to_be_had(site):
    """It is said, with a link to the photo's page, and the others are there."""
    site = site(reduced_motion="reduce", device_scale_factor=2)
    site.refused = lambda path: path.startswith("/pictures/2-1280")
    page = site.visit()
    link_of(page, 2).click()
    told = page.locator(".lightbox").get_by_role("alert")
    expect(told).to_contain_text("图片没有载入")
    told.get_by_role("link").focus()
    page.keyboard.press("ArrowRight")
    expect_shown(page, 3)
    page.keyboard.press("ArrowLeft")
    told.get_by_role("link").click()
    expect(page).to_have_title("照片页")


def test_larger_file_that_is_not_to_be_had(site):
    """Zoomed while the line is down, the photo stays as it is."""
    site = site(reduced_motion="reduce")
    site.refused = lambda path: path.endswith("1-1920.jpg")
    page = site.visit()
    open_photo(page, 1)
    with page.expect_event("requestfailed"):
        page.keyboard.press("+")
    shown = page.locator(".lightbox__slide:not([inert]) picture img")
    expect(shown).not_to_have_js_property("naturalWidth", 0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_colours_stand_in(site):
    """Until a photo is there, its colours are, in its size."""
    site = site(reduced_motion="reduce")
    site.refused = lambda path: path.startswith("/pictures/")
    page = site.visit()
    link_of(page, 1).click()
    cells = page.locator(".lightbox__slide:not([inert]) .photo__cells")
    expect(cells).to_be_visible()
    box = page.locator(".lightbox__slide:not([inert]) .lightbox__picture").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(4 / 3, rel=0.01)


def test_no_broken_picture_is_shown(site):
    """When the line goes down, colours and words stand there, not the browser's torn picture."""
    site = site(reduced_motion="reduce")
    page = site.visit()
    page.wait_for_load_state("networkidle")
    site.refused = lambda path: path.startswith("/pictures/")
    link_of(page, 1).click()
    shown = page.locator(".lightbox__slide:not([inert])")
    expect(shown.get_by_role("alert")).to_be_visible()
    images = shown.locator("img").evaluate_all("all => all.map((each) => each.naturalWidth)")
    assert 0 not in images


def test_focus_stays_within(site):
    """Tab walks the controls and never reaches the page behind."""
    page = site(**DESK).visit()
    open_photo(page, 2)
    seen = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        outside = "document.activeElement.closest('.lightbox, body > :not(.lightbox)')"
        name = page.evaluate(f"{outside}?.className ?? 'browser'")
        assert name in {"lightbox", "browser"}
        seen.add(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.href"))
    assert {"关闭", "上一张", "下一张", "放大", "缩小"} <= seen


def test_all_photos_of_a_page_are_one_series(site):
    """Walls and strips follow each other; each photo is told by where it stands."""
    page = site(f"<main>{wall_of([1, 2])}{strip_of([3, 4])}{wall_of([5])}</main>").visit()
    link_of(page, 3).click()
    expect_shown(page, 3, total=5)
    page.keyboard.press("End")
    expect_shown(page, 5, total=5)


def test_one_photo_by_itself(site):
    """There is nothing to turn to, so there are no buttons for it."""
    page = site(f"<main>{wall_of([1])}</main>").visit()
    link_of(page, 1).click()
    expect_shown(page, 1, total=1)
    expect(page.get_by_role("button", name="下一张")).to_be_hidden()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_motion(site, motion):
    """Photos slide in, but not for those who want no motion."""
    page = site(reduced_motion=motion).visit()
    open_photo(page, 1)
    properties = "getComputedStyle(document.querySelector('.lightbox__track')).transitionDuration"
    assert page.evaluate(properties) == ("0s" if motion == "reduce" else "0.25s")
    page.keyboard.press("ArrowRight")
    expect_shown(page, 2)


def test_tap_beside_the_picture_closes(album):
    """Where there is no picture, a tap closes."""
    open_photo(album, 5)
    touch(album, [(195, 120)])
    expect_closed(album)


def test_page_behind_stays(site, browser):
    """With a scroll bar that takes room: opening, wheel and closing move nothing of the page."""
    kind = browser.browser_type
    path = CHROMIUM.require()
    bars = kind.launch(
        executable_path=path, args=[*FLAGS], ignore_default_args=["--hide-scrollbars"]
    )
    page = site(**DESK, browser=bars, has_touch=False)
    page.context.add_init_script(SHIFTS)
    page = page.visit()
    page.wait_for_load_state("networkidle")
    places = """[...document.querySelectorAll('.wall__item, h1')]
        .map((each) => each.getBoundingClientRect().x)"""
    page.evaluate("scrollTo({ top: 150, behavior: 'instant' })")
    before = page.evaluate(places), page.evaluate("scrollY")
    assert page.evaluate("innerWidth - document.documentElement.clientWidth") > 0
    link_of(page, 5).click()
    expect_shown(page, 5)
    assert page.evaluate("document.querySelector('.lightbox').offsetWidth === innerWidth")
    page.mouse.wheel(0, 300)
    assert (page.evaluate(places), page.evaluate("scrollY")) == before
    page.keyboard.press("Escape")
    expect_closed(page)
    assert (page.evaluate(places), page.evaluate("scrollY")) == before
    assert page.evaluate("shifts") == []
    bars.close()


def test_window_turned_round(album):
    """A phone held across shows the whole photo, beside its words."""
    open_photo(album, 2)
    album.set_viewport_size({"width": 844, "height": 390})
    until(album, f"({PLACE})().height <= 390")
    now = place(album)
    assert now["top"] >= 0
    assert now["height"] > 300
    expect(album.get_by_role("button", name="关闭")).to_be_in_viewport(ratio=1)
