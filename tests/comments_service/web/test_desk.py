"""The moderators' desk over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from comments_service import accounts
from comments_service.app import create_app
from comments_service.models import Action, Comment, State
from comments_service.moderation import Ruling, decide
from comments_service.retention.forgetting import forget_overdue
from tests.living_site import make_config

LOGIN = {"name": "值班", "password": "long enough password"}


def token_in(page):
    """Read the form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def log_in(client, **changes):
    """Log in by the form."""
    page = client.get("/desk/login").text
    data = LOGIN | {"csrf_token": token_in(page)} | changes
    return client.post("/desk/login", data=data, follow_redirects=True)


def act(client, number, action, version=None, **fields):
    """Press a button below a message."""
    page = client.get(f"/desk/comments/{number}").text
    shown = re.search(r'name="version" value="(\d+)"', page)
    data = {
        "csrf_token": token_in(page),
        "version": version or (shown[1] if shown else "1"),
        "action": action,
    }
    return client.post(f"/desk/comments/{number}", data=data | fields, follow_redirects=True)


@pytest.fixture
def desk(client):
    """Give a client that is logged in."""
    assert log_in(client).status_code == 200
    return client


@pytest.mark.parametrize(
    "path",
    ["/desk/", "/desk/comments/1", "/desk/?tab=approved", "/desk/search?q=x", "/desk/arrivals"],
)
def test_strangers_are_sent_to_the_login(client, path):
    """Nobody sees the desk without logging in; a POST is refused."""
    response = client.get(path)
    assert response.status_code == 303
    assert response.location == "/desk/login"


def test_strangers_cannot_decide(client, site):
    """A decision without a session, or without the form's token, changes nothing."""
    number = site.post()
    page = client.get("/desk/login").text
    data = {"csrf_token": token_in(page), "version": "1", "action": "approve"}
    assert client.post(f"/desk/comments/{number}", data=data).status_code == 403
    log_in(client)
    assert (
        client.post(f"/desk/comments/{number}", data=data | {"csrf_token": ""}).status_code == 400
    )
    assert site.comment(number).state is State.PENDING


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"password": "wrong"}, id="wrong password"),
        pytest.param({"name": "别人"}, id="unknown name"),
        pytest.param({"password": ""}, id="no password"),
        pytest.param({"name": "a\x00"}, id="NUL"),
        pytest.param({"csrf_token": "x"}, id="forged token"),
    ],
)
def test_wrong_logins(client, changes):
    """A wrong pair or a forged form opens nothing, and the password is not shown again."""
    response = log_in(client, **changes)
    assert response.status_code in {400, 422}
    assert LOGIN["password"] not in response.text
    assert client.get("/desk/").status_code == 303


def test_throttled_login_says_how_long(client):
    """After five wrong tries the page says how long to wait, with status 429."""
    for _ in range(5):
        log_in(client, password="wrong")
    response = log_in(client)
    assert response.status_code == 429
    assert "秒后再试" in response.text


def test_queue_is_oldest_first(desk, site):
    """The queue shows what waits, oldest first, with the counts of every state."""
    first, second = site.post(text="先来的"), site.post(text="后到的")
    done = site.post_approved(text="公开的")
    page = desk.get("/desk/").text
    assert page.index("先来的") < page.index("后到的")
    assert "公开的" not in page
    counts = dict(re.findall(r'>(\S+) <span class="tabs__count">(\d+)<', page))
    assert counts == {
        "待审核": "2", "已公开": "1", "未采用": "0", "垃圾": "0", "举报": "0", "申诉": "0"
    }  # fmt: skip
    approved = desk.get("/desk/?tab=approved").text
    assert "公开的" in approved
    assert f"/desk/comments/{done}" in approved
    assert desk.get("/desk/?tab=nonsense&after=x&hours=7&attention=9").status_code == 200
    after = desk.get(f"/desk/?after={first}").text
    assert "先来的" not in after
    assert f"/desk/comments/{second}" in after


