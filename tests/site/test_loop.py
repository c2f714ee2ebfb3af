"""The whole loop over real HTTP, processes and files: post, approve, published, withdraw, gone."""

from __future__ import annotations

import re

import pytest

from tests.living_site import SECRET, LivingSite
from tests.site.browserless import Visitor, commands, free_port, number_of, running, wait_until

WORDS = "在北站帮我提过箱子的那位志愿者，谢谢您。"
PLACES = (
    "stories/first/index.html",
    "stories/first/messages.xml",
    "stories/first/messages.json",
    "messages/index.html",
    "messages/feed.xml",
    "messages/feed.json",
    "index.html",
)
"""Every file of the site that shows a message's words."""


@pytest.fixture
def served(site: LivingSite):
    """Serve a built site with its publisher, in processes of their own."""
    port = free_port()
    environment = {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
        "COMMENTS_UNDO_SECONDS": "0",
    }
    with running(commands(port), environment, port):
        yield site, port


def leave_message(visitor: Visitor, words: str):
    """Fill in the form that stands on the baked story page."""
    form = visitor.get("/stories/first/").form("/messages/new")
    return visitor.post("/messages/new", form | {"name": "旅客", "text": words, "email": "a@b.cn"})


def log_in(port: int) -> Visitor:
    """Log in as the moderator."""
    moderator = Visitor(port)
    form = moderator.get("/desk/").form("/desk/login")
    page = moderator.post(
        "/desk/login", form | {"name": "值班", "password": "long enough password"}
    )
    assert page.status == 200
    assert "待审核" in page.text
    return moderator


def rule(moderator: Visitor, number: str, action: str, **fields):
    """Press one of the buttons below a message."""
    form = moderator.get(f"/desk/comments/{number}").form("/desk/comments/")
    return moderator.post(f"/desk/comments/{number}", form | {"action": action} | fields)


def count(page: str) -> str:
    """Read the count on a card."""
    return page.partition("<!--slot count:first-->")[2].partition("<!--/slot")[0]


def shown_in(site: LivingSite, words: str = WORDS) -> set[str]:
    """Name the published files that hold *words*."""
    return {name for name, content in site.tree().items() if words.encode() in content}


def archived(site: LivingSite) -> bytes:
    """Give everything the archive holds."""
    return b"".join(path.read_bytes() for path in site.archive.rglob("*.json"))


def test_message_comes_and_goes(served):
    """A message is nowhere before its approval, everywhere after it, and nowhere once withdrawn."""
    site, port = served
    visitor = Visitor(port)
    receipt = leave_message(visitor, WORDS)
    number = number_of(receipt)
    assert receipt.status == 200
    assert "待审核" in receipt.text
    assert WORDS in receipt.text
    assert shown_in(site) == set()
    assert WORDS.encode() not in archived(site)

    moderator = log_in(port)
    rule(moderator, number, "approve")
    published = wait_until(  # said when every page is written, not when the first ones are
        lambda: (page := visitor.get(receipt.path)) and "已公开" in page.text and page, seconds=15
    )
    assert shown_in(site) == set(PLACES)
    assert count(site.page("index.html")) == count(site.page("themes/culture/index.html")) == "1"
    assert visitor.get("/stories/first/").text.count(WORDS) >= 1
    assert f'href="/stories/first/#m-{number}"' in published.text

    visitor.post(f"{receipt.path}/withdraw", {})
    wait_until(lambda: shown_in(site) == set(), seconds=15)
    assert WORDS.encode() not in archived(site)
    assert count(site.page("index.html")) == "0"
    assert "已撤回" in visitor.get(receipt.path).text
    assert not [name for name, content in site.tree().items() if b"a@b.cn" in content]


def test_moderator_takes_back_and_refuses(served):
    """A published message that is taken down leaves the site, and the receipt tells the reason."""
    site, port = served
    visitor = Visitor(port)
    receipt = leave_message(visitor, WORDS)
    number = number_of(receipt)
    moderator = log_in(port)
    rule(moderator, number, "approve")
    wait_until(lambda: set(PLACES) <= shown_in(site), seconds=15)
    rule(moderator, number, "reopen")
    wait_until(lambda: shown_in(site) == set(), seconds=15)
    assert "待审核" in visitor.get(receipt.path).text
    rule(moderator, number, "refuse", reason="contact", note="有电话")
    refused = visitor.get(receipt.path).text
    assert "未采用" in refused
    assert "含有电话等联系方式" in refused
    assert "有电话。" not in refused


def test_address_is_masked_everywhere(served):
    """Neither database nor archive nor site holds the full address or the e-mail in public."""
    site, port = served
    receipt = leave_message(Visitor(port), WORDS)
    rule(log_in(port), number_of(receipt), "approve")
    wait_until(lambda: set(PLACES) <= shown_in(site), seconds=15)
    comment = site.comment(int(number_of(receipt)))
    assert comment.address == "127.0.0.*"
    everything = archived(site) + b"".join(site.tree().values())
    assert b"127.0.0.1" not in archived(site)
    assert not re.search(rb"127\.0\.0\.1(?!:|%3A)", everything)  # the site's own address has a port
    assert b"127.0.0.*" in everything
    assert b"a@b.cn" not in everything
