"""Editors' mistakes are told as ``file:line: what: how to mend``."""

from __future__ import annotations

import pytest

from plugins.editing.check import check_content
from plugins.editing.heads import PAGE_KEYS, STORY_KEYS, THEME_KEYS
from plugins.problems import Severity
from tests.living_site import ROOT, SAMPLE
from tests.plugins.writing import STORY, THEME, told, write

FORMER = (
    "cannot have been an address: write the old file's name without .md, several parted by commas"
)
DAY = "write a day that exists, as 2015-12-05 or 2015-12-05 08:30"
CORRECTION = "write a day that exists and what was mended, as 2015-12-20 把“116万”改为“117万”"
FORM = "write key: value, and an empty line between the head and the text"


def test_good_content(content):
    """Content without mistakes has nothing told about it."""
    write(content / "stories" / "one.md", STORY)
    write(content / "stories" / "2016" / "two.md", STORY | {"date": "2015-12-05 08:30"})
    least = ("title", "date", "theme", "summary")
    write(content / "stories" / "least.md", {key: STORY[key] for key in least})
    more = {
        "source": "某报",
        "source_url": "https://www.example.com/page?a=1",
        "credit": "编辑部",
        "correction": ["2015-12-05 改了一处。", "2015-12-20 又改了一处。"],
        "updated": "2015-12-21 08:30 补充了数字",
        "formerly": "old-name, 旧名",
        "comments_until": "2016-03-05",
    }
    write(content / "stories" / "深圳北站.md", STORY | more)
    assert told(content) == []


def test_the_projects_own_content():
    """The project's own content has no mistakes."""
    assert told(ROOT / "content") == []


def test_the_samples_content():
    """The tests' sample content has no mistakes."""
    assert told(SAMPLE) == []


