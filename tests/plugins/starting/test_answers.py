"""What answers mean: dates, yes and no, themes, paths, as an input method leaves them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from plugins.starting.answers import (
    Theme,
    paths_meant,
    read_day,
    read_needed,
    read_or_nothing,
    read_theme,
    read_yes,
)
from plugins.starting.asking import Asker, Question, Unanswered, WrongAnswer, clean

TODAY = date(2015, 12, 5)
THEMES = (
    Theme("culture", "志愿服务成为精神时尚", "精神时尚"),
    Theme("civility", "志愿服务成为自觉养成", "自觉养成"),
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2015-12-05", "2015-12-05"),
        ("２０１５－１２－０５", "2015-12-05"),
        ("2015—12—05", "2015-12-05"),
        ("2015年12月5日", "2015-12-05"),
        ("2015/1/5", "2015-01-05"),
        ("2015.1.5", "2015-01-05"),
        ("2015。1。5", "2015-01-05"),
        ("2015-12-05 08:30", "2015-12-05 08:30"),
        ("２０１５－１２－０５　０８：３０", "2015-12-05 08:30"),
        ("2015年12月5日8点30分", "2015-12-05 08:30"),
        ("今天", "2015-12-05"),
        ("昨天", "2015-12-04"),
        ("明天", "2015-12-06"),
    ],
)
def test_days(text, told):
    """A day is understood however it is typed, and written as heads have it."""
    assert read_day(text, TODAY) == told


@pytest.mark.parametrize("text", ["", "2015-13-05", "2015-02-30", "5.12.2015", "15-12-05", "后天x"])
def test_no_days(text):
    """What is no day is told with what one looks like."""
    with pytest.raises(WrongAnswer, match="2015-12-05"):
        read_day(text, TODAY)


@pytest.mark.parametrize("text", ["是", "y", "Ｙ", "YES", "开", "收", "open", "１"])
def test_yes(text):
    """All ways to agree."""
    assert read_yes(text) is True


@pytest.mark.parametrize("text", ["否", "n", "Ｎ", "No", "关", "不收", "closed", "0"])
def test_no(text):
    """All ways not to."""
    assert read_yes(text) is False


def test_neither():
    """Anything else is asked again."""
    with pytest.raises(WrongAnswer, match="“也许”看不懂"):
        read_yes("也许")


@pytest.mark.parametrize("text", ["1", "１", "culture", "Ｃulture", "精神时尚", THEMES[0].title])
def test_theme_by_any_of_its_names(text):
    """By number, slug, title or short name, in any width and case."""
    assert read_theme(text, THEMES) == "culture"


@pytest.mark.parametrize(
    ("text", "mend"),
    [("culure", "是不是 culture"), ("3", "culture、civility"), ("自觉", "civility")],
)
def test_unknown_theme_is_told_with_the_nearest(text, mend):
    """A slip of the hand is told with what was meant, else with all there are."""
    with pytest.raises(WrongAnswer, match=f"没有主题“{text}”.*{mend}"):
        read_theme(text, THEMES)


def test_nothing_and_something():
    """Where an empty answer stands for something, a word stands for nothing."""
    assert [read_or_nothing(text) for text in ("无", "-", "－", "", "编辑部")] == [
        *[""] * 4,
        "编辑部",
    ]
    with pytest.raises(WrongAnswer):
        read_needed("")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a/b c.jpg", "/a/b c.jpg"),
        ("'/a/b c.jpg'", "/a/b c.jpg"),
        (r"/a/b\ c\(1\).jpg", "/a/b c(1).jpg"),
        ("file:///a/%E5%9B%BE%201.jpg", "/a/图 1.jpg"),
        (r"C:\Users\lin\图 1.jpg", "/mnt/c/Users/lin/图 1.jpg"),
    ],
)
def test_paths_as_terminals_write_them(text, path):
    """A file that is dropped onto a terminal is found."""
    assert Path(path) in paths_meant(text)


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        ("广东会馆".encode(), "广东会馆"),
        ("广东会馆".encode("gb18030"), "广东会馆"),
        ("重庆\u3000路 ".encode(), "重庆 路"),
        (b"\x1b[D\x1bOAabc\x1b[3~\x07", "abc"),
        (b"\xff\xfe\xff", "\ufffd\ufffd\ufffd"),
    ],
)
def test_bytes_of_any_terminal(content, meant, monkeypatch):
    """UTF-8 and what Chinese Windows sends are both read; signs that nobody sees are left out."""
    monkeypatch.setattr(sys, "stdin", open(0, encoding="utf-8", closefd=False))  # noqa: SIM115
    typed = content.decode("utf-8", "surrogateescape")
    assert [clean(typed).replace("?", "\ufffd")] == [meant]


def test_nobody_to_ask():
    """Without a terminal options and defaults answer; what is missing or wrong is named."""
    day = Question(
        option="date", words="日期", read=lambda text: read_day(text, TODAY), default="今天"
    )
    title = Question(option="title", words="标题", read=read_needed)
    asker = Asker(given={"title": "一"}, is_asking=False)
    assert (asker.ask(title), asker.ask(day)) == ("一", "2015-12-05")
    with pytest.raises(Unanswered, match="还缺 --title、--summary，"):
        Asker(is_asking=False).require("title", "summary")
    with pytest.raises(Unanswered, match="还缺 --title，"):
        Asker(is_asking=False).ask(title)
    with pytest.raises(Unanswered, match="--date 2015-13-05：“2015-13-05”不是一个日期"):
        Asker(given={"date": "2015-13-05"}, is_asking=False).ask(day)