def test_words_past_their_term_are_told(desk, site):
    """A message whose words are gone says so in the list and on its own page, and offers no deed
    that needs them.
    """
    number = site.post(text="广告的话")
    site.decide(number, Action.SPAM)
    forget_overdue(site.database, site.config, site.now + timedelta(days=30))
    listed = desk.get("/desk/?tab=spam").text
    whole = desk.get(f"/desk/comments/{number}").text
    for page in (listed, whole):
        assert "（保存期限已到，内容不再保存）" in page
        assert "广告的话" not in page
    assert 'value="approve"' not in whole


def test_long_queue_has_pages(desk, site, monkeypatch):
    """A long queue is shown page by page, each message once, forwards and backwards."""
    monkeypatch.setattr("comments_service.queue.ON_A_PAGE", 2)
    numbers = [site.post() for _ in range(5)]
    for tab in ("pending", "approved"):
        for first, onward in ((f"/desk/?tab={tab}", "next"), (f"/desk/?tab={tab}&last=1", "prev")):
            seen, path = [], first
            while path:
                page = desk.get(path).text
                seen += map(int, re.findall(r'id="c-(\d+)"', page))
                link = re.search(rf'rel="{onward}" href="([^"]+)"', page)
                path = link[1].replace("&amp;", "&") if link else None
            assert sorted(seen) == numbers
        for number in numbers:
            if tab == "pending":
                site.decide(number, Action.APPROVE)


def test_filters(desk, site):
    """The queue is narrowed by story, network, age and findings; the filters stay in the links."""
    here = site.post(text="这里的", thread="first", address="14.152.94.23")
    there = site.post(text="那里的", thread="second", address="9.8.7.6")
    linked = site.post(text="http://a.org http://b.org", thread="second", address="9.8.7.1")

    def shown(query):
        return [int(n) for n in re.findall(r'id="c-(\d+)"', desk.get(f"/desk/?{query}").text)]

    assert shown("thread=first") == [here]
    assert shown("network=9.8.7.*") == [there, linked]
    assert shown("attention=1") == [linked]
    assert shown("hours=2") == [here, there, linked]
    assert shown("order=attention") == [linked, here, there]
    assert shown("word=没有这个词") == []
    page = desk.get("/desk/?thread=second").text
    assert "这篇报道有2条" in page
    assert 'name="thread" value="second"' in page


def test_search(desk, site):
    """One character finds messages in any state; what is not there is said."""
    one, two = site.post(text="路口的红马甲"), site.post(text="谢谢", author="老马")
    site.decide(two, Action.SPAM)

    def found(words):
        page = desk.get("/desk/search", query_string={"q": words})
        assert page.status_code == 200
        return [int(n) for n in re.findall(r'id="c-(\d+)"', page.text)]

    assert found("马") == [two, one]
    assert found("红马甲") == [one]
    assert found("%") == found("_") == found('"') == found("\0") == []
    assert "没有留言里有这几个字" in desk.get("/desk/search?q=桂林").text


def test_number_from_a_receipt(desk, site):
    """The number that a visitor names leads to the message, however it is written."""
    number = site.post()
    for words in (str(number), f"第{number}号"):
        page = desk.get("/desk/search", query_string={"q": words}).text
        assert f'href="/desk/comments/{number}">打开第{number}号留言' in page
    assert "打开第" not in desk.get("/desk/search?q=99").text


def test_bulk_refusal_without_a_reason(desk, site):
    """One sentence says what is missing, not one for each message, and nothing is done."""
    chosen = [as_shown(site, site.post()) for _ in range(3)]
    response = bulk(desk, chosen=chosen, action="refuse")
    assert response.status_code == 422
    assert response.text.count("请选择不采用的理由") == 1


def test_enter_in_a_field_decides_nothing(desk, site):
    """The form's first button is the one that Enter presses: it leads back to the same list."""
    number = site.post()
    response = bulk(desk, chosen=as_shown(site, number), nothing="1", thread="first")
    assert response.request.path == "/desk/"
    assert site.comment(number).state is State.PENDING
    page = desk.get("/desk/").text
    form = page.partition('id="several"')[2].partition("</form>")[0]
    assert form.index('name="nothing"') < form.index("csrf_token")


