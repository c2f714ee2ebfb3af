"""Walks the loop in a real browser, with JavaScript off, on a phone and on a desk."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from audit.browser import sticks_out

WORDS = "今早在路口，一位红马甲扶我过了马路。"


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
    assert not sticks_out(page)
    page.get_by_role("link", name="故事first").first.click()
    assert not sticks_out(page)
    page.get_by_label("称呼").fill("晨练的人")
    page.get_by_role("button", name="提交审核").click()
    assert "请写下留言" in page.get_by_role("alert").inner_text()  # nothing typed is lost
    assert page.get_by_label("称呼").input_value() == "晨练的人"
    page.get_by_label("留言", exact=True).fill("。。")
    page.get_by_role("button", name="提交审核").click()
    expect(page).to_have_title(re.compile("出错了"))
    assert page.get_by_label("称呼").input_value() == "晨练的人"
    assert not sticks_out(page)
    page.get_by_label("留言", exact=True).fill(WORDS)
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("body")).to_contain_text("待审核")
    expect(page.locator("body")).to_contain_text(WORDS)
    assert not sticks_out(page)
    receipt = page.url

    page.goto(f"{address}/desk/")
    page.get_by_label("账号").fill("值班")
    page.get_by_label("密码").fill("long enough password")
    page.get_by_role("button", name="登录").click()
    page.get_by_text(WORDS).first.wait_for()
    assert not sticks_out(page)
    page.get_by_role("link", name=re.compile(r"打开\s*第1号")).click()
    assert not sticks_out(page)
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_role("link", name="第1号", exact=True)).to_be_visible()

    page.goto(receipt)
    reload_until(page, "已公开")
    page.get_by_role("link", name="去看这条留言").click()
    expect(page).to_have_url(f"{address}/stories/first/#m-1")
    expect(page.locator("#m-1").get_by_text(WORDS)).to_be_visible()
    page.goto(receipt)
    page.get_by_role("button", name="撤回留言").click()
    expect(page.locator("body")).to_contain_text("已撤回")
    assert all(asked.startswith(address) for asked in page.asked)
