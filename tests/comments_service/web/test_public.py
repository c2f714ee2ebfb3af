"""The visitor's form and receipt."""

from __future__ import annotations

import re
import time

import pytest
from sqlalchemy import func, select

from comments_service.models import Action, Comment, State

FORM = {"thread": "first", "name": "路人", "text": "你好，志愿者。", "email": "", "homepage": ""}


def send(client, follow_redirects=True, headers=None, **changes):
    """Send the form as a browser does."""
    return client.post(
        "/messages/new",
        data=FORM | changes,
        headers=headers or {},
        follow_redirects=follow_redirects,
    )


def stored(site):
    """Give all comments."""
    with site.database.reading() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def token_of(response):
    """Read the token from a receipt's address."""
    return response.request.path.removeprefix("/messages/receipt/")


def test_receipt_after_sending(client, site):
    """Sending redirects with 303 to a receipt with number, state, own text and address."""
    sent = send(client, follow_redirects=False)
    assert sent.status_code == 303
    receipt = client.get(sent.location)
    page = receipt.text
    assert receipt.status_code == 200
    assert "第1号" in page
    assert "待审核" in page
    assert "你好，志愿者。" in page
    assert sent.location in page
    assert receipt.headers["Cache-Control"] == "no-store"
    assert receipt.headers["Referrer-Policy"] == "no-referrer"


def test_registration_stands_on_the_services_pages_too(client, site):
    """The number of the site's registration is linked at the foot of form and desk."""
    link = '<a href="https://beian.miit.gov.cn/" rel="noopener nofollow">样ICP备00000000号</a>'
    for address in ("/messages/new?thread=first", "/desk/login"):
        assert link in client.get(address).text


def test_name_and_email_may_be_left_out(client, site):
    """Without a name the receipt says 网友; an e-mail is kept and never shown."""
    assert "网友" in send(client, name="").text
    assert "网友" in send(client, name="\u200b\u3000", text="看不见的称呼").text
    page = send(client, text="另一条", email="someone@example.cn").text
    assert "someone@example.cn" not in page
    assert [comment.email for comment in stored(site)] == [None, None, "someone@example.cn"]


def test_sent_twice_gives_the_same_receipt(client, site):
    """Pressing the button twice is one message."""
    assert token_of(send(client)) == token_of(send(client))
    assert len(stored(site)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"text": ""}, "请写下留言", id="no text"),
        pytest.param({"text": " \n\u3000"}, "请写下留言", id="white space"),
        pytest.param({"text": "。。。！？"}, "至少要有一个字", id="punctuation only"),
        pytest.param({"text": "好" * 501}, "最多500个字", id="too long"),
        pytest.param({"text": "a\x00b"}, "无法识别的字符", id="NUL"),
        pytest.param({"text": "a\x1bb"}, "无法识别的字符", id="escape"),
        pytest.param({"name": "好" * 41}, "称呼最多40个字", id="long name"),
        pytest.param({"name": "a\x00"}, "称呼里有无法识别的字符", id="NUL in the name"),
        pytest.param({"email": "nobody"}, "电子邮箱的写法不对", id="no address"),
        pytest.param({"email": "a@b.cn\nBcc: x@y.cn"}, "电子邮箱的写法不对", id="mail header"),
        pytest.param({"email": "a" * 250 + "@b.cn"}, "电子邮箱最多254个字符", id="long address"),
        pytest.param({"reply_to": "１"}, "要回复的留言编号不对", id="full-width number"),
        pytest.param({"reply_to": "9" * 20}, "要回复的留言编号不对", id="endless number"),
        pytest.param({"reply_to": "-1"}, "要回复的留言编号不对", id="negative number"),
    ],
)
def test_wrong_input_shows_the_form_again(client, site, changes, words):
    """Wrong input gives 422, an error summary with links, the words at the field, all kept."""
    response = send(client, **({"name": "不能丢"} | changes))
    page = response.text
    assert response.status_code == 422
    assert words in page
    assert re.search(r"<title>\s*出错了", page)
    summary = page.partition('class="error-summary"')[2].partition("</div>")[0]
    assert words in summary
    field = next(iter(changes))
    if field != "reply_to":
        assert f'href="#{field}"' in summary
        assert f'id="{field}-error"' in page
        assert 'aria-invalid="true"' in page
    kept = FORM | {"name": "不能丢"} | changes
    assert kept["name"].replace("\x00", "")[:5] in page
    if len(changes.get("text", "")) in (0, 501):
        assert kept["text"] in page
    assert stored(site) == []