def test_arrivals(desk, site):
    """The desk's script is told how many messages came since the page was made."""
    first = site.post()
    site.post()
    site.decide(site.post(), Action.SPAM)
    assert desk.get(f"/desk/arrivals?after={first}").json == {"count": 1}
    assert desk.get("/desk/arrivals?after=x").json == {"count": 2}


def bulk(desk, **fields):
    """Send the queue's form."""
    data = {"csrf_token": token_in(desk.get("/desk/").text)} | fields
    return desk.post("/desk/bulk", data=data, follow_redirects=True)


def as_shown(site, number):
    """Give number and version of a message as its box in the list does."""
    return f"{number}:{site.comment(number).version}"


def test_several_at_once_and_undo(desk, site):
    """Ticked messages are decided by one press, and taken back by another."""
    numbers = [site.post() for _ in range(3)]
    chosen = [as_shown(site, number) for number in numbers[:2]]
    page = bulk(desk, chosen=chosen, action="refuse", reason="offtopic").text
    assert [site.comment(n).state for n in numbers] == [
        State.REFUSED, State.REFUSED, State.PENDING
    ]  # fmt: skip
    assert "2条" in page
    batch = re.search(r'name="batch" value="([^"]+)"', page)[1]
    data = {"csrf_token": token_in(page), "batch": batch}
    assert "已撤销" in desk.post("/desk/undo", data=data, follow_redirects=True).text
    assert {site.comment(n).state for n in numbers} == {State.PENDING}
    again = desk.post("/desk/undo", data=data)
    assert again.status_code == 409
    assert "0条已执行，2条没有执行" in again.text
    assert desk.post("/desk/undo", data=data | {"batch": "x"}).status_code == 404


def test_one_by_its_button_in_the_list(desk, site):
    """A card's own button decides that message alone, with the card's own reason and sentence."""
    one, other = site.post(), site.post()
    page = bulk(
        desk, chosen=as_shown(site, other), one=f"refuse:{as_shown(site, one)}",
        **{f"reason-{one}": "contact", f"sentence-{one}": "请删去电话。"},
    )  # fmt: skip
    assert page.status_code == 200
    assert (site.comment(one).state, site.comment(other).state) == (State.REFUSED, State.PENDING)
    history = desk.get(f"/desk/comments/{one}").text
    assert "请删去电话。" in history


def test_whole_filter_at_once(desk, site):
    """All that a filter finds is decided, also what is not on the page, and nothing else."""
    mine = [site.post(thread="second") for _ in range(3)]
    other = site.post(thread="first")
    later = site.post(thread="second")
    bulk(
        desk, everything="1", chosen=as_shown(site, mine[0]), action="spam", thread="second",
        newest=str(other),
    )  # fmt: skip
    assert {site.comment(number).state for number in mine} == {State.SPAM}
    for number in (other, later):  # of another story; not there when the page was made
        assert site.comment(number).state is State.PENDING


def test_several_with_a_conflict(desk, site):
    """What was decided meanwhile is told of, with who did it; the rest is done."""
    one, other = site.post(), site.post()
    site.decide(other, Action.SPAM)
    chosen = [as_shown(site, one), f"{other}:1", "999:1"]
    response = bulk(desk, chosen=chosen, action="approve")
    assert response.status_code == 409
    assert "1条已执行，2条没有执行" in response.text
    assert "值班" in response.text
    assert "没有这条留言" in response.text
    assert (site.comment(one).state, site.comment(other).state) == (State.APPROVED, State.SPAM)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"action": "approve"}, id="nobody chosen"),
        pytest.param({"chosen": "1:1"}, id="no action"),
        pytest.param({"chosen": "1:1", "action": "edit"}, id="an action for one alone"),
        pytest.param({"chosen": "1:1", "action": "delete"}, id="unknown action"),
        pytest.param({"one": "approve:x:1"}, id="no number"),
        pytest.param({"one": "approve:１:1"}, id="full-width number"),
        pytest.param({"chosen": [f"{n}:1" for n in range(1001)], "action": "spam"}, id="too many"),
    ],
)
def test_refused_bulk(desk, site, fields):
    """What names no message or no action does nothing, and says so."""
    site.post()
    response = bulk(desk, **fields)
    assert response.status_code == 422
    assert site.comment(1).state is State.PENDING


