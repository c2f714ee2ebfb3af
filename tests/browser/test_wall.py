"""Walls, slides and pages of photos in a real browser: nothing moves, nothing sticks out, and
little is fetched.
"""

from __future__ import annotations

import re

import pytest

from plugins.assets.bundles import page_styles
from plugins.galleries.views import NARROWEST, WIDEST, shape_of
from tests.browser.photo_pages import (
    ORIGIN,
    SHAPES,
    STATIC,
    Site,
    size_of,
    strip_of,
    until,
    wall_of,
)

BEFORE_SCROLLING = 14
"""Photos that may be fetched, of a hundred, on a phone."""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { shifted += value }))
  .observe({ type: "layout-shift", buffered: true });
"""
ROWS = """
() => {
  const rows = new Map();
  for (const link of document.querySelectorAll(".wall .photo__link")) {
    const { left, right, top, width, height } = link.getBoundingClientRect();
    const row = Math.round(top + scrollY);
    rows.set(row, [...(rows.get(row) || []), { left, right, width, height }]);
  }
  return [...rows.values()];
}
"""
WALL = "document.querySelector('.wall').clientWidth"
CAPTION = "<figcaption class='photo-page__caption'>图说</figcaption>"


def album(body):
    """Give an album's body of the page."""
    return f'<main><article class="album"><h1>图集</h1>{body}</article></main>'


@pytest.fixture
def site(browser):
    """Give a function that makes a site of one album."""
    contexts = []

    def make(body, width=390, **options):
        size = {"width": width, "height": 844 if width < 800 else 800}
        context = browser.new_context(base_url=ORIGIN, viewport=size, **options)
        contexts.append(context)
        site = Site(album(body), context)
        site.install()
        return site

    yield make
    for context in contexts:
        context.close()


def photos_in(asked):
    """Say which photos are among what was asked for."""
    found = re.findall(r"/pictures/(\d+)-", " ".join(asked))
    return sorted({int(number) for number in found})


def scroll_through(page):
    """Scroll to the end, a screen at a time."""
    while page.evaluate("scrollY + innerHeight < document.documentElement.scrollHeight - 1"):
        page.evaluate("scrollBy({ top: innerHeight / 2, behavior: 'instant' })")
        page.evaluate("new Promise(requestAnimationFrame)")
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("shape", range(10, 1000, 7))
def test_every_shape_has_its_rule(shape):
    """What Python calls the shape of a picture, the style sheet knows, within four per cent."""
    name = shape_of(shape, 100)
    rule = re.search(rf"\.{name}{{--ratio:([\d.]+)}}", page_styles(STATIC)["photos"].decode())
    nearest = min(max(shape, NARROWEST), WIDEST) / 100
    assert float(rule[1]) == pytest.approx(nearest, rel=0.04)


def test_little_is_fetched_before_scrolling(site):
    """Of a hundred photos a phone fetches those near the window; all come while one scrolls; and
    nothing ever moves.
    """
    site = site(wall_of(range(1, 101)))
    site.context.add_init_script(SHIFTS)
    page = site.visit()
    page.wait_for_load_state("networkidle")
    early = photos_in(site.asked)
    assert len(early) <= BEFORE_SCROLLING
    shown = page.evaluate("""[...document.querySelectorAll(".wall__item")]
        .filter((each) => each.getBoundingClientRect().top < innerHeight).length""")
    assert early[:shown] == list(range(1, shown + 1))
    scroll_through(page)
    assert photos_in(site.asked) == list(range(1, 101))
    assert page.evaluate("shifted") == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_rows_are_justified(site, width):
    """In each row all photos have one height; all but the last row fill the wall, and the last one
    is not made of giants.
    """
    page = site(wall_of(range(1, 40)), width).visit()
    rows, wall = page.evaluate(ROWS), page.evaluate(WALL)
    for row in rows:
        heights = [photo["height"] for photo in row]
        assert max(heights) - min(heights) < 1
    for row in rows[:-1]:
        assert row[-1]["right"] - row[0]["left"] > 0.7 * wall
    full = [row for row in rows[:-1] if row[-1]["right"] - row[0]["left"] > wall - 1]
    assert len(full) >= 0.8 * (len(rows) - 1)
    assert rows[-1][0]["height"] <= 2 * min(row[0]["height"] for row in rows)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_panorama_leaves_no_row_half_empty(site, monkeypatch, width):
    """A photo that stands alone because a panorama comes next fills its row, or nearly so."""
    monkeypatch.setattr("tests.browser.photo_pages.SHAPES", ((3000, 4000), (8000, 2000)))
    page = site(wall_of(range(1, 25)), width).visit()
    rows, wall = page.evaluate(ROWS), page.evaluate(WALL)
    assert min(row[-1]["right"] - row[0]["left"] for row in rows[:-5]) > 0.95 * wall


