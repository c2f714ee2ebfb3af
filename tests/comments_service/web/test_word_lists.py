"""The word lists at the desk, over HTTP, and the command that fills them."""

from __future__ import annotations

import re

import pytest

from comments_service import word_lists
from comments_service.models import Role, State, Strength
from tests.comments_service.web.people import enter, send, token_in
from tests.living_site import START

WORDS = "/desk/words/"


@pytest.fixture
def chief(client, site):
    """Give a client whose moderator may change the lists."""
    enter(client, site, "总编", Role.CHIEF)
    return client


@pytest.fixture
def run(app):
    """Give what runs a command."""
    return lambda *words: app.test_cli_runner().invoke(args=["comments", *words])


def fill(site, *words, strength=Strength.HOLD):
    """List *words*."""
    with site.database.writing() as session:
        word_lists.add_words(session, words, strength, START)


def counts(site):
    """Count the listed words."""
    with site.database.reading() as session:
        return [*word_lists.counts(session).values()]


def test_moderators_may_not(client, site):
    """Who may not change the lists sees neither page nor link, and changes nothing."""
    enter(client, site, "审核员", Role.MODERATOR)
    fill(site, "赌博")
    page = client.get("/desk/account/").text
    assert f'href="{WORDS}"' not in page
    answer = client.get(WORDS)
    assert (answer.status_code, "没有这项权限" in answer.text) == (403, True)
    token = token_in(page)
    for path, fields in (
        ("", {"words": "代开", "strength": "refuse"}),
        ("remove", {"word": "赌博"}),
        ("try", {"sample": "赌博"}),
    ):
        answer = client.post(WORDS + path, data={"csrf_token": token} | fields)
        assert answer.status_code == 403
    assert counts(site) == [0, 1, 0]


def test_strangers_are_sent_to_the_login(client):
    """Nobody sees the lists without logging in."""
    assert client.get(WORDS).location == "/desk/login"


def test_adding_and_removing(chief, site):
    """Words are added line by line, shown with their counts, and removed by a button each."""
    answer = send(chief, WORDS, words="赌博\r\n\r\n <b>代开 \n", strength="refuse")
    assert (answer.status_code, answer.location) == (303, f"{WORDS}?strength=refuse")
    page = chief.get(answer.location).text
    assert "词表已更新：2个词。" in page
    assert re.search(r'aria-current="page">拒收 <span class="tabs__count">2</span>', page)
    assert "&lt;b&gt;代开" in page
    answer = send(chief, f"{WORDS}remove", WORDS, word="<b>代开", strength="refuse", q="代")
    assert answer.status_code == 303
    page = chief.get(answer.location).text
    assert "“&lt;b&gt;代开”已移出词表。" in page
    assert "没有这样的词。" in page
    assert counts(site) == [1, 0, 0]


def test_listed_word_acts_on_the_next_message(chief, site):
    """A word that was just added puts the next message with it aside."""
    before = site.post(text="去赌 博吧")
    send(chief, WORDS, words="赌博", strength="refuse")
    after = site.post(text="去赌.博吧")
    assert site.comment(before).state is State.PENDING
    assert site.comment(after).state is State.SPAM


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"words": ""}, "请写下要加入的词，每行一个。", id="nothing"),
        pytest.param({"words": " \n "}, "请写下要加入的词，每行一个。", id="blank lines"),
        pytest.param({"words": "代开\n赌"}, "“赌”只有一个字", id="one character"),
        pytest.param({"words": "好" * 101}, "每个词要有1到100个字。", id="too long"),
        pytest.param({"words": "a\0b"}, "无法识别的字符", id="NUL"),
        pytest.param({"words": "好\n" * 9000}, "最多10000个字", id="endless"),
        pytest.param({"words": "代开", "strength": "x"}, "", id="unknown strength"),
        pytest.param({"words": "代开", "strength": ""}, "", id="no strength"),
    ],
)
def test_wrong_words(chief, site, fields, sentence):
    """What cannot be listed is told at its field, nothing is listed, and what was typed is kept."""
    answer = send(chief, WORDS, **({"strength": "hold"} | fields))
    assert answer.status_code == 422
    assert "<title>出错了：词表" in answer.text
    assert sentence in answer.text
    assert re.search(r'href="#(words|strength)"', answer.text)
    if "\0" not in fields["words"]:
        assert fields["words"].strip()[:50] in answer.text
    assert counts(site) == [0, 0, 0]