def test_visitors_actions_are_not_for_bulk(desk, site):
    """A forged button of the visitor's is refused for each message."""
    number = site.post()
    assert bulk(desk, chosen=as_shown(site, number), action="erase").status_code == 409
    assert site.comment(number).state is State.PENDING


def test_approve_and_reply(desk, site):
    """One press approves a message and publishes the editors' answer below it."""
    number = site.post(text="什么时候报名？")
    act(desk, number, "reply", reply="每周一上午。")
    site.now = datetime.now(UTC) + timedelta(seconds=1)
    site.publish()
    page = site.page("stories/first/index.html")
    assert page.index("什么时候报名？") < page.index("每周一上午。")
    assert "编辑部" in page
    answer = site.comment(number + 1)
    assert (answer.reply_to_id, answer.is_by_editor) == (number, True)
    assert act(desk, number, "reply", reply=" ").status_code == 422
    act(desk, number, "reply", reply="再补一句。")
    assert site.comment(number + 2).state is State.APPROVED


def test_reply_to_what_is_refused(desk, site):
    """A reply needs a published message; without one nothing is stored."""
    number = site.post()
    site.decide(number, Action.SPAM)
    site.decide(number, Action.REOPEN)
    site.decide(number, Action.WITHDRAW)
    version = site.comment(number).version
    assert act(desk, number, "reply", version=version, reply="在吗").status_code == 422
    with site.database.reading() as session:
        assert session.query(Comment).count() == 1


def test_notes(desk, site):
    """A note stands beside the message for colleagues, and nowhere else."""
    number = site.post()
    path = f"/desk/comments/{number}"
    data = {"csrf_token": token_in(desk.get(path).text), "words": "这位上次也来过"}
    page = desk.post(f"{path}/notes", data=data, follow_redirects=True).text
    assert "这位上次也来过" in page.partition('id="notes"')[2]
    assert desk.post(f"{path}/notes", data=data | {"words": ""}).status_code == 422
    assert desk.post(f"{path}/notes", data=data | {"words": "a\0"}).status_code == 422
    assert desk.post("/desk/comments/99/notes", data=data).status_code == 404


def test_colleague_who_reads_is_shown(app, desk, site):
    """Who has a message open is named to others, in the list and on the message."""
    number = site.post()
    with site.database.writing() as session:
        accounts.create_account(session, "同事", "long enough password")
    other = app.test_client()
    log_in(other, name="同事")
    other.get(f"/desk/comments/{number}")
    assert "同事正在看" in desk.get("/desk/").text
    assert "同事正在看这条留言" in desk.get(f"/desk/comments/{number}").text
    assert "正在看" not in other.get("/desk/").text


def test_facts_around_a_message(desk, site):
    """A message is shown with what its network left, and what stands around it."""
    site.now = datetime.now(UTC) - timedelta(hours=1)
    published = site.post_approved(text="先公开的一条")
    site.publish()
    elsewhere = site.post(text="同一网段的", thread="second", address="14.152.94.77")
    number = site.post(text="要看的")
    page = desk.get(f"/desk/comments/{number}").text
    network = page.partition("这个网段近30天")[2]
    assert f"/desk/comments/{elsewhere}" in network
    before = page.partition("前后的留言")[2].partition("这个网段近30天")[0]
    assert f"/desk/comments/{published}" in before
    assert f"/desk/comments/{elsewhere}" not in before