@pytest.mark.parametrize("shape", [(4000, 3000), (4000, 2667)], ids=["4:3", "3:2"])
def test_two_in_a_row_on_a_phone(site, monkeypatch, shape):
    """Photos of the usual shapes stand two in a row."""
    monkeypatch.setattr("tests.browser.photo_pages.SHAPES", (shape,))
    page = site(wall_of(range(1, 9))).visit()
    assert {len(row) for row in page.evaluate(ROWS)} == {2}


@pytest.mark.parametrize("large", [False, True], ids=["ordinary type", "large type"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out(site, monkeypatch, width, large):
    """Whatever the shapes, the page does not scroll sideways."""
    shapes = (*SHAPES, (12000, 40), (40, 12000))
    monkeypatch.setattr("tests.browser.photo_pages.SHAPES", shapes)
    page = site(wall_of(range(1, 19)) + wall_of([7]) + strip_of(range(1, 8)), width).visit()
    page.evaluate(f"document.querySelector('#large').checked = {str(large).lower()}")
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    smallest = min(photo["width"] for row in page.evaluate(ROWS) for photo in row)
    assert smallest >= 44
    if large and width < 400:
        assert max(len(row) for row in page.evaluate(ROWS)) <= 2


def test_colours_take_no_room(site):
    """With and without the colours that stand in, all photos stand alike, and the colours do not
    stand out of their frame.
    """
    page = site(wall_of(range(1, 9))).visit()
    bare = site("".join(wall_of(range(1, 9), cells=False))).visit()
    assert page.evaluate(ROWS) == bare.evaluate(ROWS)
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.photo__link')).overflow.includes('clip')"
    )


def test_ring_of_focus_is_not_cut_off(site):
    """A slide's photo has room for the ring within the track, at its start and at its end."""
    page = site(strip_of(range(1, 6))).visit()
    links = page.locator(".photo__link")
    for link in (links.first, links.last):
        link.focus()
        until(
            page,
            """(() => {
          const link = document.activeElement.getBoundingClientRect();
          const track = document.querySelector(".carousel__track").getBoundingClientRect();
          const room = [link.top - track.top, link.left - track.left, track.right - link.right];
          return Math.round(Math.min(...room)) >= 5;
        })()""",
        )
        assert link.evaluate("each => getComputedStyle(each).outlineWidth") == "3px"


def test_strip_within_a_text(site):
    """Slides among paragraphs carry no bullets and begin at the text's edge."""
    strip = f'<section class="album-strip">{strip_of(range(1, 8))}</section>'
    page = site(f'<div class="prose"><p>正文</p>{strip}</div>').visit()
    track = page.locator(".carousel__track")
    assert track.evaluate("each => [getComputedStyle(each).listStyleType, each.scrollLeft]") == [
        "none",
        0,
    ]
    left = "each => each.getBoundingClientRect().left"
    text, photo = (page.locator(place).first for place in (".prose p", ".photo__link"))
    assert photo.evaluate(left) == pytest.approx(text.evaluate(left), abs=1)


def test_captions_are_cut_after_three_lines_only(site):
    """A long caption is cut on the wall; it is whole in large type."""
    body = wall_of([1, 2, 3, 4]).replace("志愿者在路口", "志愿者在路口" * 20)
    page = site(body).visit()
    caption = page.locator(".photo__caption").first
    whole = "each => each.scrollHeight <= each.clientHeight + 1"
    assert not caption.evaluate(whole)
    page.evaluate("document.querySelector('#large').checked = true")
    assert caption.evaluate(whole)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("number", [1, 2, 5], ids=["across", "upright", "wide"])
def test_page_of_a_photo(site, width, number):
    """The whole photo is seen at once, in its own shape, and its room is kept from the start."""
    wide, high = size_of(number)
    image = f'<img class="photo-page__image" src="/pictures/{number}-640.jpg" alt="画面"'
    frame = f'<span class="photo-page__frame {shape_of(wide, high)}">{image}'
    body = f'{frame} width="{wide}" height="{high}"></span>'
    site = site(f'<figure class="photo-page__figure">{body}{CAPTION}</figure>', width)
    site.context.add_init_script(SHIFTS)
    page = site.visit()
    page.wait_for_load_state("networkidle")
    box = page.locator("img").bounding_box()
    assert box["height"] <= page.viewport_size["height"] * 0.9
    assert box["width"] / box["height"] == pytest.approx(wide / high, rel=0.01)
    assert page.evaluate("shifted") == 0
