"""The search page over the real stories, in a real browser, as served."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from audit.browser import chromium
from audit.tools import CHROMIUM
from comments_service.db import Database
from plugins.search import parts
from publishing.build import BuildPlan, build
from tests.living_site import ROOT, SECRET
from tests.site.browserless import free_port, running, server_command

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM.find() is None, reason="needs Chromium (name it in CHROMIUM)"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Build the site with its real stories and serve it; gives the address of its search page."""
    with built(tmp_path_factory.mktemp("real")) as address:
        yield address


@contextmanager
def built(folder):
    """Build the site in *folder* and serve it; gives the address of its search page."""
    var = folder / "var"
    overrides = {"COMMENT_ARCHIVE": str(var / "archive"), "SEARCH_CACHE": str(var / "cache")}
    settings = ROOT / "pelicanconf.py"
    build(BuildPlan(settings=settings, releases=var / "releases", overrides=overrides))
    with served(var) as address:
        yield address


@contextmanager
def served(var):
    """Serve what was built in the folder *var*; gives the address of its search page."""
    database = Database.connect(f"sqlite:///{var / 'comments.db'}")
    database.upgrade()
    database.engine.dispose()
    port = free_port()
    environment = {
        "COMMENTS_VAR": str(var),
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
    }
    with running([server_command(port)], environment, port):
        yield f"http://127.0.0.1:{port}/search/"