def test_empty_folder(tmp_path):
    """A folder without any content lacks only the campaign's data."""
    path = tmp_path / "campaign.toml"
    assert told(tmp_path) == [
        f"{path}:1: the file is missing: copy the example from docs/zh-CN/data.md"
    ]


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        pytest.param({"title": None}, 1, "title is missing: add a line title: ...", id="no title"),
        pytest.param({"title": ""}, 1, "title is missing: add a line title: ...", id="empty title"),
        pytest.param({"date": None}, 1, "date is missing: add a line date: ...", id="no date"),
        pytest.param({"theme": None}, 1, "theme is missing: add a line theme: ...", id="no theme"),
        pytest.param(
            {"summary": ""}, 5, "summary is missing: add a line summary: ...", id="empty summary"
        ),
        pytest.param(
            {"date": "2015-02-30"},
            2,
            "date is '2015-02-30': write a day that exists, as 2015-12-05 or 2015-12-05 08:30",
            id="day that does not exist",
        ),
        pytest.param(
            {"date": "2015年12月5日"},
            2,
            "date is '2015年12月5日': write a day that exists, as 2015-12-05 or 2015-12-05 08:30",
            id="Chinese date",
        ),
        pytest.param(
            {"date": "2015-12-05 25:00"},
            2,
            "date is '2015-12-05 25:00': "
            "write a day that exists, as 2015-12-05 or 2015-12-05 08:30",
            id="hour that does not exist",
        ),
        pytest.param(
            {"theme": "cultur"},
            3,
            "there is no theme 'cultur': write one of civility, culture",
            id="unknown theme",
        ),
        pytest.param(
            {"theme": "Culture"},
            3,
            "there is no theme 'Culture': did you mean culture?",
            id="case of a theme",
        ),
        pytest.param(
            {"picture": "scnee.svg"},
            6,
            "there is no picture 'scnee.svg': did you mean scene.svg?",
            id="picture misspelt",
        ),
        pytest.param(
            {"picture": "beach.webp"},
            6,
            "there is no picture 'beach.webp': "
            "put the file into content/pictures, or mend the name",
            id="picture not there",
        ),
        pytest.param(
            {"picture": "../campaign.toml"},
            6,
            "there is no picture '../campaign.toml': "
            "put the file into content/pictures, or mend the name",
            id="picture elsewhere",
        ),
        pytest.param(
            {"picture_alt": None},
            6,
            "picture_alt is missing: add a line that says what is to be seen",
            id="picture without words",
        ),
        pytest.param(
            {"comments": "yes"}, 8, "comments is 'yes': write open or closed", id="comments"
        ),
        pytest.param(
            {"status": "hidden"},
            9,
            "status is 'hidden': write draft or published or withdrawn",
            id="status",
        ),
        pytest.param(
            {"thread": "Hotline 1998"},
            9,
            "thread is 'Hotline 1998': "
            "use small letters, digits and hyphens, up to 80; board is taken",
            id="thread",
        ),
        pytest.param(
            {"thread": "board"},
            9,
            "thread is 'board': use small letters, digits and hyphens, up to 80; board is taken",
            id="thread of the board",
        ),
        pytest.param(
            {"tags": "红马甲，U站"},
            4,
            "tags are not separated: put plain commas between them, as 红马甲, U站",
            id="full-width comma between tags",
        ),
        pytest.param(
            {"source": "某报", "source_url": "www.example.com"},
            10,
            "source_url is 'www.example.com': "
            "write a whole address, as https://www.example.com/page",
            id="address of the source is not whole",
        ),
        pytest.param(
            {"source": "某报", "source_url": "javascript:alert(1)"},
            10,
            "source_url is 'javascript:alert(1)': "
            "write a whole address, as https://www.example.com/page",
            id="address of the source is a script",
        ),
        pytest.param(
            {"source_url": "https://www.example.com/"},
            9,
            "source is missing: add a line that names whom it leads to",
            id="address of a source without its name",
        ),
        pytest.param(
            {"correction": "2015-12-20"},
            9,
            f"correction is '2015-12-20': {CORRECTION}",
            id="correction without words",
        ),
        pytest.param(
            {"correction": ""},
            9,
            f"correction is '': {CORRECTION}",
            id="empty correction",
        ),
        pytest.param(
            {"correction": "把“116万”改为“117万”"},
            9,
            f"correction is '把“116万”改为“117万”': {CORRECTION}",
            id="correction without a day",
        ),
        pytest.param(
            {"correction": ["2015-12-20 改了一处", "2015-02-30 又改了一处"]},
            10,
            f"correction is '2015-02-30 又改了一处': {CORRECTION}",
            id="second correction of a day that does not exist",
        ),
        pytest.param(
            {"correction": "2015-12-04 改了一处"},
            9,
            "correction of 2015-12-04 is older than the story of 2015-12-05: "
            "mend the day here or that of date",
            id="correction older than its story",
        ),
        pytest.param(
            {"comments_until": "2016-03-05 08:30"},
            9,
            "comments_until is '2016-03-05 08:30': write a day that exists, as 2016-03-05",
            id="last day with a time",
        ),
        pytest.param(
            {"comments_until": "2016-02-30"},
            9,
            "comments_until is '2016-02-30': write a day that exists, as 2016-03-05",
            id="last day that does not exist",
        ),
        pytest.param(
            {"comments_until": "2015-12-04"},
            9,
            "comments_until of 2015-12-04 is older than the story of 2015-12-05: "
            "mend the day here or that of date",
            id="last day before the story",
        ),
        pytest.param(
            {"formerly": "first, ！"},
            9,
            f"'！' {FORMER}",
            id="former address that cannot be one",
        ),
        pytest.param(
            {"formerly": "red-vest.md"},
            9,
            f"'red-vest.md' {FORMER}",
            id="former address with .md",
        ),
        pytest.param(
            {"formerly": "/stories/old/"},
            9,
            f"'/stories/old/' {FORMER}",
            id="former address with its path",
        ),
        pytest.param(
            {"formerly": "a; b"},
            9,
            f"'a; b' {FORMER}",
            id="former addresses parted by semicolons",
        ),
        pytest.param(
            {"formerly": "甲、乙"},
            9,
            f"'甲、乙' {FORMER}",
            id="former addresses parted by Chinese commas",
        ),
        pytest.param(
            {"formerly": "board, red-vest"},
            9,
            f"'board' {FORMER}",
            id="former address of the board",
        ),
        pytest.param(
            {"formerly": "past, page"},
            9,
            f"'page' {FORMER}",
            id="former address of the list",
        ),
        pytest.param(
            {"date": "２０１５-12-05"},
            2,
            f"date is '２０１５-12-05': {DAY}",
            id="full-width digits",
        ),
        pytest.param({"date": "0201-12-05"}, 2, f"date is '0201-12-05': {DAY}", id="year far away"),
        pytest.param(
            {"updated": "昨天"},
            9,
            "updated 写的是“昨天”，读不出日期: "
            "先写日期，要写改了什么就空一格接着写，如 2015-12-21 补充了数字",
            id="update without a day",
        ),
        pytest.param(
            {"updated": "2015-12-04 补充"},
            9,
            "更新（2015-12-04）早于发布（2015-12-05）: 改 updated 或 date 里的日期",
            id="update older than its story",
        ),
        pytest.param(
            {"correction": "9015-12-20 改了一处"},
            9,
            f"correction is '9015-12-20 改了一处': {CORRECTION}",
            id="correction of a year far away",
        ),
        pytest.param(
            {"correction": "２０１５-12-20 改了一处"},
            9,
            f"correction is '２０１５-12-20 改了一处': {CORRECTION}",
            id="correction in full-width digits",
        ),
        pytest.param(
            {"picture": None},
            6,
            "picture is missing: add a line that names the file, or take picture_alt away",
            id="words without a picture",
        ),
        pytest.param(
            {"picture": None, "picture_alt": None, "picture_caption": "图说"},
            7,
            "picture is missing: add a line that names the file, or take picture_caption away",
            id="caption without a picture",
        ),
        pytest.param(
            {"title": "故\x07事"},
            1,
            "title holds the control character U+0007: take it out, or write the line anew",
            id="control character",
        ),
        pytest.param(
            {"tag": "x"}, 9, "tag is not known: did you mean tags?", id="key nearly known"
        ),
        pytest.param(
            {"slug": "x"}, 9, f"slug is not known: known are {', '.join(STORY_KEYS)}", id="key"
        ),
    ],
)
def test_mistakes_in_a_story(content, changes, line, message):
    """Each mistake of a story's head is told once, with its line and how to mend it."""
    path = write(content / "stories" / "one.md", STORY | changes)
    assert told(content) == [f"{path}:{line}: {message}"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        pytest.param(
            "theme: ",
            "theme：",
            3,
            "a full-width colon follows theme: write theme: with a plain colon and a space",
            id="full-width colon",
        ),
        pytest.param(
            "comments: open",
            "comments: open\n正文没有空行",
            9,
            "this line of the head has no key: "
            "write key: value, and an empty line between the head and the text",
            id="no empty line before the text",
        ),
        pytest.param(
            "comments: open",
            "Title: 又一个",
            8,
            "title stands twice: keep one of the lines 1 and 8",
            id="key twice, whatever its case",
        ),
    ],
)
def test_mistakes_in_a_line(content, old, new, line, message):
    """A line that is not as it should be is told, and nothing that only follows from it."""
    path = write(content / "stories" / "one.md", STORY)
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert told(content) == [f"{path}:{line}: {message}"]


