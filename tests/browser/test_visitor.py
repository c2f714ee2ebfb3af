"""A visitor without JavaScript: writes, changes, appeals, reports a problem, reports a message,
erases; each page passes axe and fits the screen.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from audit.accessibility import violations
from audit.browser import Look, opened, sticks_out
from comments_service.models import Action, Comment, Report, State
from tests.living_site import LivingSite

WORDS = "今早过路口，谢谢您扶了我一把。"


@pytest.fixture(params=[320, 1280], ids="{}px".format)
def page(request, browser):
    """Give a page that runs no script of ours, as wide as a phone or a desk.

    The browser itself runs them, so that axe can look.
    """
    with opened(browser, Look(request.param)) as page:
        page.route("**/*.js", lambda route: route.abort())
        yield page


def looks_right(page):
    """Whether axe finds nothing and nothing sticks out sideways."""
    assert violations(page) == []
    assert not sticks_out(page)


def comment(site: LivingSite) -> Comment:
    """Give the only comment."""
    with site.database.reading() as session:
        return session.scalars(select(Comment)).one()


def send(page, address, words=WORDS):
    """Write a message on the service's own form."""
    page.goto(f"{address}/messages/new?thread=first")
    looks_right(page)
    page.get_by_label("称呼").fill("晨练的人")
    page.get_by_label("留言", exact=True).fill(words)
    page.get_by_role("button", name="提交审核").click()


def test_mistake_is_told_where_it_is(page, address):
    """An empty message brings the form again, with a summary that leads to the field."""
    send(page, address, words="666")
    expect(page).to_have_title(re.compile("^出错了：写留言"))
    looks_right(page)
    assert page.locator("#errors").evaluate("element => element === document.activeElement")
    page.locator("#errors a").click()
    expect(page.locator("[name=text]")).to_be_focused()
    assert page.get_by_label("称呼").input_value() == "晨练的人"


def test_receipt_and_all_that_can_be_done_on_it(page, address, sqlite_site):
    """Changed while it waits, refused, appealed, a problem reported, erased after a warning."""
    send(page, address)
    expect(page.locator("body")).to_contain_text("待审核")
    looks_right(page)
    page.get_by_text("存到手机上").click()
    expect(page.get_by_role("img", name="本回执地址的二维码")).to_be_visible()
    looks_right(page)

    page.get_by_role("link", name="修改文字").click()
    looks_right(page)
    page.get_by_label("留言", exact=True).fill(WORDS + "辛苦了！")
    page.get_by_role("button", name="修改留言").click()
    expect(page.locator("body")).to_contain_text("辛苦了！")

    sqlite_site.decide(1, Action.REFUSE, sentence="欢迎换个说法再写。")
    page.reload()
    expect(page.locator("body")).to_contain_text("欢迎换个说法再写。")
    looks_right(page)
    page.get_by_role("link", name="申诉").click()
    looks_right(page)
    page.get_by_label("为什么应该公开").fill("说的是真事。")
    page.get_by_role("button", name="申诉").click()
    expect(page.locator("body")).to_contain_text("申诉中")
    looks_right(page)

    page.get_by_role("link", name="反映问题").click()
    looks_right(page)
    page.get_by_label("遇到了什么问题").fill("称呼写错了。")
    page.get_by_role("button", name="反映问题").click()
    expect(page.locator("body")).to_contain_text("问题编号1")

    page.get_by_role("link", name="彻底删除").click()
    looks_right(page)
    page.get_by_role("button", name="彻底删除").click()
    expect(page.locator("body")).to_contain_text("已删除")
    expect(page.locator("body")).not_to_contain_text("辛苦了！")
    looks_right(page)
    assert comment(sqlite_site).state is State.ERASED


def test_report(page, address, sqlite_site):
    """A published message is reported; a missing reason is told; the number is shown."""
    number = sqlite_site.post_approved(text=WORDS)
    sqlite_site.publish()
    page.goto(f"{address}/messages/{number}/report")
    looks_right(page)
    page.get_by_role("button", name="提交举报").click()
    expect(page).to_have_title(re.compile("^出错了：举报留言"))
    looks_right(page)
    page.locator("#errors a").click()
    expect(page.locator("[value=fraud]")).to_be_focused()
    page.get_by_label("泄露隐私").check()
    page.get_by_label("补充说明").fill("写了我的电话。")
    page.get_by_role("button", name="提交举报").click()
    expect(page.locator("body")).to_contain_text("举报编号 1")
    looks_right(page)
    with sqlite_site.database.reading() as session:
        assert session.scalars(select(Report.text)).all() == ["写了我的电话。"]
