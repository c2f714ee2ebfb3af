"""Walks the loop in a real browser, with JavaScript off, on a phone and on a desk."""

from __future__ import annotations

import os
import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.living_site import SECRET
from tests.site.browserless import commands, free_port, running

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WORDS = "今早在路口，一位红马甲扶我过了马路。"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (name it in CHROMIUM)"),
]


@pytest.fixture(scope="module")
def browser():
    """Give a Chromium that speaks to this machine only."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[320, 390, 1280], ids="{}px".format)
def page(request, browser):
    """Give a page without JavaScript, as wide as a phone or a desk; it may ask our server only."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    page.asked = []
    page.on("request", lambda asked: page.asked.append(asked.url))
    yield page
    context.close()


@pytest.fixture
def address(sqlite_site):
    """Serve a built site with its publisher; gives its address."""
    port = free_port()
    environment = {
        "COMMENTS_VAR": str(sqlite_site.root / "var"),
        "COMMENTS_DATABASE_URL": sqlite_site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
        "COMMENTS_UNDO_SECONDS": "0",
    }
    with running(commands(port), environment, port):
        yield f"http://127.0.0.1:{port}"


def fits(page):
    """Say whether nothing sticks out sideways."""
    box = page.locator("body").bounding_box()
    return box["width"] <= page.viewport_size["width"]


def reload_until(page, words):
    """Load the page anew until it shows *words*."""
    for _ in range(100):
        if words in page.content():
            return
        page.wait_for_timeout(100)
        page.reload()
    raise AssertionError(f"{words} did not appear on {page.url}")


def test_visitor_and_moderator(page, address):
    """A visitor leaves a message, a moderator approves it, both see it, all without JavaScript."""
    page.goto(f"{address}/")
    assert fits(page)
    page.get_by_role("link", name="故事first").first.click()
    assert fits(page)
    page.get_by_label("称呼").fill("晨练的人")
    page.get_by_role("button", name="提交审核").click()
    assert page.url.startswith(f"{address}/stories/first/")  # the browser itself asks for the text
    page.get_by_label("留言", exact=True).fill("。。")
    page.get_by_role("button", name="提交审核").click()
    assert "出错了" in page.title()
    assert page.get_by_label("称呼").input_value() == "晨练的人"
    assert fits(page)
    page.get_by_label("留言", exact=True).fill(WORDS)
    page.get_by_role("button", name="提交审核").click()
    assert "待审核" in page.content()
    assert WORDS in page.content()
    assert fits(page)
    receipt = page.url

    page.goto(f"{address}/desk/")
    page.get_by_label("账号").fill("值班")
    page.get_by_label("密码").fill("long enough password")
    page.get_by_role("button", name="登录").click()
    assert fits(page)
    assert WORDS in page.content()
    page.get_by_role("link", name=re.compile("打开第1号")).click()
    assert fits(page)
    page.get_by_role("button", name="通过", exact=True).click()
    assert page.get_by_role("link", name="第1号留言").is_visible()

    page.goto(receipt)
    reload_until(page, "已公开")
    page.get_by_role("link", name="去看这条留言").click()
    assert page.url == f"{address}/stories/first/#m-1"
    assert page.locator("#m-1").get_by_text(WORDS).is_visible()
    page.goto(receipt)
    page.get_by_role("button", name="撤回留言").click()
    assert "已撤回" in page.content()
    assert all(asked.startswith(address) for asked in page.asked)


def test_keyboard_reaches_the_form(page, address):
    """The skip link comes first, and every control of the form is reached by the keyboard alone."""
    page.goto(f"{address}/stories/first/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(page.locator(":focus").get_attribute("name"))
        if names[-1] == "email":
            page.keyboard.press("Tab")
            assert page.locator(":focus").inner_text() == "提交审核"
            break
    assert [name for name in names if name] == ["name", "text", "email"]
