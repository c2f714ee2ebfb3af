"""The visitor's form, and taking what it sends."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from comment_archive.directory import Directory
from comments_service.app import create_app
from comments_service.db import Database
from comments_service.models import OutboxMessage
from tests.comments_service.test_proofs import answer_to
from tests.comments_service.web.visiting import FORM, send, stored, token_of
from tests.living_site import make_config
from tests.site.browserless import Page


@pytest.fixture
def open_client(site):
    """Give a function that makes a client of a service with other settings."""
    apps = []

    def open_client(**changes):
        app = create_app(make_config(site.root, site.database_url, **changes))
        apps.append(app)
        return app.test_client()

    yield open_client
    for app in apps:
        app.extensions["parts"].database.engine.dispose()


@pytest.fixture
def mailing(open_client):
    """Give a client of a service that sends mail."""
    return open_client(mail_url="smtp://127.0.0.1", mail_from="board@example.org")


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
    """The numbers of the site's registrations stand at the foot of form and desk, that of the
    police with its badge.
    """
    link = '<a href="https://beian.miit.gov.cn/" rel="noopener nofollow">样ICP备00000000号</a>'
    path = site.config.threads_file.resolve()
    directory = Directory.read(path)
    changes = {"police_url": "https://beian.mps.gov.cn/#/1", "police_badge": "/pictures/b.svg"}
    replace(directory, site=replace(directory.site, **changes)).write(path)
    for address in ("/messages/new?thread=first", "/desk/login"):
        page = client.get(address).text
        assert link in page
        assert re.search(
            r'<a href="https://beian.mps.gov.cn/#/1" rel="noopener nofollow">'
            r'<img class="site-footer__badge" src="/pictures/b.svg" alt="" [^>]*>样公网安备',
            page,
        )


def test_name_may_be_left_out(client, site):
    """Without a name that can be seen the receipt says 网友."""
    assert "网友" in send(client, name="").text
    assert "网友" in send(client, name="\u200b\u3000", text="看不见的称呼").text


def test_email_is_asked_for_where_mail_is_sent(client, mailing, site):
    """Without a mail server there is no such field, and what comes in it is ignored."""
    assert 'name="email"' not in client.get("/messages/new").text
    assert 'name="email"' in mailing.get("/messages/new").text
    send(client, text="第一条", email="someone@example.cn")
    send(client, text="第二条", email="nobody")
    page = send(mailing, text="第三条", email="someone@example.cn").text
    send(mailing, text="第四条", email="")
    assert [comment.email for comment in stored(site)] == [None, None, "someone@example.cn", None]
    assert "someone@example.cn" not in page
    assert "请到邮箱里点一下确认链接" in page
    with site.database.reading() as session:
        (notice,) = session.scalars(select(OutboxMessage)).all()
    assert (notice.kind, notice.comment_id) == ("confirm", 3)


def test_sent_twice_gives_the_same_receipt(client, site):
    """Pressing the button twice is one message."""
    assert token_of(send(client)) == token_of(send(client))
    assert len(stored(site)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"text": ""}, "请写下留言", id="no text"),
        pytest.param({"text": " \n\u3000"}, "请写下留言", id="white space"),
        pytest.param({"text": "。。。！？"}, "至少要有一个字或表情", id="punctuation only"),
        pytest.param({"text": "好" * 501}, "最多500个字", id="too long"),
        pytest.param({"text": "a\x00b"}, "无法识别的字符", id="NUL"),
        pytest.param({"text": "a\x1bb"}, "无法识别的字符", id="escape"),
        pytest.param({"name": "好" * 41}, "称呼最多40个字", id="long name"),
        pytest.param({"name": "a\x00"}, "称呼里有无法识别的字符", id="NUL in the name"),
        pytest.param({"text": "666"}, "至少要有一个字或表情", id="digits only"),
        pytest.param({"text": "\u3164\u2800"}, "至少要有一个字或表情", id="letters nobody sees"),
        pytest.param({"text": "👍🏽" * 501}, "最多500个字", id="too many emoji"),
        pytest.param({"text": "好" + "\u0301" * 10_001}, "叠加的符号太多", id="heap of marks"),
        pytest.param({"name": "好" + "\u0301" * 201}, "叠加的符号太多", id="heap on a name"),
        pytest.param({"email": "nobody"}, "电子邮箱的写法不对", id="no address"),
        pytest.param({"email": "a@b.cn\nBcc: x@y.cn"}, "电子邮箱的写法不对", id="mail header"),
        pytest.param({"email": "a" * 250 + "@b.cn"}, "电子邮箱最多254个字符", id="long address"),
        pytest.param({"reply_to": "１"}, "要回复的留言编号不对", id="full-width number"),
        pytest.param({"reply_to": "9" * 20}, "要回复的留言编号不对", id="endless number"),
        pytest.param({"reply_to": "-1"}, "要回复的留言编号不对", id="negative number"),
    ],
)
def test_wrong_input_shows_the_form_again(mailing, site, changes, words):
    """Wrong input gives 422, an error summary with links, the words at the field, all kept."""
    response = send(mailing, **({"name": "不能丢"} | changes))
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


@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "👍",
        "1️⃣",
        "❤️",
        "🇨🇳",
        "〇",
        "1998年",
        "ok",
        "ありがとう",
        "好" * 500,
        "👨‍👩‍👧‍👦" * 500,
    ],
)
def test_short_and_foreign_words_pass(client, text):
    """One word, an emoji, another language and the full length as people count it are taken."""
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
    """A message for an unknown or closed story gets a sentence, its text is kept, and pressing the
    button again brings it to the board.
    """
    response = send(client, thread=thread)
    assert response.status_code == 422
    assert words in response.text
    assert "再按一次“提交审核”，就会写到留言板上" in response.text
    assert "你好，志愿者。" in response.text
    assert stored(site) == []
    shown = re.search(r'name="thread" value="([^"]+)"', response.text)
    assert shown is not None
    assert send(client, thread=shown[1]).status_code == 200
    assert stored(site)[0].thread == "board"


def test_form_page_names_its_story(client):
    """The form can be opened for a story, for the board, and tells when a story takes none."""
    assert "故事first" in client.get("/messages/new?thread=first").text
    assert "留言板" in client.get("/messages/new").text
    shut = client.get("/messages/new?thread=shut")
    assert shut.status_code == 200
    assert "已经关闭" in shut.text
    assert "<form" not in shut.text
    assert client.get("/messages/new?thread=nowhere").status_code == 404


def test_form_tells_what_is_done_with_the_message(client):
    """Consent, what becomes public, and the notice to children stand by the form."""
    page = client.get("/messages/new").text
    for words in ("提交即表示同意", "公开的只有称呼、留言、时间", "未满14周岁"):
        assert words in page
    assert 'data-enhance="message-form"' in page
    assert 'data-proof="/messages/proof"' in page


def test_all_threads_closed_by_one_setting(open_client, site):
    """While nothing is taken anywhere, page and answer say so; what was typed is kept."""
    sentence = "留言板维护，12月8日恢复，100%照旧。"
    client = open_client(closed=sentence)
    page = client.get("/messages/new?thread=first")
    assert page.status_code == 200
    assert sentence in page.text
    assert "<form" not in page.text
    response = send(client)
    assert response.status_code == 422
    assert sentence in response.text
    assert "你好，志愿者。" in response.text
    assert stored(site) == []


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
    assert 'name="reply_to"' not in refused.text
    assert "没有这条" in refused.text


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


def test_every_answer_has_our_headers(client):
    """Policy, type and caching are set on every answer, the refused ones too."""
    for path in ("/messages/new", "/desk/login", "/messages/receipt/x", "/healthz", "/nowhere"):
        response = client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        is_secret = path.startswith("/messages/receipt/")
        referrer = "no-referrer" if is_secret else "same-origin"
        assert response.headers["Referrer-Policy"] == referrer
        assert "charset=utf-8" in response.headers["Content-Type"]
        assert "Set-Cookie" not in response.headers or path == "/desk/login"


def test_before_the_first_build_the_form_says_so(client, site):
    """Without a published build the service answers 503 with a sentence."""
    (site.releases / "current").unlink()
    response = client.get("/messages/new")
    assert response.status_code == 503
    assert "留言服务暂时不可用" in response.text


def test_while_the_database_is_away_the_text_stays(client, app, site):
    """A sentence says that nothing was stored for sure; what was typed can be sent again."""
    there = app.extensions["parts"]
    away = Database.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    away.outage.patience = 0
    app.extensions["parts"] = replace(there, database=away)
    refused = send(client, name="小林", text="等一会儿再看。", nonce="same", reply_to="1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    for kept in ("小林", "等一会儿再看。", 'value="same"', "没有确认收到", "不会变成两条"):
        assert kept in refused.text
    assert "暂时不可用" in client.get("/messages/receipt/abc").text
    app.extensions["parts"] = there
    assert send(client, name="小林", text="等一会儿再看。", nonce="same").status_code == 200
    assert [comment.text for comment in stored(site)] == ["等一会儿再看。"]


def test_failure_gives_the_words_back(client, site):
    """While nothing can be stored, a visitor is told so and keeps each field; the page's own button
    sends the same again, and what is stored then is what was typed.
    """
    current = site.releases / "current"
    current.rename(site.releases / "away")
    fields = {"text": "第一行\n<第二行>", "name": "“路人”", "nonce": "one", "reply_to": ""}
    response = send(client, **fields)
    assert response.status_code == 503
    assert "您写的内容都在下面" in response.text
    assert "第一行\n&lt;第二行&gt;</textarea>" in response.text
    again = fields_of(response.text)
    assert again["name"] == fields["name"]
    again["text"] = fields["text"]
    (site.releases / "away").rename(current)
    tokens = [client.post("/messages/new", data=again).headers["Location"] for _ in "12"]
    assert tokens[0] == tokens[1]
    assert (site.comment(1).text, site.comment(1).author) == (fields["text"], fields["name"])


def test_report_is_given_back_too(client, app, site):
    """Words of other forms are kept as well while the database is away."""
    there = app.extensions["parts"]
    away = Database.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    away.outage.patience = 0
    app.extensions["parts"] = replace(there, database=away)
    report = {"reason": "other", "text": "请看一看这条"}
    response = client.post("/messages/1/report", data=report)
    assert (response.status_code, "请看一看这条</textarea>" in response.text) == (503, True)
    assert 'action="/messages/1/report"' in response.text
    app.extensions["parts"] = there


def fields_of(text):
    """Give the named fields of the form that a page of ours holds."""
    return Page(503, text, {}, "").form("/messages/new")


def visit(open_client, address="14.152.94.23", **limits):
    """Give a client that comes from *address* through our proxy, with limits."""
    client = open_client(proxy_hops=1, **limits)
    client.environ_base["HTTP_X_FORWARDED_FOR"] = address
    return client


def test_proof_is_asked_above_the_first_limit(open_client, site):
    """The script is told that nothing is needed, then given a challenge; an answer counts once."""
    client = visit(open_client, proof_after=1)
    assert client.get("/messages/proof").json == {"needed": False}
    send(client, text="第一条留言")
    asked = client.get("/messages/proof")
    challenge = asked.json
    assert challenge.pop("needed") is True
    assert set(challenge) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert asked.headers["Cache-Control"] == "no-store"
    answer = answer_to(challenge)
    for text, altcha in (("第二条留言", answer), ("第三条留言", answer), ("第四条留言", "")):
        assert send(client, text=text, altcha=altcha).status_code == 200
    rules = [[finding["rule"] for finding in comment.findings] for comment in stored(site)]
    assert ["proof" in found for found in rules] == [False, False, True, True]


def test_too_many_wait_and_keep_what_was_typed(open_client, site):
    """Above the last limit a network waits: 429, how long, everything kept; others do not."""
    client = visit(open_client, refuse_after=2)
    first = send(client, text="第一条留言", nonce="n1")
    send(client, text="第二条留言")
    response = send(client, text="第三条留言", name="不能丢")
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 600
    assert "请过10分钟再提交" in response.text
    assert re.search(r"<title>\s*出错了：写留言", response.text)
    assert "第三条留言" in response.text
    assert "不能丢" in response.text
    assert token_of(send(client, text="第一条留言", nonce="n1")) == token_of(first)
    assert send(visit(open_client, "8.8.8.8", refuse_after=2), text="别处的").status_code == 200
    assert len(stored(site)) == 3


def test_shared_addresses_are_never_locked(open_client, site):
    """Behind a proxy nobody told us of, everybody has one address, and nobody is refused."""
    client = open_client(refuse_after=1, hold_after=1, proof_after=1)
    for text in ("第一条留言", "第二条留言", "第三条留言"):
        assert send(client, text=text).status_code == 200
    assert len(stored(site)) == 3


def test_age_of_the_form_is_known(client, site):
    """A form that was open for a second is told of; one that tells no age, or a forged one, not."""
    page = client.get("/messages/new").text
    mark = re.search(r'name="opened" value="([^"]+)"', page)
    assert mark is not None
    send(client, text="打开就交", opened=mark[1])
    send(client, text="从页面上来的")
    send(client, text="编造的时间", opened=mark[1][:-1] + "x")
    rules = [[finding["rule"] for finding in comment.findings] for comment in stored(site)]
    assert ["form-age" in found for found in rules] == [True, False, False]


@pytest.mark.parametrize("name", ["值班", "编辑部", "样本"])
def test_names_of_the_house_are_known_to_the_rules(client, site, name):
    """A visitor who calls himself as an account, the editors or the site is looked at closely."""
    site_name = site.directory.site.name
    send(client, name=site_name if name == "样本" else name)
    assert "name" in [finding["rule"] for finding in stored(site)[0].findings]


@pytest.mark.parametrize("number", ["１", "-1", str(2**63), "9" * 40, "1.0", "%00", "x"])
def test_hostile_addresses_of_the_form(client, number):
    """Forged numbers in the form's own address show the form, or say that there is none."""
    response = client.get(f"/messages/new?thread=first&reply_to={number}")
    assert response.status_code == 200
    assert client.get(f"/messages/new?thread={number}").status_code == 404
