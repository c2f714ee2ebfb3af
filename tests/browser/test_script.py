"""Each enhancement of theme/static/js in a real browser, on a page of its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from comments_service.web.forms import one_line_breaks
from comments_service.web.headers import POLICY
from comments_service.web.visitor_forms import count_characters
from plugins.assets.bundles import bundle_scripts, bundle_styles
from tests.living_site import ROOT

STATIC = ROOT / "theme" / "static"
ORIGIN = "http://localhost"
WECHAT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/116.0 MicroMessenger/8.0.40"

SCREEN = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>试验</title>
<link rel="stylesheet" href="/page.css"><script src="/site.js" defer></script></head>
<body>{body}</body>
</html>
"""
STYLE = """
[hidden] { display: none }
.carousel__track { display: flex; overflow-x: auto; scroll-snap-type: x mandatory; width: 400px }
.carousel__track li { flex: 0 0 300px; height: 100px; scroll-snap-align: start; list-style: none }
.carousel__track { margin: 0; padding: 0 }
"""
DISPLAY = """
<fieldset data-enhance="display">
<input type="checkbox" id="large" autocomplete="off" data-display="large">
<label for="large">大</label>
<input type="radio" name="scheme" id="auto" value="auto" data-display="scheme" checked>
<label for="auto">跟随</label>
<input type="radio" name="scheme" id="dark" value="dark" data-display="scheme">
<label for="dark">深</label>
</fieldset>
<p data-enhance="no-such-thing"></p>
"""
CAROUSEL = """
<div class="carousel" data-enhance="carousel" data-previous="上一张" data-next="下一张"
 data-status="第{n}张，共{total}张"><ul class="carousel__track" tabindex="0" aria-label="图">
<li>一</li><li>二</li><li>三</li><li>四</li></ul></div>
"""
SHARE = """
<div data-enhance="share"><ul>
<li hidden><button type="button" data-share="copy" data-url="https://example.org/a"
 data-copied="已复制">复制</button></li>
<li hidden><button type="button" data-share="system" data-url="https://example.org/a"
 data-title="标题">更多</button></li></ul>
<p hidden data-share="wechat-hint">点右上角</p><span role="status" data-share="status"></span></div>
"""
COUNT = """
<div data-enhance="character-count" data-limit="10" data-left="还可以写{n}字" data-over="超出{n}字">
<label for="text">留言</label><textarea id="text" aria-describedby="hint"></textarea>
<p id="hint">提示</p></div>
"""


@pytest.fixture
def visit(browser):
    """Give a function that makes a context and opens a page with some body in it, below the site's
    policy; whatever a browser complains of fails the test.
    """
    contexts, complaints = [], []

    def open_context(body, **options):
        context = browser.new_context(base_url=ORIGIN, **options)
        contexts.append(context)
        context.route("**/*", lambda route: answer(route, body))
        context.on("console", lambda said: complaints.append(said.text))
        context.on("weberror", lambda told: complaints.append(str(told.error)))
        page = context.new_page()
        page.goto("/")
        return page

    yield open_context
    for context in contexts:
        context.close()
    assert complaints == []


def answer(route, body):
    """Answer with the page, its style or the script as it is published."""
    files = {
        "/page.css": ("text/css", STYLE),
        "/site.js": ("text/javascript", bundle_scripts(STATIC).decode()),
    }
    path = route.request.url.removeprefix(ORIGIN)
    kind, text = files.get(path, ("text/html", SCREEN.replace("{body}", body)))
    headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Security-Policy": POLICY}
    route.fulfill(status=200, body=text, headers=headers)


def test_choices_of_display_are_kept(visit):
    """Large type and colours hold on the next page, and no cookie is set."""
    page = visit(DISPLAY)
    root = page.locator("html")
    expect(root).to_have_attribute("data-size", "normal")
    page.get_by_label("大").check()
    page.get_by_label("深").check()
    expect(root).to_have_attribute("data-scheme", "dark")
    page.goto("/another/")
    expect(page.get_by_label("大")).to_be_checked()
    expect(page.get_by_label("深")).to_be_checked()
    expect(root).to_have_attribute("data-size", "large")
    page.get_by_label("大").uncheck()
    page.reload()
    expect(page.get_by_label("大")).not_to_be_checked()
    assert page.context.cookies() == []


