"""What a reader does without a mouse: everything is reached, and one always sees where one is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from audit.browser import Look, opened
from audit.pages import named, visit

WALKED = named(
    "home",
    "story with messages",
    "album",
    "photo",
    "search",
    "messages",
    "message form with a mistake",
)
FAULT_OF_FOCUS = """
() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "";
  const words = focused.id || focused.textContent.trim().slice(0, 20);
  const name = `<${focused.tagName.toLowerCase()}> ${words}`;
  const hidden = getComputedStyle(focused).clipPath !== "none" || focused.offsetWidth <= 1;
  const seen = hidden && focused.labels && focused.labels.length ? focused.labels[0] : focused;
  const rings = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  const card = seen.closest("article, li") || seen;
  const styles = [seen, card].map((element) => getComputedStyle(element));
  styles.push(getComputedStyle(seen, "::after"));
  if (!styles.some(rings)) return `${name} shows no focus`;
  const boxes = [...seen.getClientRects()];
  const box = boxes.find(({ width, height }) => width > 0 && height > 0);
  if (!box) return `${name} has no box`;
  const { innerWidth: width, innerHeight: height } = window;
  const x = (Math.max(box.left, 0) + Math.min(box.right, width)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, height)) / 2;
  if (x < 0 || y < 0 || x > width || y > height || box.bottom < 0 || box.top > height) {
    return `${name} is outside the window`;
  }
  const top = document.elementFromPoint(x, y);
  const related = top && (seen.contains(top) || top.contains(seen));
  return related ? "" : `${name} is covered by <${top && top.tagName}>`;
}
"""
LAST = 400
"""More than the stops of any page."""


def press_until(page, key, condition):
    """Press *key* until *condition*, a piece of JavaScript, holds; says whether it did."""
    for _ in range(LAST):
        page.keyboard.press(key)
        if page.evaluate(condition):
            return True
    return False


def is_focused(selector):
    """Give the condition that the focus is on *selector*."""
    return f"document.activeElement.matches({selector!r})"


@pytest.mark.parametrize("width", [390, 1280], ids="{}px".format)
@pytest.mark.parametrize("kind", WALKED, ids=lambda kind: kind.name)
def test_focus_is_always_seen(browser, whole_site, kind, width):
    """From the first stop to the last, the focus has a ring, is in the window and not covered."""
    with opened(browser, Look(width)) as page:
        page.emulate_media(reduced_motion="reduce")
        visit(page, whole_site, kind)
        page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
        faults, stops = [], 0
        for _ in range(LAST):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            stops += 1
            faults.append(page.evaluate(FAULT_OF_FOCUS))
        assert [fault for fault in faults if fault] == []
        assert 5 <= stops < LAST


def test_skip_link(desk, whole_site):
    """The first stop leads past the header, to where reading begins."""
    desk.goto(f"{whole_site.address}/stories/stage-goal/")
    desk.keyboard.press("Tab")
    assert desk.evaluate(is_focused("a[href='#main']"))
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("#main$"))
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_switches(browser, whole_site, scripts):
    """Large type, light and dark are switched by keys, with and without scripts."""
    with opened(browser, Look(390), scripts=scripts) as page:
        page.goto(f"{whole_site.address}/about/")
        size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
        ground = "getComputedStyle(document.body).backgroundColor"
        small, light = page.evaluate(size), page.evaluate(ground)
        assert press_until(page, "Tab", is_focused("#large"))
        page.keyboard.press("Space")
        assert page.evaluate(size) >= small * 1.25
        assert press_until(page, "Tab", is_focused("summary"))
        page.keyboard.press("Enter")
        assert press_until(page, "Tab", is_focused("[name='scheme']"))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(is_focused("#scheme-dark:checked"))
        page.wait_for_function(f"{ground} !== {light!r}")
        page.goto(f"{whole_site.address}/feeds/")
        assert page.locator("#large").is_checked() == scripts  # kept only where there are scripts


def test_carousel(desk, whole_site):
    """Arrow keys go from slide to slide, the buttons as well; it says which one is shown."""
    desk.emulate_media(reduced_motion="reduce")
    desk.goto(f"{whole_site.address}/")
    carousel = desk.locator("#gallery [data-enhance='carousel']")
    status = carousel.locator("[aria-live='polite']")
    first = status.inner_text()
    assert press_until(desk, "Tab", is_focused("#gallery .carousel__track"))
    desk.keyboard.press("ArrowRight")
    expect(status).not_to_have_text(first)
    assert press_until(desk, "Tab", is_focused("#gallery .carousel__button--previous"))
    desk.keyboard.press("Enter")
    expect(status).to_have_text(first)
    assert desk.evaluate(is_focused("#gallery .carousel__button--previous"))


def test_form(phone, whole_site):
    """A message is written and sent by keys alone, and each field is reached on the way; a mistake
    is told at its field.
    """
    phone.goto(f"{whole_site.address}/stories/stage-goal/")
    names = []
    for field in ("name", "text"):
        assert press_until(phone, "Tab", is_focused("form [name]"))
        names.append(phone.locator(":focus").get_attribute("name"))
        if field == "text":
            phone.keyboard.type("。。")
    assert names == ["name", "text"]
    assert press_until(phone, "Tab", is_focused("form button"))  # past the link to the terms
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    expect(phone).to_have_title(re.compile("出错了"))
    assert phone.locator("[name='text']").get_attribute("aria-invalid") == "true"
