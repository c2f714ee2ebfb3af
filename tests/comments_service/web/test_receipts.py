"""The receipt: where a message stands, and what its holder can do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from comments_service.app import create_app
from comments_service.models import Action, Comment, Decision, Report, State
from comments_service.submission import MOST_REVISIONS
from comments_service.web.receipts import shown_state
from comments_service.web.waits import waited
from tests.comments_service.web.visiting import send, stored, token_of
from tests.living_site import make_config

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


@pytest.fixture
def receipt(client):
    """Give the address of a new message's receipt."""
    return f"/messages/receipt/{token_of(send(client))}"


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


def test_receipt_can_be_taken_along(client, receipt):
    """A QR code of the whole address is drawn in the page, named for those who do not see it."""
    page = client.get(receipt).text
    assert re.search(r'role="img" aria-label="[^"]+"><svg', page)
    assert "style=" not in page
    assert f"http://127.0.0.1:8000{receipt}" in page
    assert 'data-enhance="draft-sent"' in page


def test_reason_outlives_later_decisions(client, site, receipt):
    """Reason and sentence of a refusal stay when a report is settled afterwards."""
    site.decide(1, Action.REFUSE, sentence="欢迎换个说法再写。")
    client.post(f"{receipt}/problem", data={"text": "看一下"})
    site.decide(1, Action.SETTLE)
    page = client.get(receipt).text
    assert "与本专题无关" in page
    assert "欢迎换个说法再写。" in page


def test_refusal_is_told_after_the_undo_window(site):
    """While a refusal can be taken back, the visitor is told that the message waits."""
    app = create_app(make_config(site.root, site.database_url, undo_seconds=600))
    client = app.test_client()
    address = f"/messages/receipt/{token_of(send(client))}"
    site.now = datetime.now(UTC)
    site.decide(1, Action.REFUSE)
    page = client.get(address).text
    assert "待审核" in page
    assert "未采用" not in page
    assert "与本专题无关" not in page
    refused = client.post(f"{address}/edit", data={"text": "改一改"})
    assert refused.status_code == 422
    assert "编辑正在处理这条留言" in refused.text
    assert client.get(f"{address}/appeal").status_code == 303
    assert client.post(f"{address}/appeal", data={"text": "为什么"}).status_code == 422
    assert stored(site)[0].state is State.REFUSED
    app.extensions["parts"].database.engine.dispose()


@pytest.mark.parametrize(
    ("changes", "was", "ago", "shown"),
    [
        pytest.param({"state": State.PENDING}, None, 0, State.PENDING, id="waits"),
        pytest.param({"state": State.SPAM}, None, 0, State.PENDING, id="spam"),
        pytest.param({"state": State.APPROVED}, State.PENDING, 5, State.PENDING, id="on its way"),
        pytest.param({"state": State.APPROVED}, State.APPEALED, 5, State.APPEALED, id="appealed"),
        pytest.param(
            {"state": State.APPROVED, "live_at": NOW}, State.PENDING, 5, State.APPROVED, id="live"
        ),
        pytest.param({"state": State.REFUSED}, State.PENDING, 5, State.PENDING, id="just refused"),
        pytest.param({"state": State.REFUSED}, State.PENDING, 15, State.REFUSED, id="refused"),
        pytest.param({"state": State.REFUSED}, State.APPEALED, 5, State.APPEALED, id="just again"),
        pytest.param({"state": State.REFUSED}, State.APPEALED, 15, State.REFUSED, id="again"),
        pytest.param({"state": State.REFUSED}, State.APPROVED, 5, State.REFUSED, id="taken down"),
        pytest.param({"state": State.APPEALED}, State.PENDING, 99, State.APPEALED, id="second"),
        pytest.param(
            {"state": State.WITHDRAWN}, State.PENDING, 1, State.WITHDRAWN, id="taken back"
        ),
        pytest.param({"state": State.ERASED}, State.PENDING, 1, State.ERASED, id="erased"),
    ],
)
def test_shown_state(changes, was, ago, shown):
    """The visitor is told nothing that can still be undone unseen, nor what a filter did."""
    verdict = was and Decision(from_state=was, decided_at=NOW - timedelta(seconds=ago))
    assert shown_state(Comment(**changes), verdict, NOW, timedelta(seconds=10)) is shown


