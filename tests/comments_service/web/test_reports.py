"""举报: the form, its number, and what is refused."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from comments_service.models import Action, Report


@pytest.fixture
def number(site):
    """Give the number of a published message."""
    number = site.post_approved(text="一条公开的留言")
    site.publish()
    return number


def reports(site):
    """Give all reports."""
    with site.database.reading() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def report(client, number, follow_redirects=True, headers=None, **changes):
    """Send the form as a browser does."""
    data = {"reason": "insult", "text": "", "homepage": ""} | changes
    return client.post(
        f"/messages/{number}/report",
        data=data,
        headers=headers or {},
        follow_redirects=follow_redirects,
    )


def test_form_shows_what_is_reported(client, number):
    """The form quotes the message and offers the reasons, of which none is chosen."""
    page = client.get(f"/messages/{number}/report").text
    assert "一条公开的留言" in page
    for words in ("广告骗局", "辱骂攻击", "欺凌未成年人", "泄露隐私", "不实信息", "其他"):
        assert words in page
    assert page.count('name="reason"') == 6
    assert " checked" not in page.partition("<main")[2]
    assert f'href="/stories/first/#m-{number}"' in page


def test_report_gets_a_number_and_a_page(client, site, number):
    """A report is answered with its number and what happens next; the page tells when it was."""
    sent = report(client, number, follow_redirects=False, text="骂人")
    assert sent.status_code == 303
    page = client.get(sent.location).text
    assert "举报编号 1" in page
    assert "举报已经收到，等了不到1分钟。" in page
    assert "骂人" not in page
    (stored,) = reports(site)
    assert (stored.comment_id, stored.reason, stored.text) == (number, "insult", "骂人")
    assert site.comment(number).reported_at is not None
    site.decide(number, Action.SETTLE)
    assert "处理了这次举报，用了" in client.get(sent.location).text


def test_same_report_again_has_the_same_number(client, site, number):
    """A second press of the button makes no second report."""
    assert report(client, number).request.path == report(client, number).request.path
    assert len(reports(site)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"reason": ""}, "请选择举报的理由", id="no reason"),
        pytest.param({"reason": "nonsense"}, "请选择举报的理由", id="unknown reason"),
        pytest.param({"reason": "problem"}, "请选择举报的理由", id="a visitor's own reason"),
        pytest.param({"text": "好" * 501}, "最多500个字", id="too long"),
        pytest.param({"text": "a\0b"}, "无法识别的字符", id="NUL"),
        pytest.param({"homepage": "http://spam"}, "请再按一次“提交举报”", id="trap"),
    ],
)
def test_wrong_reports_show_the_form_again(client, site, number, changes, words):
    """A wrong report gives 422, says what to mend and keeps the words."""
    response = report(client, number, **({"text": "说明留着"} | changes))
    assert response.status_code == 422
    assert words in response.text
    assert re.search(r"<title>\s*出错了：举报留言", response.text)
    assert changes.get("text", "说明留着").replace("\0", "")[:4] in response.text.replace("\0", "")
    assert reports(site) == []


def test_many_reports_wait(app, site):
    """Above the limit: 429, how long to wait, the words kept."""
    numbers = [site.post_approved(text=f"第{n}条公开的留言") for n in range(11)]
    site.publish()
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "14.152.94.23"
    for number in numbers[:10]:
        assert report(client, number).status_code == 200
    response = report(client, numbers[10], text="说明留着", reason="fraud")
    assert response.status_code == 429
    assert 3000 < int(response.headers["Retry-After"]) <= 3600
    assert "再提交" in response.text
    assert "说明留着" in response.text
    assert re.search(r'value="fraud" checked', response.text)


def test_only_public_messages(client, site, number):
    """What nobody can read cannot be reported, and forged numbers are not found."""
    hidden = site.post(text="还没公开的话")
    for bad in (hidden, 999, 0, 2**63, "9" * 40, "１", "-1", "x", "%00"):
        for response in (client.get(f"/messages/{bad}/report"), report(client, bad)):
            assert response.status_code == 404
            assert "还没公开的话" not in response.text
    site.decide(number, Action.REFUSE)
    assert report(client, number).status_code == 404
    assert reports(site) == []


def test_reports_of_other_sites_are_refused(client, site, number):
    """A form that another site sends, or in another encoding, is refused."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert report(client, number, headers=headers).status_code == 403
    body, kind = b"reason=other&text=\xc4\xe3", "application/x-www-form-urlencoded"
    sent = client.post(f"/messages/{number}/report", data=body, content_type=kind)
    assert sent.status_code == 400
    assert reports(site) == []


def test_pages_of_reports_are_found_by_their_address_only(client, site, number):
    """Nobody finds a report by its number."""
    path = report(client, number).request.path
    assert client.get(path).status_code == 200
    for token in ("1", "1-", "1-x", "１-x", f"{2**63}-x", "x", "%00", "é", "2" + path[-33:]):
        assert client.get(f"/messages/reports/{token}").status_code == 404