@pytest.mark.parametrize("text", ["谢谢", "👍", "1998", "ok", "ありがとう", "好" * 500])
def test_short_and_foreign_words_pass(client, text):
    """One word, an emoji, a number, another language and the full length are taken."""
    assert send(client, text=text).status_code == 200


@pytest.mark.parametrize(
    ("thread", "words"),
    [
        pytest.param("nowhere", "没有找到", id="unknown"),
        pytest.param("shut", "已经关闭", id="closed"),
        pytest.param("", "没有找到", id="none"),
    ],
)
def test_unknown_or_closed_thread_is_refused(client, site, thread, words):
    """A message for an unknown or closed story gets a sentence, and its text is kept."""
    response = send(client, thread=thread)
    assert response.status_code == 422
    assert words in response.text
    assert "你好，志愿者。" in response.text
    assert stored(site) == []


def test_form_page_names_its_story(client):
    """The form can be opened for a story, for the board, and tells when a story takes none."""
    assert "故事first" in client.get("/messages/new?thread=first").text
    assert "留言板" in client.get("/messages/new").text
    assert "已经关闭" in client.get("/messages/new?thread=shut").text
    assert client.get("/messages/new?thread=nowhere").status_code == 404


def test_answering_a_published_message(client, site):
    """The form quotes the published message that is answered, and nothing that is not."""
    number = site.post_approved(text="请教一下")
    assert "请教一下" not in client.get(f"/messages/new?thread=first&reply_to={number}").text
    site.publish()
    hidden = site.post(text="还没公开")
    page = client.get(f"/messages/new?thread=first&reply_to={number}").text
    assert "请教一下" in page
    assert f'name="reply_to" value="{number}"' in page
    assert "还没公开" not in client.get(f"/messages/new?thread=first&reply_to={hidden}").text
    assert "请教一下" not in client.get(f"/messages/new?thread=second&reply_to={number}").text
    assert send(client, text="我来回答", reply_to=str(number)).status_code == 200
    assert stored(site)[-1].reply_to_id == number
    refused = send(client, text="没有这条", reply_to=str(hidden))
    assert refused.status_code == 422
    assert "您要回复的留言已经撤下" in refused.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 303, id="our page"),
        pytest.param({"Sec-Fetch-Site": "none"}, 303, id="typed in"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="another host of the site"),
        pytest.param({"Origin": "http://localhost"}, 303, id="old browser, our page"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="old browser, another site"),
        pytest.param({"Origin": "null"}, 403, id="hidden origin"),
        pytest.param({}, 303, id="very old browser"),
    ],
)
def test_forms_of_other_sites_are_refused(client, site, headers, status):
    """A form that another site sends is refused before anything is read."""
    assert send(client, follow_redirects=False, headers=headers).status_code == status
    assert len(stored(site)) == (status == 303)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param("thread=first&text=%FF%FE", None, 400, id="not UTF-8, quoted"),
        pytest.param(b"thread=first&text=\xc4\xe3", None, 400, id="GBK, raw"),
        pytest.param("text=a" + "&x=1" * 60, None, 400, id="too many fields"),
        pytest.param('{"text": "a"}', "application/json", 400, id="JSON"),
        pytest.param("text=a", "text/plain", 400, id="plain text"),
        pytest.param("", None, 422, id="empty"),
        pytest.param("text=a&thread=first&thread=second", None, 303, id="doubled field"),
        pytest.param("text=" + "a" * 300_000, None, 413, id="huge"),
        pytest.param("text=%ED%A0%80&thread=first", None, 400, id="surrogate"),
        pytest.param("thread=first&text=%00", None, 422, id="NUL alone"),
        pytest.param("--x", "multipart/form-data; boundary=x", 400, id="multipart"),
    ],
)
def test_hostile_bodies(client, site, body, content_type, status):
    """Whatever is sent gets a 4xx with a sentence or is understood; never a 5xx, never late."""
    kind = content_type or "application/x-www-form-urlencoded"
    began = time.monotonic()
    response = client.post("/messages/new", data=body, content_type=kind)
    assert response.status_code == status
    assert time.monotonic() - began < 5
    if status >= 400:
        assert "<h1>" in response.text
        assert stored(site) == []


