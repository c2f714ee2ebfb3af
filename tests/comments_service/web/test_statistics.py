"""The numbers page over HTTP, and its files."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from comments_service.models import Account, Action, Role
from comments_service.web.charts import HEIGHT, LEAST, bar_chart
from comments_service.web.csv_files import BOM, harmless
from comments_service.web.tables import Span, spell
from tests.comments_service.web.test_desk import log_in

TABLES = ("days", "stories", "moderators")


@pytest.fixture
def desk(client, site):
    """Give a client of an editor-in-chief who is logged in; what the site does, it did lately."""
    site.now = datetime.now(UTC) - timedelta(hours=1)
    assert log_in(client).status_code == 200
    return client


def be_moderator(site):
    """Take the editor-in-chief's extra rights away."""
    with site.database.writing() as session:
        session.execute(update(Account).values(role=Role.MODERATOR))


def rows(response):
    """Read a file as a spreadsheet does; gives its rows as dictionaries."""
    text = response.data.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_strangers_see_no_numbers(client):
    """Page and files are for those who are logged in."""
    for path in ("/desk/numbers", *(f"/desk/numbers/{name}.csv" for name in TABLES)):
        assert client.get(path).location == "/desk/login"


def test_empty_page(desk):
    """Before the first message the page says so and draws its lines."""
    page = desk.get("/desk/numbers").text
    assert "没有等着的" in page
    assert "还没有" in page
    assert page.count('<svg class="chart"') == 2


def test_page_of_a_busy_day(desk, site):
    """The page has what waits, how long things took, the tables with their heads, the charts."""
    number = site.post_approved(text="公开的")
    site.post(text="等着的")
    site.publish()
    response = desk.get("/desk/numbers")
    page = response.text
    assert response.status_code == 200
    assert re.search(r"待审核的留言</a></th><td>1</td>", page)
    assert page.count('role="region"') == page.count("<caption") == 5
    assert page.count("<th scope=") == page.count("<th ")
    assert "值班" in page
    assert 'href="/desk/?thread=first"' in page
    assert re.search(r"从收到到首次处理</th>\s*<td>1</td>\s*<td>1分0秒</td>", page)
    assert site.comment(number).live_at is not None
    assert not re.search(r"<(?:style|script)\b(?![^>]*src=)|\bstyle=", page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert set(name.split()) <= set(ids)


def test_page_in_english(desk):
    """In English no Chinese word is left but the site's own."""
    with desk.session_transaction() as session:
        session["language"] = "en"
    main = desk.get("/desk/numbers").text.split("<main", 1)[1].split("</main>")[0]
    assert "Numbers" in main
    assert not re.search("[\u3400-\u9fff]", main.replace("值班", ""))


def test_moderators_see_no_colleagues(desk, site):
    """Who may not see what each person decides sees the rest, and gets no file."""
    site.post_approved()
    be_moderator(site)
    page = desk.get("/desk/numbers").text
    assert 'id="caption-days"' in page
    assert 'id="caption-moderators"' not in page
    assert ".csv" not in page
    for name in TABLES:
        response = desk.get(f"/desk/numbers/{name}.csv")
        assert response.status_code == 403
        assert "权限" in response.text


def test_files(desk, site):
    """Files are UTF-8 with its mark, CRLF and quotes, to be saved and never guessed about."""
    number = site.post_approved()
    site.decide(number, Action.REFUSE)
    site.post()
    for name in TABLES:
        response = desk.get(f"/desk/numbers/{name}.csv")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        disposition = response.headers["Content-Disposition"]
        assert re.fullmatch(rf'attachment; filename="{name}-\d{{4}}-\d\d-\d\d\.csv"', disposition)
        lines = response.data.decode("utf-8-sig").split("\r\n")
        assert lines[-1] == ""
        assert all(line.startswith('"') and "\n" not in line for line in lines[:-1])
    story = rows(desk.get("/desk/numbers/stories.csv"))[0]
    assert (story["全部"], story["待审核"], story["未采用"]) == ("2", "1", "1")
    (person,) = rows(desk.get("/desk/numbers/moderators.csv"))
    assert (person["审核人员"], person["等待的中位数（秒）"]) == ("值班", "60.000")
    assert len(rows(desk.get("/desk/numbers/days.csv"))) == 30


@pytest.mark.parametrize("name", ["", "other", "days.csv", "../days"])
def test_other_files_are_not_there(desk, name):
    """There are three files, and no other."""
    assert desk.get(f"/desk/numbers/{name}.csv").status_code == 404


def test_names_are_no_formulas(desk, site):
    """A moderator whose name is a formula stays a name in the spreadsheet."""
    with site.database.writing() as session:
        session.execute(update(Account).values(name='=HYPERLINK("http://x.example","看")'))
    with site.database.reading() as session:
        site.moderator = session.get_one(Account, site.moderator.id)
    site.post_approved()
    (person,) = rows(desk.get("/desk/numbers/moderators.csv"))
    assert person["审核人员"] == '\'=HYPERLINK("http://x.example","看")'


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x"],
)
def test_formulas_are_text(cell):
    """Whatever a spreadsheet might run begins with an apostrophe."""
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "0", "12", "2026-03-31", "谢谢", "a=b", "1-2"])
def test_other_cells_stay(cell):
    """Everything else stays as it is."""
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0秒"),
        (2.46, "2.5秒"),
        (9.99, "10.0秒"),
        (59.4, "59秒"),
        (59.6, "1分0秒"),
        (3599.4, "59分59秒"),
        (3600, "1小时0分"),
        (86_399, "23小时59分"),
        (86_400, "1天0小时"),
        (1_000_000, "11天13小时"),
    ],
)
def test_spans_in_words(seconds, words):
    """A span is told in its two largest units."""
    assert spell(Span(seconds)) == words


def test_bars():
    """Bars stand on the line, the highest fills the room, and one of a thousand is still seen."""
    chart = bar_chart("c", "题", "话", [("a", 0), ("b", 1000), ("c", 1), ("d", 1000)])
    assert [bar.height for bar in chart.bars] == [0, HEIGHT, LEAST, HEIGHT]
    assert all(bar.y + bar.height == chart.baseline for bar in chart.bars)
    assert [bar.is_highest for bar in chart.bars] == [False, True, False, False]
    assert not any(bar.is_highest for bar in bar_chart("c", "题", "话", [("a", 0)]).bars)