@pytest.mark.parametrize(
    ("time", "words"),
    [
        pytest.param(timedelta(seconds=-5), "不到1分钟", id="clocks differ"),
        pytest.param(timedelta(seconds=59), "不到1分钟", id="seconds"),
        pytest.param(timedelta(minutes=5), "5分钟", id="minutes"),
        pytest.param(timedelta(hours=2), "2小时", id="hours"),
        pytest.param(timedelta(hours=3, minutes=20), "3小时20分钟", id="hours and minutes"),
        pytest.param(timedelta(days=2), "2天", id="days"),
        pytest.param(timedelta(days=2, hours=3, minutes=9), "2天3小时", id="days and hours"),
    ],
)
def test_waiting_time(time, words):
    """A time is written in its two largest parts."""
    assert waited(time) == words


def test_editing_while_it_waits(client, site, receipt):
    """The visitor changes the words, which are screened anew; the old ones are gone."""
    page = client.get(f"{receipt}/edit")
    assert page.status_code == 200
    assert "你好，志愿者。</textarea>" in page.text
    text = "请加微信 abc12345，http://a.cn http://b.cn http://c.cn"
    response = client.post(f"{receipt}/edit", data={"text": text})
    assert response.status_code == 303
    assert response.location.endswith(receipt)
    assert text in client.get(receipt).text
    (comment,) = stored(site)
    assert comment.text == text
    assert comment.state is State.PENDING
    assert "links" in [finding["rule"] for finding in comment.findings]


def test_edited_message_is_no_repeat_of_itself(client, site, receipt):
    """The message that is changed does not count as one that said the same before."""
    client.post(f"{receipt}/edit", data={"text": "你好，各位志愿者，辛苦了。"})
    client.post(f"{receipt}/edit", data={"text": "你好，各位志愿者，辛苦了！"})
    assert stored(site)[0].findings == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "改后的留言不能是空的", id="empty"),
        pytest.param("666", "至少要有一个字或表情", id="nothing said"),
        pytest.param("好" * 501, "最多500个字", id="too long"),
        pytest.param("a\0b", "无法识别的字符", id="NUL"),
        pytest.param("你好，志愿者。", "文字没有改动", id="unchanged"),
    ],
)
def test_wrong_edits_show_the_form_again(client, site, receipt, text, words):
    """A wrong edit gives 422 with the words to mend it and what was typed."""
    response = client.post(f"{receipt}/edit", data={"text": text})
    assert response.status_code == 422
    assert words in response.text
    assert re.search(r"<title>\s*出错了：修改留言", response.text)
    assert stored(site)[0].text == "你好，志愿者。"


def test_editing_ends_when_it_was_decided(client, site, receipt):
    """What is decided or edited by a moderator is not changed any more; the words are kept."""
    site.decide(1, Action.EDIT, text="编辑改过")
    response = client.post(f"{receipt}/edit", data={"text": "我再改改"})
    assert response.status_code == 422
    assert "现在不能再改" in response.text
    assert "我再改改" in response.text
    site.decide(1, Action.APPROVE)
    site.publish()
    response = client.post(f"{receipt}/edit", data={"text": "我再改改"})
    assert response.status_code == 422
    assert "我再改改" in response.text
    assert f"{receipt}/edit" not in client.get(receipt).text
    assert client.get(f"{receipt}/edit").location.endswith(receipt)


def test_editing_has_an_end(client, site, receipt):
    """After so many changes the message stays as it is."""
    for number in range(MOST_REVISIONS):
        assert client.post(f"{receipt}/edit", data={"text": f"第{number}稿"}).status_code == 303
    response = client.post(f"{receipt}/edit", data={"text": "最后一稿"})
    assert response.status_code == 422
    assert "不能再改" in response.text


def test_spam_is_edited_like_any_other(client, site):
    """What a filter put aside behaves as pending: it can be changed, and stays put aside."""
    address = f"/messages/receipt/{token_of(send(client, homepage='http://spam'))}"
    assert f"{address}/edit" in client.get(address).text
    assert client.post(f"{address}/edit", data={"text": "改好了"}).status_code == 303
    assert "待审核" in client.get(address).text
    assert stored(site)[0].state is State.SPAM


def test_erasure_is_confirmed_first(client, site, receipt):
    """A page tells what will be gone; then name, text and address are really gone."""
    page = client.get(f"{receipt}/erase")
    assert page.status_code == 200
    assert "不能恢复" in page.text
    unsure = client.post(f"{receipt}/erase")
    assert unsure.status_code == 422
    assert "还没有删除" in unsure.text
    assert stored(site)[0].text == "你好，志愿者。"
    for _ in range(2):
        response = client.post(f"{receipt}/erase", data={"confirm": "1"}, follow_redirects=True)
        assert response.status_code == 200
        assert "已删除" in response.text
        assert "你好，志愿者。" not in response.text
    (comment,) = stored(site)
    assert comment.state is State.ERASED
    assert (comment.author, comment.text, comment.address, comment.email) == ("", "", "", None)
    for deed in ("edit", "erase", "appeal", "problem"):
        assert client.get(f"{receipt}/{deed}").location.endswith(receipt)