def test_findings_are_marked_in_the_text(desk, site):
    """What screening found stands out where it stands."""
    number = site.post(text="看这里 http://a.org 和 http://b.org")
    page = desk.get(f"/desk/comments/{number}").text
    assert 'class="badge badge--hold"' in page


def test_edit_is_shown_as_a_difference(desk, site):
    """What an edit took out and put in is marked within the text."""
    number = site.post(text="电话是12345，请联系")
    act(desk, number, "edit", text="请联系")
    page = desk.get(f"/desk/comments/{number}").text
    assert "<del>电话是12345，</del>请联系" in page


def test_english_desk(desk, site):
    """The desk speaks English when asked, and stays so; what visitors wrote stays."""
    number = site.post(text="谢谢")
    token = token_in(desk.get("/desk/").text)
    data = {"csrf_token": token, "language": "en", "next": "/desk/"}
    page = desk.post("/desk/language", data=data, follow_redirects=True).text
    assert '<html lang="en">' in page
    assert "Waiting" in page
    assert "谢谢" in page
    detail = desk.get(f"/desk/comments/{number}").text
    for words in ("Message no.", "As typed", "Around it", "History"):
        assert words in detail
    refused = act(desk, number, "refuse")
    assert "Choose a reason for refusing" in refused.text


def test_approving_refusing_and_taking_back(desk, site):
    """A moderator approves, refuses with a reason, takes back; the history tells all of it."""
    number = site.post(text="*一条*留言", email="who@example.cn")
    page = desk.get(f"/desk/comments/{number}").text
    assert "<em>一条</em>" in page
    assert "*一条*留言" in page
    assert "who@example.cn" in page
    assert f'href="/desk/comments/{number}">第{number}号</a>' in act(desk, number, "approve").text
    assert site.comment(number).state is State.APPROVED
    act(desk, number, "reopen", note="再看看")
    assert site.comment(number).state is State.PENDING
    act(desk, number, "refuse", reason="insult")
    assert site.comment(number).state is State.REFUSED
    history = desk.get(f"/desk/comments/{number}").text.partition('class="history"')[2]
    for words in ("通过", "收回重审", "再看看", "不采用", "含有辱骂或攻击他人的话", "值班"):
        assert words in history


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({"action": "refuse"}, 422, id="no reason"),
        pytest.param({"action": "refuse", "reason": "because"}, 422, id="unknown reason"),
        pytest.param({"action": "reopen"}, 422, id="not open in this state"),
        pytest.param({"action": "withdraw"}, 422, id="the visitor's"),
        pytest.param({"action": "delete"}, 422, id="unknown action"),
        pytest.param({"action": "edit", "text": " "}, 422, id="empty edit"),
        pytest.param({"action": "approve", "version": "x"}, 422, id="no version"),
        pytest.param({"action": "approve", "version": "9" * 30}, 409, id="forged version"),
        pytest.param({"action": "approve", "note": "x" * 501}, 422, id="endless note"),
    ],
)
def test_refused_decisions(desk, site, fields, status):
    """What is incomplete or not open is refused with a sentence, and nothing changes."""
    number = site.post()
    response = act(desk, number, **fields)
    assert response.status_code == status
    assert "error-summary" in response.text
    assert site.comment(number).state is State.PENDING


def test_second_moderator_is_told(desk, site):
    """Who decides on what was decided meanwhile gets 409 and reads who did what."""
    number = site.post()
    with site.database.writing() as session:
        colleague = accounts.create_account(session, "同事", "long enough password")
    with site.database.writing() as session:
        ruling = Ruling(action=Action.REFUSE, reason="offtopic")
        by = session.merge(colleague)
        decide(session, number, ruling, by=by, now=site.tick(), undo=timedelta())
    response = act(desk, number, "approve", version="1")
    assert response.status_code == 409
    assert "已由另一位编辑处理" in response.text
    told = response.text.partition('class="error-summary"')[2].partition("</div>")[0]
    assert "同事" in told
    assert "未采用" in told
    assert site.comment(number).state is State.REFUSED


