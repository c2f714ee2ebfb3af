"""A reader looks at an album: page by page without a script, in files that fit the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from audit.browser import Look, opened
from tests.browser.photo_pages import until

ALBUM = "/galleries/volunteers-2015/"
PHOTO = f"{ALBUM}01-stars/"
LOOKED_AT = ("/", "/galleries/", ALBUM, PHOTO)
IN_VIEW = """[...document.querySelectorAll("main img[srcset]")].filter((image) => {
  const { left, right, width } = image.parentNode.parentNode.getBoundingClientRect();
  return width > 1 && left < innerWidth && right > 0;
})"""
"""The photos of a page, but for the slides of a strip that lie beside it."""
SHOWN = (
    f"() => {IN_VIEW}"
    """.map((image) => {
  const better = image.parentNode.querySelector("source") || image;
  const widths = better.srcset.split(", ").map((each) => parseInt(each.split(" ")[1], 10));
  const box = image.getBoundingClientRect();
  const wide = Math.max(box.width, (box.height * image.width) / image.height);
  return [image.currentSrc.split("/").pop(), Math.min(box.width, wide), widths];
})"""
)
"""The file of each photo, how wide it stands in pixels, and which widths there are."""
SCROLL = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 3) {
    scrollTo(0, y);
    for (let n = 0; n < 4; n += 1) await new Promise(requestAnimationFrame);
  }
}"""
LOADED = f"{IN_VIEW}.every((image) => image.currentSrc)"


def fits(name, shown, widths):
    """Say whether a file is wide enough and no wider than the next one that is."""
    width = int(name.rpartition("-")[2].partition(".")[0])
    enough = [each for each in widths if each >= 0.95 * shown] or widths[-1:]
    return width in enough[:2] and name.endswith(".avif")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", LOOKED_AT)
def test_photos_are_as_large_as_they_are_shown(whole_site, browser, address, width):
    """Each place says how wide its photos stand, so none is coarse and none too heavy."""
    with opened(browser, Look(width)) as page:
        page.goto(whole_site.address + address)
        page.evaluate(SCROLL)
        until(page, LOADED)
        photos = page.evaluate(SHOWN)
    assert photos
    assert [photo for photo in photos if not fits(*photo)] == []


def test_album_is_walked_without_a_script(whole_site, page):
    """From the home page to the album, through all of its photos, and back."""
    page.goto(f"{whole_site.address}/")
    page.locator("#gallery").get_by_role("link", name="全部10张").click()
    expect(page).to_have_url(re.compile(f"{ALBUM}$"))
    page.locator(".photo__link").first.click()
    expect(page).to_have_url(re.compile(f"{PHOTO}$"))
    seen = [page.url]
    while (following := page.locator("a[rel=next]")).count():
        address = whole_site.address + following.get_attribute("href")
        following.click()
        expect(page).to_have_url(address)
        seen.append(address)
    assert len(set(seen)) == 10
    page.locator("a[rel=prev]").click()
    expect(page).to_have_url(seen[-2])
    page.get_by_role("link", name="回到图集").click()
    expect(page).to_have_url(re.compile(f"{ALBUM}$"))


def test_large_view_and_its_address(whole_site, phone):
    """The large view turns, has the address of the photo it shows, and gives focus back."""
    phone.goto(whole_site.address + ALBUM)
    links = phone.locator(".photo__link")
    links.first.focus()
    phone.keyboard.press("Enter")
    dialog = phone.get_by_role("dialog")
    dialog.wait_for()
    expect(phone).to_have_url(re.compile(f"{PHOTO}$"))
    phone.keyboard.press("ArrowRight")
    second = links.nth(1).get_attribute("href")
    phone.wait_for_url(f"**{second}")
    assert "第2张，共10张" in dialog.inner_text()
    phone.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    phone.wait_for_url(f"**{ALBUM}")  # the browser goes back in its own time
    assert phone.evaluate("document.activeElement.getAttribute('href')") == second
    phone.goto(whole_site.address + second)
    assert "文博会" in phone.locator("h1").inner_text()


def test_nothing_of_an_album_moves(whole_site, phone):
    """Photos keep their room from the start: nothing shifts while they come."""
    phone.goto(whole_site.address + ALBUM)
    phone.evaluate(SCROLL)
    until(phone, LOADED)
    shifts = """() => new Promise((done) => {
      const found = [];
      new PerformanceObserver((list) => found.push(...list.getEntries().map((e) => e.value)))
        .observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => done(found)));
    })"""
    assert phone.evaluate(shifts) == []