@pytest.mark.parametrize(
    ("folder", "values", "line", "message"),
    [
        pytest.param(
            "themes",
            THEME | {"order": "first"},
            3,
            "order is 'first': write a whole number from 1 to 10",
            id="order of a theme",
        ),
        pytest.param(
            "themes",
            THEME | {"order": "11"},
            3,
            "order is '11': write a whole number from 1 to 10",
            id="order of a theme too high",
        ),
        pytest.param(
            "themes",
            THEME | {"kicker": None},
            1,
            "kicker is missing: add a line kicker: ...",
            id="key of a theme missing",
        ),
        pytest.param(
            "themes",
            THEME | {"date": "2015-12-05"},
            6,
            f"date is not known: known are {', '.join(THEME_KEYS)}",
            id="key that themes do not have",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。"},
            1,
            "slug is missing: add a line slug: ...",
            id="page without an address",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "../x"},
            3,
            "slug is '../x': use small letters, digits and hyphens, up to 80; taken are "
            "accountability, assets, board, desk, feeds, galleries, health, messages, pagefind, "
            "pictures, search, stories, tags, themes",
            id="address of a page is a path",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "desk"},
            3,
            "slug is 'desk': use small letters, digits and hyphens, up to 80; taken are "
            "accountability, assets, board, desk, feeds, galleries, health, messages, pagefind, "
            "pictures, search, stories, tags, themes",
            id="address of a page is taken",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "x", "sumary": "y"},
            4,
            "sumary is not known: did you mean summary?",
            id="key of a page misspelt",
        ),
    ],
)
def test_mistakes_in_pages(content, folder, values, line, message):
    """Theme pages and pages are checked by their own keys."""
    path = write(content / folder / "new.md", values)
    assert told(content) == [f"{path}:{line}: {message}"]
    assert PAGE_KEYS.keys() < THEME_KEYS.keys()


