"""The form of a message in a real browser: drafts, and proofs of work."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from comments_service.web.headers import POLICY
from plugins.assets.bundles import bundle_scripts, page_scripts
from tests.living_site import ROOT

STATIC = ROOT / "theme" / "static"
ORIGIN = "http://localhost"  # a place where browsers offer crypto.subtle without TLS
FORM = """<form method="post" action="/messages/new" data-enhance="message-form"
 data-script="/form.js" data-proof="/messages/proof" data-restored="草稿回来了" data-clear="清空"
 data-proving="正在验证"><input type="hidden" name="thread" value="first">
<label for="name">称呼</label><input id="name" name="name">
<div class="field"><label for="text">留言</label><textarea id="text" name="text"></textarea></div>
<label for="email">邮箱</label><input id="email" name="email"><button>提交</button></form>"""
RECEIPT = "<p data-enhance='draft-sent'>回执</p>"
NOT_NEEDED = {"needed": False}
SALT = "0123456789ab?expires=1"
NUMBER = 1234
KEPT = "JSON.stringify(localStorage)"


def challenge(number=NUMBER, most=2000):
    """Make a challenge as the service gives it."""
    return {
        "needed": True,
        "algorithm": "SHA-256",
        "challenge": hashlib.sha256(f"{SALT}{number}".encode()).hexdigest(),
        "salt": SALT,
        "maxnumber": most,
        "signature": "signed",
    }


@dataclass
class Service:
    """Answers as site and service do, and notes what was sent."""

    proof: object = field(default_factory=lambda: NOT_NEEDED)
    answer: str = RECEIPT
    sent: list[dict[str, list[str]]] = field(default_factory=list)

    def respond(self, route):
        """Answer one request."""
        request, path = route.request, route.request.url.removeprefix(ORIGIN)
        headers = {"Content-Security-Policy": POLICY}
        if path == "/messages/proof":
            if self.proof is None:
                route.abort()
            else:
                route.fulfill(status=200, content_type="application/json", body=self.proof_text())
            return
        if path.endswith(".js"):
            text = {
                "/site.js": bundle_scripts(STATIC),
                "/form.js": page_scripts(STATIC)["message-form"],
            }[path]
            route.fulfill(status=200, content_type="text/javascript; charset=utf-8", body=text)
            return
        if request.method == "POST":
            self.sent.append(parse_qs(request.post_data or "", keep_blank_values=True))
        body = self.answer if request.method == "POST" else FORM
        page = (
            '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>试验</title>'
            f'<script src="/site.js" defer></script></head><body>{body}</body></html>'
        )
        kind = "text/html; charset=utf-8"
        route.fulfill(status=200, content_type=kind, body=page, headers=headers)

    def proof_text(self):
        """Give the answer to who asks whether work is to be proved."""
        return self.proof if isinstance(self.proof, str) else json.dumps(self.proof)


@pytest.fixture
def service():
    """Give a service that takes everything."""
    return Service()


@pytest.fixture
def page(browser, service):
    """Give a page with the form, in a browser that runs scripts."""
    context = browser.new_context(base_url=ORIGIN)
    context.route("**/*", service.respond)
    page = context.new_page()
    page.goto("/stories/first/")
    yield page
    context.close()


def write(page, name="路人", text="写了一半的话", email="a@example.org"):
    """Fill in the form, as a visitor does, and wait until its script is there."""
    page.get_by_label("称呼").focus()
    page.locator("form[data-started]").wait_for()
    for label, words in (("称呼", name), ("留言", text), ("邮箱", email)):
        page.get_by_label(label).fill(words)


def test_draft_is_there_again(page):
    """Name and text come back after the page was closed, the address does not; it is told."""
    write(page)
    assert "a@example.org" not in page.evaluate(KEPT)
    other = page.context.new_page()
    page.close()
    other.goto("/stories/first/")
    expect(other.get_by_label("留言")).to_have_value("写了一半的话")
    expect(other.get_by_label("称呼")).to_have_value("路人")
    expect(other.get_by_label("邮箱")).to_have_value("")
    expect(other.get_by_role("status")).to_have_text("草稿回来了")


def test_draft_is_cleared(page):
    """A button empties the fields and forgets the draft."""
    write(page)
    page.goto("/stories/first/")
    page.get_by_role("button", name="清空").click()
    expect(page.get_by_label("留言")).to_have_value("")
    expect(page.get_by_label("留言")).to_be_focused()
    expect(page.get_by_role("button", name="清空")).to_have_count(0)
    assert page.evaluate(KEPT) == "{}"


def test_sent_message_leaves_no_draft(page, service):
    """Once the receipt is there, the draft is not."""
    write(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("回执")).to_be_visible()
    assert [sent["text"] for sent in service.sent] == [["写了一半的话"]]
    assert "altcha" not in service.sent[0]
    assert page.evaluate(KEPT) == "{}"


def test_message_that_came_back_keeps_its_draft(page, service):
    """When the service wants a change, the draft stays until the receipt is there."""
    write(page)
    service.answer = FORM
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_label("留言")).to_have_value("写了一半的话")
    page.goto("/stories/first/")
    expect(page.get_by_label("留言")).to_have_value("写了一半的话")


def test_work_is_proved(page, service):
    """A browser that is asked to finds the number and hands it in, as ALTCHA writes it."""
    service.proof = challenge()
    write(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("回执")).to_be_visible()
    (sent,) = service.sent
    proof = json.loads(base64.b64decode(sent["altcha"][0]))
    asked = {key: service.proof[key] for key in ("algorithm", "challenge", "salt", "signature")}
    assert proof == asked | {"number": NUMBER}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nobody answers"),
        pytest.param("<html>", id="no JSON"),
        pytest.param({"needed": True}, id="nothing to solve"),
        pytest.param(challenge(number=9, most=0) | {"challenge": "00"}, id="no solution"),
    ],
)
def test_message_is_sent_without_a_proof(page, service, answer):
    """Whatever goes wrong with the proof, the message is sent."""
    service.proof = answer
    write(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("回执")).to_be_visible()
    assert [("altcha" in sent, sent["text"]) for sent in service.sent] == [
        (False, ["写了一半的话"])
    ]


def test_storage_that_is_denied(page, service):
    """Where the browser denies storage, the form is sent as it is."""
    denied = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})"
    page.add_init_script(denied)
    page.reload()
    page.get_by_label("留言").fill("没有草稿的一条")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("回执")).to_be_visible()
    assert service.sent[0]["text"] == ["没有草稿的一条"]
