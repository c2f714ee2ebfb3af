"""Walks all pages in a real browser: requests to others, cookies, violations of the policy, and
what is missing without scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from audit.browser import Look, opened
from audit.pages import PageMissing, PageType, visit
from audit.results import Result, count
from audit.site import Site

LOOK = Look(390)
ALWAYS = ("h1", "main", "header a[href='/']")
"""What every page shows without a script."""
LISTEN = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  window.refusals.push(`${violatedDirective} ${blockedURI}`));
"""


def measure(browser: Browser, site: Site, pages: Iterable[PageType]) -> list[Result]:
    """Walk *pages* with and without scripts."""
    kinds = tuple(pages)
    found: dict[str, list[str]] = {"others": [], "cookies": [], "policy": [], "parts": []}
    for kind in kinds:
        for what, where in (*_with_scripts(browser, site, kind), *_without(browser, site, kind)):
            found[what].append(f"{kind.name}: {where}")
    remark = f"{len(kinds)} page types and states"
    return [
        count("requests to other hosts", "向其他网站发出的请求", found["others"], remark=remark),
        count("cookies for readers", "给读者设置的Cookie", found["cookies"], remark=remark),
        count(
            "content security policy: violations and errors",
            "违反内容安全策略之处",
            found["policy"],
            remark=remark,
        ),
        count("scripts needed", "必须运行脚本才能使用的部分", found["parts"], remark=remark),
    ]


def _with_scripts(browser: Browser, site: Site, kind: PageType) -> Iterator[tuple[str, str]]:
    with opened(browser, LOOK) as page:
        asked: list[str] = []
        errors: list[str] = []
        _watch(page, asked, errors)
        try:
            visit(page, site, kind)
        except PageMissing as missing:
            yield "policy", str(missing)
            return
        page.wait_for_load_state("networkidle")
        refusals = page.evaluate("window.refusals")
        yield from (("others", url) for url in asked if not url.startswith(site.address))
        yield from (("policy", line) for line in (*refusals, *_unexpected(errors, kind)))
        if kind.is_for_readers:
            cookies = (cookie.get("name", "") for cookie in page.context.cookies())
            yield from (("cookies", name) for name in cookies)


def _without(browser: Browser, site: Site, kind: PageType) -> Iterator[tuple[str, str]]:
    with opened(browser, LOOK, scripts=False) as page:
        try:
            visit(page, site, kind, scripts=False)
        except PageMissing as missing:
            yield "parts", str(missing)
            return
        yield from (("parts", line) for line in missing_parts(page, site, kind))


def missing_parts(page: Page, site: Site, kind: PageType) -> Iterator[str]:
    """Give one line for each part of an open page of *kind* that is not seen."""
    for part in (*ALWAYS, *kind.selectors(site)):
        if not page.locator(f"{part} >> visible=true").count():
            yield f"{part} is not seen"


def _watch(page: Page, asked: list[str], errors: list[str]) -> None:
    def note_request(request: Request) -> None:
        if not request.url.startswith("data:"):
            asked.append(request.url)

    def note_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            errors.append(message.text)

    page.add_init_script(LISTEN)
    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))


def _unexpected(errors: Iterable[str], kind: PageType) -> Iterator[str]:
    """Leave out that the page itself was told to be missing or refused."""
    own = {f"status of {status}" for status in (kind.status, 422) if status >= 400}
    return (line for line in errors if not any(words in line for words in own))
