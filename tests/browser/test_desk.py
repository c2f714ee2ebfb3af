"""Moderators at the desk in a real browser: by keyboard, on a phone, two at once, many at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from audit.accessibility import faults
from audit.browser import Look, opened, sticks_out
from comments_service.models import Account, Role, State
from tests.living_site import password_hash

LOOKS = (Look(320), Look(390, "dark"), Look(1280), Look(390, is_large=True))
PASSWORD = "long enough password"


def log_in(page, address, name="值班"):
    """Log in at the desk."""
    page.goto(f"{address}/desk/login")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/desk/")


def states(site, numbers):
    """Give the states of messages."""
    return [site.comment(number).state for number in numbers]


@pytest.fixture
def colleague(sqlite_site):
    """Make a second moderator."""
    with sqlite_site.database.writing() as session:
        session.add(Account(name="同事", role=Role.MODERATOR, password_hash=password_hash()))


def test_by_keyboard_alone(desk, address, sqlite_site):
    """J, A, S, R and U decide without a mouse; the tab key reaches everything besides."""
    numbers = [sqlite_site.post(text=f"第{n}条留言") for n in range(5)]
    log_in(desk, address)
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.id") == f"c-{numbers[0]}"
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    with desk.expect_navigation():
        desk.keyboard.press("a")
    assert states(sqlite_site, numbers)[0] is State.APPROVED
    with desk.expect_navigation():
        desk.keyboard.press("u")
    assert states(sqlite_site, numbers)[0] is State.PENDING
    desk.keyboard.press("j")
    desk.keyboard.press("r")
    assert desk.evaluate("document.activeElement.localName") == "select"
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.type("ajs 请换一种说法")  # letters in a field are letters
    desk.keyboard.press("Tab")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert states(sqlite_site, numbers)[0] is State.REFUSED
    desk.keyboard.press("j")
    with desk.expect_navigation():
        desk.keyboard.press("s")
    assert states(sqlite_site, numbers)[1] is State.SPAM
    desk.keyboard.press("?")
    help_with_keys = desk.get_by_role("dialog", name="键盘")
    help_with_keys.wait_for()
    desk.keyboard.press("Escape")
    help_with_keys.wait_for(state="hidden")
    desk.wait_for_function("!document.activeElement.closest('dialog')")  # the focus goes back later
    desk.keyboard.press("j")
    desk.wait_for_function("document.activeElement.matches('[data-card]')")
    with desk.expect_navigation():
        desk.keyboard.press("e")
    desk.get_by_role("heading", name=f"第{numbers[2]}号留言", level=1).wait_for()


def test_keys_leave_fields_and_input_methods_alone(desk, address, sqlite_site):
    """Nothing is decided while one writes, nor while an input method composes."""
    number = sqlite_site.post()
    log_in(desk, address)
    desk.get_by_role("searchbox", name="搜索留言").press_sequentially("asx")
    desk.locator(f"#c-{number}").focus()
    desk.evaluate("""() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
        { key: "a", isComposing: true, bubbles: true }))""")
    desk.evaluate("""() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
        { key: "a", keyCode: 229, bubbles: true }))""")
    desk.keyboard.press("Control+a")
    expect(desk).to_have_url(f"{address}/desk/")
    assert states(sqlite_site, [number]) == [State.PENDING]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_enter_decides_about_no_other_message(browser, address, sqlite_site, scripts):
    """Enter in the sentence of a refusal confirms that one with scripts, and does nothing without;
    it never approves the first message of the page.
    """
    first, second = sqlite_site.post(text="第一条"), sqlite_site.post(text="第二条")
    with opened(browser, Look(1280), scripts=scripts) as page:
        log_in(page, address)
        card = page.locator(f"#c-{second}")
        card.locator("summary").click()
        card.get_by_label("理由").select_option("offtopic")
        card.get_by_label("给留言人的一句话").focus()
        if scripts:
            page.keyboard.press("Enter")
            page.get_by_role("button", name="撤销", exact=True).wait_for()
            page.keyboard.press("Enter")
        else:
            fields = (card.get_by_label("给留言人的一句话"), page.locator(f"#choose-{second}"))
            for field in fields:
                field.focus()
                with page.expect_navigation():  # the page comes again, with nothing decided
                    page.keyboard.press("Enter")
        page.goto(f"{address}/desk/")
    expected = State.REFUSED if scripts else State.PENDING
    assert states(sqlite_site, [first, second]) == [State.PENDING, expected]


def test_ranges_bulk_and_undo(desk, address, sqlite_site):
    """X with Shift ticks a range; a button decides about it; one press takes all of it back."""
    numbers = [sqlite_site.post(text=f"第{n}条") for n in range(6)]
    log_in(desk, address)
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    for _ in range(3):
        desk.keyboard.press("j")
    desk.keyboard.press("Shift+X")
    assert desk.locator("[name=chosen]:checked").count() == 4
    expect(desk.get_by_text("已选4条")).to_be_visible()
    desk.get_by_label("不采用的理由").select_option("offtopic")
    with desk.expect_navigation():
        desk.get_by_role("button", name="全部不采用").click()
    assert states(sqlite_site, numbers) == [State.REFUSED] * 4 + [State.PENDING] * 2
    with desk.expect_navigation():
        desk.get_by_role("button", name="撤销", exact=True).click()
    assert set(states(sqlite_site, numbers)) == {State.PENDING}
    desk.get_by_label("选中本页").check()
    with desk.expect_navigation():
        desk.get_by_role("button", name="全部通过").click()
    assert set(states(sqlite_site, numbers)) == {State.APPROVED}


def test_two_moderators(browser, address, sqlite_site, colleague):
    """Each sees what the other reads; who is second is told who decided what, and nothing moves."""
    number, later = sqlite_site.post(text="两个人都在看"), sqlite_site.post(text="后面一条")
    with opened(browser, Look(1280)) as one, opened(browser, Look(1280)) as two:
        log_in(one, address)
        log_in(two, address, "同事")
        two.locator(f"#c-{number} [data-key=e]").click()
        one.reload()
        expect(one.locator(f"#c-{number}").get_by_text("同事正在看")).to_be_visible()
        one.locator(f"#c-{number} [data-key=e]").click()
        expect(one.get_by_text("同事正在看这条留言")).to_be_visible()
        one.get_by_role("button", name="通过", exact=True).click()
        one.get_by_role("heading", name=f"第{later}号留言", level=1).wait_for()
        two.get_by_role("button", name="放入垃圾").click()
        expect(two.get_by_role("alert").get_by_text("已由另一位编辑处理")).to_be_visible()
        expect(two.get_by_role("alert").get_by_text("值班")).to_be_visible()
        assert states(sqlite_site, [number]) == [State.APPROVED]


def test_arrivals_do_not_move_the_page(desk, address, sqlite_site):
    """A message that comes meanwhile is told of above the list; the list stays as it is."""
    sqlite_site.post(text="先到的")
    desk.clock.install()
    log_in(desk, address)
    sqlite_site.post(text="后到的")
    desk.clock.fast_forward(21_000)
    link = desk.get_by_role("link", name="有1条新留言")
    link.wait_for()
    assert desk.get_by_text("后到的").count() == 0
    link.click()
    desk.get_by_text("后到的").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_without_scripts(browser, address, sqlite_site, scheme):
    """On a phone, without scripts: refuse with a sentence, search one character, edit, reply."""
    first, second = sqlite_site.post(text="加微信 abc12345"), sqlite_site.post(text="谢谢红马甲")
    with opened(browser, Look(390, scheme), scripts=False) as page:
        log_in(page, address)
        assert not sticks_out(page)
        card = page.locator(f"#c-{first}")
        card.locator("summary").click()
        card.get_by_label("理由").select_option("contact")
        card.get_by_label("给留言人的一句话").fill("请删去微信号再发一次。")
        assert not sticks_out(page)
        card.get_by_role("button", name=re.compile("^确定")).click()
        assert states(sqlite_site, [first]) == [State.REFUSED]
        page.get_by_role("searchbox", name="搜索留言").fill("马")
        page.get_by_role("button", name="搜索").click()
        page.locator(f"#c-{second} h2 a").click()
        page.locator("summary", has_text="修改文字").click()
        page.get_by_label("修改后的留言").fill("谢谢红马甲们")
        page.get_by_role("button", name="保存修改").click()
        page.goto(f"{address}/desk/comments/{second}")
        expect(page.locator("ins", has_text="们")).to_be_visible()
        page.locator("summary", has_text="通过并回复").click()
        page.get_by_label("回复", exact=True).fill("也谢谢您。")
        assert not sticks_out(page)
        page.get_by_role("button", name="通过并回复").click()
        assert states(sqlite_site, [second, second + 1]) == [State.APPROVED] * 2


def test_desk_is_accessible(desk, address, sqlite_site):
    """Every page of the desk in four looks and in both languages: axe finds nothing, nothing sticks
    out.
    """
    number = sqlite_site.post(text="加微信 abc12345，http://a.org http://b.org")
    long = sqlite_site.post(text="很长的留言" * 60, author="名字很长的一位老读者来信")
    log_in(desk, address)
    for path in (
        "/desk/", "/desk/?thread=first&hours=2", "/desk/?tab=spam", "/desk/search?q=长",
        f"/desk/comments/{number}", f"/desk/comments/{long}",
    ):  # fmt: skip
        desk.goto(address + path)
        assert list(faults(desk, LOOKS)) == [], path
    desk.get_by_role("button", name="English").click()
    desk.get_by_role("heading", name=f"Message no. {long}").wait_for()
    assert list(faults(desk, LOOKS)) == []