@pytest.fixture(scope="module")
def browser():
    """Give a Chromium that speaks to this machine only."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, address):
    """Give the search page; whatever the browser complains of fails the test."""
    context = browser.new_context()
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    yield page
    assert page.complaints == []
    context.close()


def ask(page, query):
    """Type *query* into the search box and send it; waits for the answer."""
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("search").get_by_role("button").click()
    expect(page.locator("[data-search=status]")).to_contain_text(f"“{query}”")


def addresses(page):
    """Give the addresses of the hits that are shown."""
    return page.locator(".hit__title").evaluate_all("links => links.map((link) => link.href)")


@pytest.mark.parametrize(
    ("query", "story"),
    [
        pytest.param("灯", "civility-in-the-street", id="one: red and green lights"),
        pytest.param("海", "green-and-sea", id="one: sea"),
        pytest.param("马", "red-vest", id="one: within a word"),
        pytest.param("热线", "hotline-1998", id="two: in the title"),
        pytest.param("义警", "street-patrol", id="two: a tag"),
        pytest.param("U站", "u-stations", id="two: a letter and a character"),
        pytest.param("u站", "u-stations", id="two: small letter"),
        pytest.param("救援", "rescue-volunteers", id="two: in the lead"),
        pytest.param("四点半", "four-thirty-classroom", id="three"),
        pytest.param("爱心银行", "community-volunteers", id="four: a tag"),
        pytest.param("志愿者之城", "stage-goal", id="five: in the title"),
        pytest.param("来了就当志愿者", "city-temperature", id="seven: in the text"),
        pytest.param("孩子放学与父母下班", "four-thirty-classroom", id="nine: in the lead"),
        pytest.param("公务员志愿者行动日", "spirit-and-values", id="nine: in the text"),
        pytest.param("医院导诊", "u-stations", id="no phrase, but both words"),
        pytest.param("1998", "hotline-1998", id="number"),
        pytest.param("199", "hotline-1998", id="number, unfinished"),
        pytest.param("11.2%", "stage-goal", id="number with a point"),
        pytest.param("马拉松　水站", "international-service", id="two words"),
    ],
)
def test_right_story_is_first(page, query, story):
    """Short and long queries find the story that they are about before all others."""
    ask(page, query)
    expect(page.locator(".hit__title").first).to_have_attribute("href", f"/stories/{story}/")


def test_index_in_parts_finds_what_one_finds(page, browser, tmp_path, monkeypatch):
    """On a site of many stories, whose index is shared out, the same ones are found, from all
    parts.
    """
    monkeypatch.setattr(parts, "LENGTH", 5)
    with built(tmp_path) as address:
        other = browser.new_page()
        other.goto(address)
        for query in ("热线", "红马甲", "1998", "马拉松　水站", "龘"):
            ask(page, query)
            ask(other, query)
            told = page.locator("[data-search=status]").inner_text()
            expect(other.locator("[data-search=status]")).to_have_text(told)  # how many there are
            hits = other.locator(".hit__title")
            expect(hits).to_have_count(page.locator(".hit__title").count())
        other.close()


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("红 龘", id="a character of no story beside one of many"),
        pytest.param("义龘警", id="a character of no story within a word"),
        pytest.param("龘", id="a character of no story"),
        pytest.param("zzzz 热线", id="letters of no story beside a word of one"),
        pytest.param("热线 98", id="a number that only ends so"),
        pytest.param("ＵＳＢ", id="letters of which stories have the first"),
        pytest.param("11.3%", id="a number whose halves stand apart"),
        pytest.param("<img src=x onerror=alert(1)>", id="HTML"),
    ],
)
def test_no_story_is_said_to_hold_what_it_does_not(page, query):
    """What one part of the query is not in was not found, however many hold the other parts."""
    ask(page, query)
    expect(page.locator("[data-search=status]")).to_contain_text("没有找到")
    expect(page.locator(".hit")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param("义警", ["义警"], id="Han"),
        pytest.param("红 灯", ["红", "灯"], id="two of one character"),
        pytest.param("1998 热线", ["1998", "热线"], id="number and word"),
        pytest.param("Ｕ站", ["U站"], id="full-width letter"),
        pytest.param("11.2%", ["11.2%"], id="number with a point"),
    ],
)
def test_found_stories_hold_every_part(page, query, words):
    """As many stories as are said to hold the query have each part of it in their text."""
    ask(page, query)
    hits = page.locator(".hit__title")
    expect(page.locator("[data-search=status]")).to_have_text(
        re.compile(f"^含“{re.escape(query)}”的报道有{hits.count()}篇$")
    )
    for link in addresses(page):
        text = page.request.get(link).text()
        assert [word for word in words if word not in text] == []


def test_words_of_a_query_are_told_apart_from_the_whole(page):
    """Where no story has the query as it stands, but some have its words, that is what is said."""
    ask(page, "医院导诊")
    expect(page.locator("[data-search=status]")).to_contain_text("没有含整句“医院导诊”的报道")
    expect(page.locator("[data-search=browse]")).to_be_hidden()


def test_hit_shows_where_it_was_found(page):
    """A hit has title, day and theme, and the words round the place, what was asked for marked."""
    ask(page, "义警")
    hit = page.locator(".hit").first
    expect(hit.locator(".hit__title")).to_have_text("夜里亮着的手电")
    expect(hit.locator(".hit__meta")).to_contain_text("2015年12月29日")
    expect(hit.locator(".hit__text mark").first).to_have_text("义警")
    assert "\u200b" not in hit.inner_text()
    expect(page.locator("[data-search=browse]")).to_be_hidden()


def test_nothing_is_found(page):
    """Where nothing is found, that is said with advice, and the list of stories is there."""
    ask(page, "<b>大海航行</b>")
    expect(page.locator("[data-search=status]")).to_contain_text("没有找到")
    expect(page.locator("[data-search=browse]")).to_be_visible()
    expect(page.locator("[data-search=hits]")).to_be_hidden()


def test_answers_come_as_one_types_and_stay_in_the_address(page):
    """Typing is enough; the address leads back to the answer; emptied, the list is there again."""
    field = page.get_by_role("searchbox")
    field.press_sequentially("热线")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=%E7%83%AD%E7%BA%BF$"))
    page.reload()
    expect(field).to_have_value("热线")
    expect(page.locator(".hit")).to_have_count(1)
    field.fill("")
    expect(page.locator("[data-search=browse]")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search/$"))


def test_more_hits_on_demand(page):
    """Ten hits are shown at first, the others when asked for; the keyboard goes on from there."""
    ask(page, "年")
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("button", name="再看").click()
    expect(page.locator(".hit__title").nth(10)).to_be_focused()
    expect(page.get_by_role("button", name="再看")).to_be_hidden()


def test_two_clicks_at_once_show_each_hit_once(page):
    """Who clicks twice on "more" gets the same hits as who clicks once, and all of them."""
    ask(page, "年")
    more = page.get_by_role("button", name="再看")
    more.evaluate("button => { button.click(); button.click(); }")
    expect(more).to_be_hidden()
    expect(page.locator(".hit__title").nth(10)).to_be_focused()
    shown = addresses(page)
    assert len(shown) == len(set(shown))
    expect(page.locator("[data-search=status]")).to_contain_text(f"有{len(shown)}篇")


def test_late_hits_of_an_old_query_are_not_shown(page):
    """Hits that were asked for before the next question do not come into its answer."""
    ask(page, "热线")
    ask(page, "年")
    expect(page.locator(".hit")).to_have_count(10)
    held = []
    page.route(re.compile("/pagefind/fragment/"), lambda route: held.append(route))
    with page.expect_request(re.compile("/pagefind/fragment/")):
        page.get_by_role("button", name="再看").click()
    ask(page, "热线")
    expect(page.locator(".hit")).to_have_count(1)
    for route in held:
        with page.expect_event("requestfinished"):
            route.continue_()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(page.locator(".hit")).to_have_count(1)


def test_query_has_a_longest(page, address):
    """Neither typing nor an address brings in more than 60 characters."""
    field = page.get_by_role("searchbox")
    expect(field).to_have_attribute("maxlength", "60")
    page.goto(f"{address}?q={'热线' * 50}")
    expect(field).to_have_value("热线" * 30)
    expect(page.locator("[data-search=status]")).to_contain_text(f"“{'热线' * 30}”")


def test_site_without_stories_promises_no_search(browser, sqlite_site):
    """Where there is nothing to be searched, that is said, and nothing fails."""
    content = sqlite_site.root / "content"
    for story in (content / "stories").iterdir():
        story.unlink()
    campaign = (content / "campaign.toml").read_text("utf-8")
    campaign = re.sub("^(lead_stories|story) = .*\n", "", campaign, flags=re.MULTILINE)
    (content / "campaign.toml").write_text(campaign, "utf-8")
    sqlite_site.build()
    with served(sqlite_site.config.var) as address:
        page = browser.new_page()
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(f"{address}?q=热线")
        expect(page.get_by_role("main")).to_contain_text("还没有报道")
        expect(page.get_by_role("searchbox")).to_have_count(0)
        assert complaints == []
        page.close()


@pytest.mark.parametrize(
    "missing", ["pagefind.js", "pagefind-entry", "wasm", "pf_meta", "fragment"]
)
def test_failing_search_leaves_the_list(page, missing):
    """When a file of the search cannot be loaded, that is said, the list stays; later it works."""
    page.route(re.compile(f"/pagefind/.*{missing}"), lambda route: route.abort())
    page.get_by_role("searchbox").fill("热线")
    expect(page.locator("[data-search=status]")).to_contain_text("搜索暂时用不了")
    expect(page.locator("[data-search=browse]")).to_be_visible()
    page.unroute_all()
    page.complaints.clear()  # the browser told of the missing file
    ask(page, "义警")
    expect(page.locator(".hit").first).to_be_visible()


def test_without_script_the_list_answers(browser, address):
    """Without a script the form leads to the stories by theme and year."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("searchbox").fill("热线")
    page.get_by_role("search").get_by_role("button").click()
    expect(page).to_have_url(f"{address}?q=%E7%83%AD%E7%BA%BF")
    assert page.get_by_role("link", name="电话响了：1998年的那条热线").is_visible()
    assert page.get_by_text("2015年").first.is_visible()
    context.close()