@pytest.mark.parametrize(
    ("content_bytes", "what"),
    [
        pytest.param("title: 故事\n".encode("gb18030"), "(byte 7), it looks like GBK", id="GBK"),
        pytest.param(
            "title: 故事\n".encode("utf-16"), "(byte 0), it looks like UTF-16", id="UTF-16"
        ),
        pytest.param(b"title: caf\xe9 \n", "(byte 10)", id="neither"),
    ],
)
def test_file_that_is_not_utf_8(content, content_bytes, what):
    """A file in another encoding is told as just that, not as a head without keys."""
    path = content / "stories" / "one.md"
    path.write_bytes(content_bytes)
    assert told(content) == [f"{path}:1: the file is not UTF-8 {what}: save it as UTF-8"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("正文，没有开头。\n\n第二段。\n", id="text only"),
        pytest.param("# 标题\n", id="heading only"),
        pytest.param("\n\ntitle: 故事\n", id="empty line first"),
    ],
)
def test_file_without_a_head(content, text):
    """A file without a head is told as that, and nothing that only follows from it."""
    path = content / "stories" / "one.md"
    path.write_text(text, "utf-8")
    assert told(content) == [f"{path}:1: the file has no head: {FORM}, from line 1"]


def test_head_between_fences(content):
    """The fences that other programs put around a head are told once; the head is read."""
    path = write(content / "stories" / "one.md", STORY | {"comments": "yes"})
    path.write_text("---\n" + path.read_text("utf-8").replace("\n\n", "\n---\n\n", 1), "utf-8")
    assert told(content) == [
        f"{path}:1: the head begins with ---: "
        "take that line away, and that after the head; an empty line ends it",
        f"{path}:9: comments is 'yes': write open or closed",
    ]


def test_text_that_follows_at_once(content):
    """Several lines of text without an empty line before them are told once."""
    path = write(content / "stories" / "one.md", STORY)
    text = path.read_text("utf-8").replace("\n\n", "\n第一行\n第二行\n", 1)
    path.write_text(text, "utf-8")
    assert told(content) == [f"{path}:9: this line of the head has no key: {FORM}"]


def test_byte_order_mark(content):
    """The mark that some editors put before the first line does not matter."""
    path = write(content / "stories" / "one.md", STORY)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert told(content) == []


def test_lines_end_as_on_windows(content):
    """Line ends of Windows do not matter, and the lines are counted the same."""
    path = write(content / "stories" / "one.md", STORY | {"comments": "yes"})
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(content) == [f"{path}:8: comments is 'yes': write open or closed"]


def test_empty_file(content):
    """An empty file lacks everything that is needed."""
    path = content / "stories" / "one.md"
    path.write_text("", "utf-8")
    needed = ("date", "summary", "theme", "title")
    assert told(content) == [f"{path}:1: {key} is missing: add a line {key}: ..." for key in needed]


def test_all_mistakes_at_once(content):
    """All mistakes of all files are told together, by file and line."""
    page = write(content / "pages" / "new.md", {"title": "说明", "slug": "x"})
    story = write(content / "stories" / "one.md", STORY | {"date": "gestern", "comments": "no"})
    assert told(content) == [
        f"{page}:1: summary is missing: add a line summary: ...",
        f"{story}:2: date is 'gestern': write a day that exists, as 2015-12-05 or 2015-12-05 08:30",
        f"{story}:8: comments is 'no': write open or closed",
    ]


