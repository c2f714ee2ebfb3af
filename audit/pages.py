"""Every page type and state of the site: what is added here is audited, and walked by the tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from playwright.sync_api import Page

from audit.site import Site
from serving import demo

Deed: TypeAlias = Callable[[Page], None]
NAMED = re.compile(r"\{(\w+)\}")
"""A value of the site in an address."""


class PageMissing(Exception):
    """A page type did not answer as it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageType:
    """One kind of page in one state.

    *address* and *parts* may name values of the site in braces, and what names one that is missing
    is left out; *deed* is done on the page before it is looked
    at; *brought* is what scripts bring, waited for where they run; *parts* must be seen without
    them. A private page asks search engines to stay away; one for readers is not of the desk.
    """

    name: str
    address: str
    status: int = 200
    deed: Deed | None = None
    brought: str = ""
    parts: tuple[str, ...] = ()
    is_baked: bool = True
    is_for_readers: bool = True
    needs_login: bool = False
    is_private: bool = False

    def path(self, site: Site) -> str:
        """Give its address on *site*."""
        return self.address.format(**site.values)

    def is_on(self, site: Site) -> bool:
        """Say whether *site* has what its address names."""
        return _is_known(self.address, site)

    def selectors(self, site: Site) -> tuple[str, ...]:
        """Give the parts that must be seen, as far as *site* has what they name."""
        known = (part for part in self.parts if _is_known(part, site))
        return tuple(part.format(**site.values) for part in known)


def _is_known(text: str, site: Site) -> bool:
    return site.values.keys() >= {*NAMED.findall(text)}


def send_no_words(page: Page) -> None:
    """Send a message that has no words in it."""
    page.get_by_label("留言", exact=True).fill("。。")
    with page.expect_navigation():
        page.get_by_role("button", name="提交审核").click()


def open_large_view(page: Page) -> None:
    """Look at the first photo of an album closely; without scripts its page answers."""
    page.locator(".photo__link").first.click()


FORM = "form[action='/messages/new']"
STORY = "/stories/{story}/"
LINK = f"a[href*='{STORY}']"
ALBUM = "/galleries/{album}/"
PHOTO = f"{ALBUM}{{photo}}/"
MESSAGE = "[id^='m-']"