@pytest.mark.parametrize("word", ["没有", "", "a\0b", "<b>", "好" * 300])
def test_removing_what_is_gone(chief, word):
    """Who removes what was removed meanwhile is told so."""
    answer = send(chief, f"{WORDS}remove", WORDS, word=word)
    assert answer.status_code == 404
    assert "不在词表里" in answer.text


def test_trying(chief, site):
    """A text can be tried: what it hits is highlighted and named, and nothing is kept."""
    fill(site, "赌博", strength=Strength.REFUSE)
    fill(site, "代开")
    answer = send(chief, f"{WORDS}try", WORDS, sample="去 賭.博，<b>代 开")
    assert answer.status_code == 200
    assert '<mark class="mark--spam">賭.博</mark>' in answer.text
    assert '&lt;b&gt;<mark class="mark--hold">代 开</mark>' in answer.text
    assert "词表：赌博。" in answer.text
    assert "没有碰到" in send(chief, f"{WORDS}try", WORDS, sample="博物馆").text
    for wrong in ("", " ", "a\0", "好" * 10_001):
        answer = send(chief, f"{WORDS}try", WORDS, sample=wrong)
        assert answer.status_code == 422
        assert 'href="#sample"' in answer.text


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        pytest.param("?strength=hold&q=赌", True, id="filter"),
        pytest.param("", True, id="holds by default"),
        pytest.param("?strength=nonsense", True, id="unknown list"),
        pytest.param("?strength=mark", False, id="another list"),
        pytest.param("?q=%00%ED%A0%80%25_", False, id="odd filter"),
    ],
)
def test_looking(chief, site, query, seen):
    """The page shows one list, narrowed by a filter."""
    fill(site, "赌博")
    answer = chief.get(WORDS + query)
    assert answer.status_code == 200
    assert ('value="赌博"' in answer.text) is seen


def test_long_lists_stay_light(chief, site):
    """Of 10,000 words a page shows the first 500, and says so."""
    fill(site, *(f"词{number:05}" for number in range(10_000)))
    page = chief.get(WORDS).text
    assert page.count('name="word"') == word_lists.MOST_SHOWN
    assert "只显示前500个词" in page
    assert len(page.encode()) < 120_000


def test_english_page(chief, site):
    """The page speaks English, errors too; the words stay as they are."""
    fill(site, "赌博")
    send(chief, "/desk/language", WORDS, language="en", next=WORDS)
    page = chief.get(WORDS).text
    assert "<title>Word lists" in page
    assert "Hold (comes first in the queue)" in page
    answer = send(chief, WORDS, words="赌", strength="hold")
    assert "is a single character" in answer.text


def test_import_words(run, site, tmp_path):
    """The command lists the words of a file, in UTF-8 or GBK, and tells what it left out."""
    file = tmp_path / "words.txt"
    file.write_bytes("\ufeff# 词\r\n赌博\r\n赌\r\n代开\r\n".encode())
    done = run("import-words", str(file), "--strength", "hold")
    assert done.exit_code == 0
    assert "2 words are new, 0 moved here, 0 were known." in done.output
    assert "words.txt:3: left out: “赌” is a single character" in done.output
    file.write_bytes("赌博\n发票".encode("gbk"))
    done = run("import-words", str(file), "--strength", "refuse")
    assert "1 words are new, 1 moved here, 0 were known." in done.output
    assert counts(site) == [2, 1, 0]


@pytest.mark.parametrize(
    "words", [("nowhere.txt", "--strength", "hold"), (".", "--strength", "hold"), (__file__,)]
)
def test_import_words_asked_wrongly(run, words):
    """A missing file or strength is told, and nothing happens."""
    assert run("import-words", *words).exit_code == 2