def test_the_theme_that_a_theme_page_brings(content):
    """A theme is known by the address of its page, whatever its file is called."""
    write(content / "themes" / "file.md", THEME | {"slug": "harmony"})
    write(content / "stories" / "one.md", STORY | {"theme": "harmony"})
    assert told(content) == []


def test_themes_of_one_order(content):
    """Two themes cannot stand at the same place: the second is told who has it."""
    path = write(content / "themes" / "new.md", THEME | {"order": "1"})
    culture = content / "themes" / "culture.md"
    assert told(content) == [f"{path}:3: {culture} has the order 1 already: choose another one"]


def test_story_without_a_text(content):
    """A published story that has a head only is told; a draft may still lack its text."""
    path = write(content / "stories" / "one.md", STORY, body="")
    write(content / "stories" / "two.md", STORY | {"status": "draft"}, body="")
    assert told(content) == [
        f"{path}:9: the story has no text: "
        "write it below an empty line, or add a line status: draft"
    ]


def test_hidden_files(content):
    """Files that a dot hides, as other systems leave them, are not read."""
    (content / "stories" / "._first.md").write_bytes(b"\x00\x05\xff")
    (content / "stories" / ".hid.md").write_text("x", "utf-8")
    write(content / "stories" / ".kept" / "one.md", {})
    (content / ".first.md").write_text("x", "utf-8")
    assert told(content) == []


@pytest.mark.parametrize("name", ["first.md", "story/x.md", "pictures/x.md"])
def test_text_in_no_folder_of_texts(content, name):
    """A text that stands where none is read is told with where it can stand."""
    path = write(content / name, STORY)
    assert told(content) == [
        f"{path}:1: {path.name} stands in no folder of texts: "
        "move it to stories, themes, pages or galleries"
    ]


@pytest.mark.parametrize("name", ["sea side.svg", "海.svg", "notes.txt"])
def test_file_that_cannot_be_a_picture(content, name):
    """A file whose name cannot be a picture's is told where it is used, in heads and in texts."""
    (content / "pictures" / name).write_bytes(b"x")
    path = write(content / "stories" / "one.md", STORY | {"picture": name})
    assert told(content) == [
        f"{path}:6: {name!r} is no name of a picture: let a drawing's name be of small letters, "
        "digits and hyphens, and end in .svg; photos end in one of "
        ".jpg .jpeg .png .webp .avif .heic .heif .gif .tif .tiff"
    ]


@pytest.mark.parametrize("name", ["Beach.JPG", "sea side.png", "海.heic"])
def test_photos_have_any_name(content, name):
    """Photos may be called as cameras and editors call them."""
    (content / "pictures" / name).write_bytes(b"x")
    write(content / "stories" / "one.md", STORY | {"picture": name})
    assert told(content) == []


@pytest.mark.parametrize(
    ("words", "line", "what"),
    [
        pytest.param(None, 6, "picture_alt is missing: add a line that says", id="none"),
        pytest.param("IMG_1234", 7, "picture_alt is 'IMG_1234', as a file is named", id="camera"),
        pytest.param("Scene", 7, "picture_alt is 'Scene', as a file is named", id="its own"),
    ],
)
def test_picture_without_words_stops_publishing_only(content, words, line, what):
    """A preview is built although a picture has no words, or only the name of a file."""
    write(content / "stories" / "one.md", STORY | {"picture_alt": words})
    (problem,) = check_content(content)
    assert (problem.line, problem.severity) == (line, Severity.PUBLISHING)
    assert what in str(problem)
    assert not problem.stops(is_public=False)
    assert problem.stops(is_public=True)


def test_folder_is_no_picture(content):
    """A folder among the pictures is none, whatever it is called."""
    (content / "pictures" / "beach.webp").mkdir()
    path = write(content / "stories" / "one.md", STORY | {"picture": "beach.webp"})
    assert told(content) == [
        f"{path}:6: there is no picture 'beach.webp': "
        "put the file into content/pictures, or mend the name"
    ]