BAKED = (
    PageType(name="home", address="/", parts=("#{actions}", "#{gallery}", "#themes", LINK, FORM)),
    PageType(name="story with messages", address=STORY, parts=("article", MESSAGE, FORM)),
    PageType(name="story without messages", address="/stories/{quiet}/", parts=(FORM,)),
    PageType(name="story with many messages", address="/stories/{busy}/", parts=(MESSAGE, FORM)),
    PageType(
        name="older messages of a story", address="/stories/{busy}/messages/1/", parts=(MESSAGE,)
    ),
    PageType(name="closed story", address="/stories/{closed}/", parts=("article",)),
    PageType(name="theme", address="/themes/{theme}/", parts=("main a[href*='/stories/']",)),
    PageType(name="story list", address="/stories/", parts=("main a[href*='/stories/']",)),
    PageType(
        name="story list, older page",
        address="/stories/page/{older}/",
        parts=("main a[href='/stories/']",),
    ),
    PageType(name="tag", address="/tags/{tag}/"),
    PageType(name="galleries", address="/galleries/", parts=(f"main:has(a[href='{ALBUM}']) img",)),
    PageType(name="album", address=ALBUM, parts=("figure img", f"a[href='{PHOTO}']")),
    PageType(
        name="album, large view",
        address=ALBUM,
        deed=open_large_view,
        brought="dialog[open] img",
        parts=("main img",),
    ),
    PageType(name="photo", address=PHOTO, parts=("figure img", f"a[href='{ALBUM}']")),
    PageType(name="messages", address="/messages/", parts=(MESSAGE, FORM)),
    PageType(name="older messages", address="/messages/1/", parts=(MESSAGE,)),
    PageType(name="search", address="/search/", parts=("form[role='search']", LINK)),
    PageType(
        name="search with hits",
        address="/search/?q={hit}",
        brought=".hits:not([hidden]) .hit",
        parts=(LINK,),
    ),
    PageType(
        name="search without hits",
        address="/search/?q=瑞典的企鹅",
        brought="[data-search='status']:not(:empty)",
        parts=(LINK,),
    ),
    PageType(name="about", address="/about/"),
    PageType(name="accessibility statement", address="/accessibility/"),
    PageType(name="accountability", address="/accountability/", parts=("table",)),
    PageType(name="feeds", address="/feeds/", parts=("a[href='/feed.xml']",)),
    PageType(name="not found", address="/nowhere/", status=404),
)
ANSWERED = (
    PageType(
        name="message form", address="/messages/new?thread=board", is_baked=False, parts=(FORM,)
    ),
    PageType(
        name="message form with a mistake",
        address="/messages/new?thread={story}",
        deed=send_no_words,
        is_baked=False,
        parts=(FORM,),
    ),
    PageType(
        name="message form of a closed story",
        address="/messages/new?thread={closed}",
        is_baked=False,
    ),
    *(
        PageType(
            name=f"receipt, {state}",
            address=f"{{{state}}}",
            is_baked=False,
            is_private=True,
            parts=(".receipt__number",),
        )
        for state in ("pending", "published", "refused", "appealed", "withdrawn", "erased")
    ),
    *(
        PageType(name=f"receipt, {name}", address=address, is_baked=False, is_private=True)
        for name, address in (
            ("changing the message", "{pending}/edit"),
            ("appeal", "{refused}/appeal"),
            ("erasing", "{pending}/erase"),
            ("problem", "{pending}/problem"),
        )
    ),
    PageType(name="report form", address="/messages/{public}/report", is_baked=False),
)
DESK = tuple(
    PageType(
        name=f"desk, {name}",
        address=address,
        is_baked=False,
        is_for_readers=False,
        needs_login=name != "log-in",
    )
    for name, address in (
        ("log-in", "/desk/login"),
        ("queue", "/desk/"),
        ("queue, filtered", "/desk/?thread=board&attention=3"),
        ("published messages", "/desk/?tab=approved"),
        ("reports", "/desk/?tab=reported"),
        ("appeals", "/desk/?tab=appealed"),
        ("search", "/desk/search?q=谢"),
        ("message", "/desk/comments/{comment}"),
        ("published message", "/desk/comments/{public}"),
        ("numbers", "/desk/numbers"),
        ("word lists", "/desk/words/"),
        ("own account", "/desk/account/"),
    )
)
PAGES = (*BAKED, *ANSWERED, *DESK)
"""All of them; a page that does not answer fails the audit."""

MEASURED = {
    "home": "首页",
    "story with messages": "报道",
    "theme": "主题",
    "album": "图集",
    "photo": "单张图片",
    "messages": "全部留言",
    "receipt, pending": "留言回执",
}
"""Those whose speed and scores are measured, and what readers are told they are."""
QUICK = ("home", "story with messages")
"""Those that the short form looks at."""


def visit(page: Page, site: Site, kind: PageType, *, scripts: bool = True) -> None:
    """Open a page of *kind* as it is to be looked at; raises PageMissing if it is not there."""
    if kind.needs_login:
        log_in(page, site)
    answer = page.goto(site.address + kind.path(site))
    status = answer.status if answer else None
    if status != kind.status:
        raise PageMissing(f"{kind.address} answered {status} instead of {kind.status}")
    if kind.deed:
        kind.deed(page)
    if kind.brought and scripts:
        page.locator(kind.brought).first.wait_for()


def log_in(page: Page, site: Site) -> None:
    """Log in at the desk, if that is not done yet."""
    page.goto(f"{site.address}/desk/")
    if page.url.partition("?")[0].endswith("/desk/login"):
        page.get_by_label("账号").fill(demo.MODERATOR)
        page.get_by_label("密码").fill(site.password)
        page.get_by_role("button", name="登录").click()


def on_site(site: Site, kinds: Iterable[PageType] = PAGES) -> tuple[PageType, ...]:
    """Give those of *kinds* that *site* has; the demonstration has all."""
    return tuple(kind for kind in kinds if kind.is_on(site))


def named(*names: str) -> tuple[PageType, ...]:
    """Give the page types of *names*, in that order."""
    by_name = {kind.name: kind for kind in PAGES}
    return tuple(by_name[name] for name in names)