def test_own_double_click_is_called_that(desk, site):
    """Who presses twice is not told of another moderator."""
    number = site.post()
    site.decide(number, Action.APPROVE)
    response = act(desk, number, "approve", version="1")
    assert response.status_code == 409
    assert "您刚才已经处理过这条留言" in response.text


def test_edit_and_decision_are_two_forms(desk, site):
    """Words changed but not saved cannot be lost by pressing another button of the same form."""
    number = site.post()
    page = desk.get(f"/desk/comments/{number}").text
    for form in page.split("<form")[1:]:
        form = form.partition("</form>")[0]
        assert not ('name="text"' in form and 'value="approve"' in form)
        assert not ('type="text"' in form and 'value="approve"' in form)


def test_edited_words_are_marked(desk, site):
    """A moderator's words go to the site, marked; the typed ones stay on the desk."""
    number = site.post(text="原来的话，电话不公开")
    act(desk, number, "edit", text="改过的话")
    act(desk, number, "approve")
    site.now = datetime.now(UTC)
    site.publish()
    page = site.page("stories/first/index.html")
    assert "改过的话" in page
    assert "编辑有删改" in page
    assert "原来的话" not in page
    assert "原来的话" in desk.get(f"/desk/comments/{number}").text


def test_hostile_words_are_text_on_the_desk(desk, site):
    """What a visitor typed is text on every page of the desk."""
    number = site.post(author="<i onclick=x>", text="<script>alert(1)</script>")
    for path in ("/desk/", f"/desk/comments/{number}"):
        page = desk.get(path).text
        assert page.count("<script") == page.count("<script src=") == 2
        assert "<i onclick" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "number", ["0", "77", str(2**63 - 1), str(2**63), "9" * 40, "１", "-1", "x"]
)
def test_unknown_comments(desk, number):
    """A number that nobody has is not found, whatever it looks like."""
    assert desk.get(f"/desk/comments/{number}").status_code == 404


def test_log_out_ends_the_session(desk):
    """After logging out the old cookie opens nothing."""
    cookie = desk.get_cookie("desk").value
    token = token_in(desk.get("/desk/").text)
    assert desk.get("/desk/logout").status_code == 405
    assert (
        "已退出"
        in desk.post("/desk/logout", data={"csrf_token": token}, follow_redirects=True).text
    )
    desk.set_cookie("desk", cookie)
    assert desk.get("/desk/").status_code == 303


def test_cookies_are_strict_where_the_site_is_encrypted(site):
    """Behind https the session cookie is host-bound and secure, and HSTS is sent."""
    app = create_app(make_config(site.root, site.database_url, site_url="https://example.org"))
    response = app.test_client().get("/desk/login", base_url="https://example.org")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-desk=")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert attribute in cookie
    assert "max-age=31536000" in response.headers["Strict-Transport-Security"]
    app.extensions["parts"].database.engine.dispose()


@pytest.mark.parametrize(
    ("hops", "forwarded", "masked"),
    [
        pytest.param(0, "1.2.3.4", "127.0.0.*", id="no proxy of ours: not believed"),
        pytest.param(1, "1.2.3.4", "1.2.3.*", id="one proxy"),
        pytest.param(1, "9.9.9.9, 1.2.3.4", "1.2.3.*", id="forged entry on the left"),
        pytest.param(2, "9.9.9.9, 1.2.3.4, 10.0.0.1", "1.2.3.*", id="two proxies"),
    ],
)
def test_only_our_proxy_is_believed(site, hops, forwarded, masked):
    """The address is what the configured number of proxies reports, never the left-most entry."""
    app = create_app(make_config(site.root, site.database_url, proxy_hops=hops))
    app.test_client().post(
        "/messages/new",
        data={"thread": "first", "text": "你好"},
        headers={"X-Forwarded-For": forwarded},
    )
    assert site.comment(1).address == masked
    app.extensions["parts"].database.engine.dispose()
