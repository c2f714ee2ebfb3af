"""The moderators' desk over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from comments_service import accounts
from comments_service.app import create_app
from comments_service.models import Action, State
from comments_service.moderation import Ruling, decide
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


@pytest.mark.parametrize("path", ["/desk/", "/desk/comments/1", "/desk/?state=approved"])
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
    assert re.search(r"待审核\s*2", page)
    assert re.search(r"已公开\s*1", page)
    approved = desk.get("/desk/?state=approved").text
    assert "公开的" in approved
    assert f"/desk/comments/{done}" in approved
    assert desk.get("/desk/?state=nonsense&after=x").status_code == 200
    after = desk.get(f"/desk/?after={first}").text
    assert "先来的" not in after
    assert f"/desk/comments/{second}" in after


def test_long_queue_has_pages(desk, site, monkeypatch):
    """A long queue is shown page by page, each message once."""
    monkeypatch.setattr("comments_service.web.desk.ON_A_PAGE", 2)
    numbers = {site.post() for _ in range(5)}
    for state in ("pending", "approved"):
        seen, path = [], f"/desk/?state={state}"
        while path:
            page = desk.get(path).text
            seen += re.findall(r'href="/desk/comments/(\d+)"', page)
            onward = re.search(r'href="(/desk/\?[^"]*after=\d+)"', page)
            path = onward[1].replace("&amp;", "&") if onward else None
        assert sorted(map(int, seen)) == sorted(numbers)
        for number in numbers:
            if state == "pending":
                site.decide(number, Action.APPROVE)


def test_approving_refusing_and_taking_back(desk, site):
    """A moderator approves, refuses with a reason, takes back; the history tells all of it."""
    number = site.post(text="*一条*留言", email="who@example.cn")
    page = desk.get(f"/desk/comments/{number}").text
    assert "<em>一条</em>" in page
    assert "*一条*留言" in page
    assert "who@example.cn" in page
    assert "将在0秒内公开" in act(desk, number, "approve").text
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
        assert page.count("<script") == page.count("<script src=") == 1
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