def test_withdrawn_message_can_be_erased(client, site, receipt):
    """Taking a message back leaves its words on the receipt; erasing takes them too."""
    assert "你好，志愿者。" in client.post(f"{receipt}/withdraw", follow_redirects=True).text
    assert (
        client.post(f"{receipt}/erase", data={"confirm": "1"}, follow_redirects=True).status_code
        == 200
    )
    assert stored(site)[0].state is State.ERASED


def test_erased_words_are_gone_from_the_files(sqlite_site):
    """Not even the database's own files and its log hold what was erased."""
    app = create_app(make_config(sqlite_site.root, sqlite_site.database_url))
    secret = "只此一句的心里话"
    sqlite_site.post_approved(text=secret, author="不愿留名的人")
    sqlite_site.publish()
    files = list(sqlite_site.root.glob("comments.db*"))
    assert any(secret.encode() in path.read_bytes() for path in files)
    token = sqlite_site.receipts[0].token
    answer = app.test_client().post(f"/messages/receipt/{token}/erase", data={"confirm": "1"})
    assert answer.status_code == 303
    for path in sqlite_site.root.glob("comments.db*"):
        content = path.read_bytes()
        assert secret.encode() not in content
        assert "不愿留名的人".encode() not in content
    app.extensions["parts"].database.engine.dispose()


def test_appeal_once(client, site, receipt):
    """A refused message is put before another moderator, once, with its visitor's words."""
    assert client.post(f"{receipt}/appeal", data={"text": "请再看看"}).status_code == 422
    site.decide(1, Action.REFUSE)
    page = client.get(f"{receipt}/appeal").text
    assert "另一位编辑" in page
    assert "与本专题无关" in page
    response = client.post(f"{receipt}/appeal", data={"text": "请再看看"}, follow_redirects=True)
    assert "申诉中" in response.text
    assert "申诉编号" in response.text
    (comment,) = stored(site)
    assert comment.state is State.APPEALED
    assert comment.appeal_text == "请再看看"
    again = client.post(f"{receipt}/appeal", data={"text": "再来一次"})
    assert again.status_code == 422
    assert "再来一次" in again.text
    assert client.get(f"{receipt}/appeal").location.endswith(receipt)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "请写下申诉的理由", id="empty"),
        pytest.param("好" * 501, "最多500个字", id="too long"),
        pytest.param("a\0", "无法识别的字符", id="NUL"),
    ],
)
def test_wrong_appeals_show_the_form_again(client, site, receipt, text, words):
    """A wrong appeal gives 422 with the words to mend it."""
    site.decide(1, Action.REFUSE)
    response = client.post(f"{receipt}/appeal", data={"text": text})
    assert response.status_code == 422
    assert words in response.text
    assert stored(site)[0].state is State.REFUSED


def test_problem_gets_a_number(client, site, receipt):
    """A problem with one's own message comes to the desk; the receipt tells what became of it."""
    assert client.get(f"{receipt}/problem").status_code == 200
    assert client.post(f"{receipt}/problem", data={"text": " "}).status_code == 422
    page = client.post(f"{receipt}/problem", data={"text": "名字错了"}, follow_redirects=True).text
    assert "问题编号1" in page
    assert "等候处理，等了" in page
    with site.database.reading() as session:
        (report,) = session.scalars(select(Report)).all()
    assert (report.reason, report.text) == ("problem", "名字错了")
    site.decide(1, Action.SETTLE)
    assert "已处理" in client.get(receipt).text


def test_deeds_need_no_origin_but_readable_words(client, site, receipt):
    """The secret address is proof enough, as its pages send no Origin; GBK and JSON are refused."""
    headers = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    data = {"text": "改过的话"}
    assert client.post(f"{receipt}/edit", data=data, headers=headers).status_code == 303
    body = b"text=\xc4\xe3"
    kind = "application/x-www-form-urlencoded"
    assert client.post(f"{receipt}/edit", data=body, content_type=kind).status_code == 400
    assert client.post(f"{receipt}/edit", json=data).status_code == 400


@pytest.mark.parametrize("deed", ["edit", "erase", "appeal", "problem"])
def test_every_deed_of_an_unknown_receipt(client, deed):
    """Nothing can be done without the address, and nothing is shown."""
    for token in ("x", "%00", "é", "A" * 3000):
        for ask in (client.get, client.post):
            response = ask(f"/messages/receipt/{token}/{deed}")
            assert response.status_code == 404
            assert response.headers["Referrer-Policy"] == "no-referrer"