def test_choices_of_display_reach_other_tabs(visit):
    """A second page that is open changes along."""
    page = visit(DISPLAY)
    other = page.context.new_page()
    other.goto("/other/")
    page.get_by_label("深").check()
    expect(other.get_by_label("深")).to_be_checked()
    expect(other.locator("html")).to_have_attribute("data-scheme", "dark")


def test_display_without_storage(visit):
    """Where the browser denies storage, choices hold for their page and nothing breaks."""
    page = visit(DISPLAY)
    denied = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})"
    page.add_init_script(denied)
    page.reload()
    page.get_by_label("深").check()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")


def test_strange_stored_choice_is_not_taken(visit):
    """What stands in storage but is no choice of the page changes nothing."""
    page = visit(DISPLAY)
    page.add_init_script("localStorage.setItem('scheme', 'purple')")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-scheme", "auto")


def test_buttons_of_the_carousel(visit):
    """Buttons walk the slides one by one, tell where one is, and stop at both ends."""
    page = visit(CAROUSEL, reduced_motion="reduce")
    status = page.locator(".carousel__status")
    back, on = page.get_by_role("button", name="上一张"), page.get_by_role("button", name="下一张")
    expect(status).to_have_text("第1张，共4张")
    expect(status).to_have_attribute("aria-live", "polite")
    expect(back).to_have_attribute("aria-disabled", "true")
    for number in (2, 3, 4):
        on.click()
        expect(status).to_have_text(f"第{number}张，共4张")
    expect(on).to_have_attribute("aria-disabled", "true")
    expect(on).to_be_focused()
    on.click(force=True)  # it says that it is disabled, yet may be pressed
    expect(status).to_have_text("第4张，共4张")
    for number in (3, 2, 1):
        back.click()
        expect(status).to_have_text(f"第{number}张，共4张")


def test_keys_of_the_carousel(visit):
    """Arrow keys walk, Home and End jump, while the track has the focus."""
    page = visit(CAROUSEL)
    status, track = page.locator(".carousel__status"), page.locator(".carousel__track")
    track.focus()
    for key, number in (("ArrowRight", 2), ("End", 4), ("ArrowLeft", 3), ("Home", 1)):
        page.keyboard.press(key)
        expect(status).to_have_text(f"第{number}张，共4张")


def test_two_quick_steps_of_the_carousel(visit):
    """A second press while the first still scrolls goes one slide further."""
    page = visit(CAROUSEL)
    page.locator(".carousel__track").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".carousel__status")).to_have_text("第3张，共4张")


def test_carousel_moved_by_hand(visit):
    """Scrolled by a finger, the carousel tells where it is, and buttons go on from there."""
    page = visit(CAROUSEL)
    page.locator(".carousel__track").evaluate("track => { track.scrollLeft = 600 }")
    expect(page.locator(".carousel__status")).to_have_text("第3张，共4张")
    page.locator(".carousel__track li").first.scroll_into_view_if_needed()
    expect(page.locator(".carousel__status")).to_have_text("第1张，共4张")


@pytest.mark.parametrize(
    "slides", [pytest.param("<li>一</li>", id="one slide"), pytest.param("", id="no slide")]
)
def test_carousel_with_nothing_to_walk(visit, slides):
    """A carousel of one slide or none gets no buttons."""
    page = visit(re.sub(r"<li>.*</li>", slides, CAROUSEL))
    expect(page.get_by_role("button")).to_have_count(0)


def test_wide_carousel_hides_its_buttons(visit):
    """Where all slides stand side by side, there is nothing to press."""
    page = visit(CAROUSEL.replace("<li>三</li><li>四</li>", ""))
    expect(page.get_by_role("button", name="下一张")).to_be_visible()
    page.locator(".carousel__track").evaluate("track => { track.style.width = '700px' }")
    expect(page.get_by_role("button", name="下一张")).to_be_hidden()