def test_receipt_follows_the_message(client, site):
    """The receipt tells each state; published only once the site shows it, with its address."""
    token = token_of(send(client))
    receipt = f"/messages/receipt/{token}"
    site.decide(1, Action.APPROVE)
    assert "待审核" in client.get(receipt).text
    site.publish()
    page = client.get(receipt).text
    assert "已公开" in page
    assert 'href="/stories/first/#m-1"' in page
    site.decide(1, Action.REFUSE)
    page = client.get(receipt).text
    assert "未采用" in page
    assert "与本专题无关" in page


def test_receipt_leads_to_older_pages_too(client, site):
    """Once the message's page left the first view, the receipt leads to that page."""
    token = token_of(send(client))
    site.decide(1, Action.APPROVE)
    board = token_of(send(client, thread="board", text="写给留言板"))
    site.decide(2, Action.APPROVE)
    for _ in range(6):
        site.post_approved()
    site.publish()
    page = client.get(f"/messages/receipt/{token}").text
    assert 'href="/stories/first/messages/1/#m-1"' in page
    assert 'id="m-1"' in site.page("stories/first/messages/1/index.html")
    page = client.get(f"/messages/receipt/{board}").text
    assert 'href="/messages/1/#m-2"' in page
    assert 'id="m-2"' in site.page("messages/1/index.html")


def test_spam_looks_like_pending(client, site):
    """Who filled the trap is told what everybody is told."""
    page = send(client, homepage="http://spam").text
    assert "待审核" in page
    assert "垃圾" not in page
    assert stored(site)[0].state is State.SPAM


def test_withdrawal_from_the_receipt(client, site):
    """The visitor takes the message back by a form; a link alone changes nothing; twice is once."""
    receipt = f"/messages/receipt/{token_of(send(client))}"
    assert client.get(f"{receipt}/withdraw").status_code == 405
    for _ in range(2):
        page = client.post(f"{receipt}/withdraw", follow_redirects=True).text
        assert "已撤回" in page
        assert f"{receipt}/withdraw" not in page
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert stored(site)[0].state is State.WITHDRAWN


@pytest.mark.parametrize("token", ["x", "%00", "é", "A" * 5000])
def test_unknown_receipts(client, token):
    """A wrong address of a receipt is not found."""
    assert client.get(f"/messages/receipt/{token}").status_code == 404
    assert client.post(f"/messages/receipt/{token}/withdraw").status_code == 404


def test_every_answer_has_our_headers(client):
    """Policy, type and caching are set on every answer, the refused ones too."""
    for path in ("/messages/new", "/desk/login", "/messages/receipt/x", "/health", "/nowhere"):
        response = client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert "charset=utf-8" in response.headers["Content-Type"]
        assert "Set-Cookie" not in response.headers or path == "/desk/login"


def test_before_the_first_build_the_form_says_so(client, site):
    """Without a published build the service answers 503 with a sentence, health check too."""
    (site.releases / "current").unlink()
    for path in ("/messages/new", "/health"):
        response = client.get(path)
        assert response.status_code == 503
        assert "留言服务暂时不可用" in response.text