def test_link_is_copied_and_told(visit):
    """The button appears, copies the page's address and says so."""
    page = visit(SHARE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("status")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "https://example.org/a"
    expect(page.get_by_text("点右上角")).to_be_hidden()


def test_link_that_may_not_be_copied(visit):
    """Where copying is forbidden, the button goes and nothing false is told."""
    page = visit(SHARE)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="复制")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("")


def test_share_sheet_of_the_system(visit):
    """The system's own sheet is offered where there is one, with title and address."""
    page = visit(SHARE)
    page.add_init_script(
        "navigator.share = (what) => { window.shared = what; return Promise.reject() }"
    )
    page.reload()
    page.get_by_role("button", name="更多").click()
    assert page.evaluate("shared") == {"title": "标题", "url": "https://example.org/a"}


def test_buttons_stay_hidden_where_they_cannot_work(visit):
    """Without clipboard and share sheet, the links are all there is."""
    page = visit(SHARE)
    page.add_init_script("""
        Object.defineProperty(navigator, 'clipboard', {value: undefined});
        Object.defineProperty(navigator, 'share', {value: undefined});
    """)
    page.reload()
    expect(page.get_by_role("button")).to_have_count(0)


def test_hint_within_wechat(visit):
    """WeChat's own browser is told where its share button is."""
    page = visit(SHARE, user_agent=WECHAT)
    expect(page.get_by_text("点右上角")).to_be_visible()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("你好，志愿者。", id="Chinese"),
        pytest.param("  \n好\u3000\n ", id="blanks around"),
        pytest.param("好\n\n好", id="line breaks"),
        pytest.param("👍🏽好𠮷", id="beyond the basic plane"),
        pytest.param("👨\u200d👩\u200d👧🇨🇳é好", id="what people see as one"),
        pytest.param("\ufeff好\ufeff", id="no blank for the service"),
        pytest.param("\x1f\x85好\x85", id="blanks for the service only"),
        pytest.param("一二三四五六七八九十", id="full"),
        pytest.param("一二三四五六七八九十多两", id="too many"),
    ],
)
def test_characters_are_counted_as_the_service_counts(visit, text):
    """What is left, or too much, is what the service would say."""
    page = visit(COUNT)
    page.get_by_label("留言").fill(text)
    left = 10 - count_characters(one_line_breaks(text))
    words = f"还可以写{left}字" if left >= 0 else f"超出{-left}字"
    expect(page.locator(".field__count")).to_have_text(words)


def test_count_speaks_only_at_the_limit(visit):
    """The count is read with the field, and spoken where the limit is crossed, not at each key."""
    page = visit(COUNT)
    field, spoken = page.get_by_label("留言"), page.get_by_role("status")
    expect(field).to_have_attribute("aria-describedby", "hint text-count")
    field.press_sequentially("12345")
    expect(page.locator(".field__count")).to_have_text("还可以写5字")
    expect(spoken).to_have_text("")
    field.press_sequentially("678901")
    expect(spoken).to_have_text("超出1字")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Backspace")
    expect(spoken).to_have_text("还可以写0字")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_script_leaves_no_name_behind(visit):
    """The page's global names are the browser's own."""
    page = visit(DISPLAY + CAROUSEL + SHARE + COUNT)
    names = ["display", "carousel", "share", "search", "characterCount", "enhancements", "fill"]
    assert page.evaluate(f"{names}.filter((name) => name in window)") == []


def test_one_enhancement_that_fails_stops_no_other(visit):
    """A part of the page that is not as its enhancement expects leaves the others at work."""
    page = visit('<form data-enhance="search"></form>' + COUNT)
    expect(page.locator(".field__count")).to_have_text("还可以写10字")


def test_minified_styles_mean_the_same(visit):
    """The browser reads the same rules in the style sheet before and after minifying."""
    page = visit("")
    sheets = sorted((STATIC / "css").glob("*.css"))
    joined = "\n".join(sheet.read_text("utf-8") for sheet in sheets)
    rules = """async (text) => {
        const sheet = await new CSSStyleSheet().replace(text);
        const blanks = /\\s*([,(){}:;])\\s*/g; // some values are kept as written
        return [...sheet.cssRules].map((rule) => rule.cssText.replace(blanks, "$1"));
    }"""
    assert page.evaluate(rules, bundle_styles(STATIC).decode()) == page.evaluate(rules, joined)
