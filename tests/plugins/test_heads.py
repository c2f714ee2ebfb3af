"""Editors' mistakes are told as ``file:line:column: what：how to mend [rule]``."""

from __future__ import annotations

import pytest

from plugins.editing.check import check_content
from plugins.editing.heads import PAGE_KEYS, THEME_KEYS
from plugins.problems import Severity
from tests.living_site import ROOT, SAMPLE
from tests.plugins.writing import STORY, THEME, brief, told, write


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
    assert told(tmp_path) == [f"{path}:1:0 file-missing"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"title": None}, "1:0 key-missing: title", id="no title"),
        pytest.param({"title": ""}, "1:7 key-missing: title", id="empty title"),
        pytest.param({"date": None}, "1:0 key-missing: date", id="no date"),
        pytest.param({"theme": None}, "1:0 key-missing: theme", id="no theme"),
        pytest.param({"summary": ""}, "5:9 key-missing: summary", id="empty summary"),
        pytest.param(
            {"date": "2015-02-30"},
            "2:7 bad-date",
            id="day that does not exist",
        ),
        pytest.param(
            {"date": "2015年12月5日"},
            "2:7 bad-date",
            id="Chinese date",
        ),
        pytest.param(
            {"date": "2015-12-05 25:00"},
            "2:7 bad-date",
            id="hour that does not exist",
        ),
        pytest.param(
            {"theme": "cultur"},
            "3:8 unknown-theme",
            id="unknown theme",
        ),
        pytest.param(
            {"theme": "Culture"},
            "3:8 unknown-theme: culture",
            id="case of a theme",
        ),
        pytest.param(
            {"picture": "scnee.svg"},
            "6:10 picture-missing: scene.svg",
            id="picture misspelt",
        ),
        pytest.param(
            {"picture": "beach.webp"},
            "6:10 picture-missing",
            id="picture not there",
        ),
        pytest.param(
            {"picture": "../campaign.toml"},
            "6:10 picture-missing",
            id="picture elsewhere",
        ),
        pytest.param(
            {"picture_alt": None},
            "6:10 alt-missing",
            id="picture without words",
        ),
        pytest.param({"comments": "yes"}, "8:11 bad-value", id="comments"),
        pytest.param({"status": "hidden"}, "9:9 bad-value", id="status"),
        pytest.param(
            {"thread": "Hotline 1998"},
            "9:9 bad-address",
            id="thread",
        ),
        pytest.param(
            {"thread": "board"},
            "9:9 bad-address",
            id="thread of the board",
        ),
        pytest.param(
            {"tags": "红马甲，U站"},
            "4:10 tag-separator",
            id="full-width comma between tags",
        ),
        pytest.param(
            {"source": "某报", "source_url": "www.example.com"},
            "10:13 bad-url",
            id="address of the source is not whole",
        ),
        pytest.param(
            {"source": "某报", "source_url": "javascript:alert(1)"},
            "10:13 bad-url",
            id="address of the source is a script",
        ),
        pytest.param(
            {"source_url": "https://www.example.com/"},
            "9:13 lone-key",
            id="address of a source without its name",
        ),
        pytest.param(
            {"correction": "2015-12-20"},
            "9:13 bad-correction",
            id="correction without words",
        ),
        pytest.param(
            {"correction": ""},
            "9:12 bad-correction",
            id="empty correction",
        ),
        pytest.param(
            {"correction": "把“116万”改为“117万”"},
            "9:13 bad-correction",
            id="correction without a day",
        ),
        pytest.param(
            {"correction": ["2015-12-20 改了一处", "2015-02-30 又改了一处"]},
            "10:13 bad-correction",
            id="second correction of a day that does not exist",
        ),
        pytest.param(
            {"correction": "2015-12-04 改了一处"},
            "9:13 date-order",
            id="correction older than its story",
        ),
        pytest.param(
            {"comments_until": "2016-03-05 08:30"},
            "9:17 bad-date",
            id="last day with a time",
        ),
        pytest.param(
            {"comments_until": "2016-02-30"},
            "9:17 bad-date",
            id="last day that does not exist",
        ),
        pytest.param(
            {"comments_until": "2015-12-04"},
            "9:17 date-order",
            id="last day before the story",
        ),
        pytest.param(
            {"formerly": "first, ！"},
            "9:18 bad-address",
            id="former address that cannot be one",
        ),
        pytest.param(
            {"formerly": "red-vest.md"},
            "9:11 bad-address",
            id="former address with .md",
        ),
        pytest.param(
            {"formerly": "/stories/old/"},
            "9:11 bad-address",
            id="former address with its path",
        ),
        pytest.param(
            {"formerly": "a; b"},
            "9:11 bad-address",
            id="former addresses parted by semicolons",
        ),
        pytest.param(
            {"formerly": "甲、乙"},
            "9:11 bad-address",
            id="former addresses parted by Chinese commas",
        ),
        pytest.param(
            {"formerly": "board, red-vest"},
            "9:11 bad-address",
            id="former address of the board",
        ),
        pytest.param(
            {"formerly": "past, page"},
            "9:17 bad-address",
            id="former address of the list",
        ),
        pytest.param(
            {"date": "２０１５-12-05"},
            "2:7 bad-date",
            id="full-width digits",
        ),
        pytest.param({"date": "0201-12-05"}, "2:7 bad-date", id="year far away"),
        pytest.param(
            {"updated": "昨天"},
            "9:10 bad-date: 2015-12-21 补充了数字",
            id="update without a day",
        ),
        pytest.param(
            {"updated": "2015-12-04 补充"},
            "9:10 date-order: 2015-12-04",
            id="update older than its story",
        ),
        pytest.param(
            {"correction": "9015-12-20 改了一处"},
            "9:13 bad-correction",
            id="correction of a year far away",
        ),
        pytest.param(
            {"correction": "２０１５-12-20 改了一处"},
            "9:13 bad-correction",
            id="correction in full-width digits",
        ),
        pytest.param(
            {"picture": None},
            "6:14 lone-key",
            id="words without a picture",
        ),
        pytest.param(
            {"picture": None, "picture_alt": None, "picture_caption": "图说"},
            "7:18 lone-key",
            id="caption without a picture",
        ),
        pytest.param(
            {"title": "故\x07事"},
            "1:9 control-character",
            id="control character",
        ),
        pytest.param({"tag": "x"}, "9:1 unknown-key: tags", id="key nearly known"),
        pytest.param({"slug": "x"}, "9:1 unknown-key", id="key"),
    ],
)
def test_mistakes_in_a_story(content, changes, message):
    """Each mistake of a story's head is told once, with its line and how to mend it."""
    path = write(content / "stories" / "one.md", STORY | changes)
    (problem,) = check_content(content)
    assert (problem.path, brief(problem, message)) == (path, message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "theme: ",
            "theme：",
            "3:6 full-width-colon",
            id="full-width colon",
        ),
        pytest.param(
            "comments: open",
            "comments: open\n正文没有空行",
            "9:1 head-form",
            id="no empty line before the text",
        ),
        pytest.param(
            "comments: open",
            "Title: 又一个",
            "8:1 key-twice",
            id="key twice, whatever its case",
        ),
    ],
)
def test_mistakes_in_a_line(content, old, new, message):
    """A line that is not as it should be is told, and nothing that only follows from it."""
    path = write(content / "stories" / "one.md", STORY)
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    (problem,) = check_content(content)
    assert (problem.path, brief(problem, message)) == (path, message)


@pytest.mark.parametrize(
    ("folder", "values", "message"),
    [
        pytest.param(
            "themes",
            THEME | {"order": "first"},
            "3:8 bad-value",
            id="order of a theme",
        ),
        pytest.param(
            "themes",
            THEME | {"order": "11"},
            "3:8 bad-value",
            id="order of a theme too high",
        ),
        pytest.param(
            "themes",
            THEME | {"kicker": None},
            "1:0 key-missing",
            id="key of a theme missing",
        ),
        pytest.param(
            "themes",
            THEME | {"date": "2015-12-05"},
            "6:1 unknown-key",
            id="key that themes do not have",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。"},
            "1:0 key-missing",
            id="page without an address",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "../x"},
            "3:7 bad-address",
            id="address of a page is a path",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "desk"},
            "3:7 bad-address",
            id="address of a page is taken",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "x", "sumary": "y"},
            "4:1 unknown-key: summary",
            id="key of a page misspelt",
        ),
    ],
)
def test_mistakes_in_pages(content, folder, values, message):
    """Theme pages and pages are checked by their own keys."""
    path = write(content / folder / "new.md", values)
    (problem,) = check_content(content)
    assert (problem.path, brief(problem, message)) == (path, message)
    assert PAGE_KEYS.keys() < THEME_KEYS.keys()


@pytest.mark.parametrize(
    ("content_bytes", "what"),
    [
        pytest.param(
            "title: 故事\n".encode("gb18030"), "第8个字节起读不通），看起来是GBK", id="GBK"
        ),
        pytest.param("title: 故事\n".encode("utf-16"), "看起来是UTF-16", id="UTF-16"),
        pytest.param(b"title: caf\xe9 \n", "第11个字节起读不通）：", id="neither"),
    ],
)
def test_file_that_is_not_utf_8(content, content_bytes, what):
    """A file in another encoding is told as just that, not as a head without keys."""
    path = content / "stories" / "one.md"
    path.write_bytes(content_bytes)
    (problem,) = check_content(content)
    expected = f"1:0 encoding: {what}"
    assert (problem.path, brief(problem, expected)) == (path, expected)


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
    assert told(content) == [f"{path}:1:0 no-head"]


def test_head_between_fences(content):
    """The fences that other programs put around a head are told once; the head is read."""
    path = write(content / "stories" / "one.md", STORY | {"comments": "yes"})
    path.write_text("---\n" + path.read_text("utf-8").replace("\n\n", "\n---\n\n", 1), "utf-8")
    assert told(content) == [
        f"{path}:1:1 head-form",
        f"{path}:9:11 bad-value",
    ]


def test_text_that_follows_at_once(content):
    """Several lines of text without an empty line before them are told once."""
    path = write(content / "stories" / "one.md", STORY)
    text = path.read_text("utf-8").replace("\n\n", "\n第一行\n第二行\n", 1)
    path.write_text(text, "utf-8")
    assert told(content) == [f"{path}:9:1 head-form"]


def test_byte_order_mark(content):
    """The mark that some editors put before the first line does not matter."""
    path = write(content / "stories" / "one.md", STORY)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert told(content) == []


def test_lines_end_as_on_windows(content):
    """Line ends of Windows do not matter, and the lines are counted the same."""
    path = write(content / "stories" / "one.md", STORY | {"comments": "yes"})
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert told(content) == [f"{path}:8:11 bad-value"]


def test_empty_file(content):
    """An empty file is told as just that."""
    path = content / "stories" / "one.md"
    path.write_text("", "utf-8")
    assert told(content) == [f"{path}:1:0 empty-file"]


def test_all_mistakes_at_once(content):
    """All mistakes of all files are told together, by file and line."""
    page = write(content / "pages" / "new.md", {"title": "说明", "slug": "x"})
    story = write(content / "stories" / "one.md", STORY | {"date": "gestern", "comments": "no"})
    assert told(content) == [
        f"{page}:1:0 key-missing",
        f"{story}:2:7 bad-date",
        f"{story}:8:11 bad-value",
    ]


def test_the_theme_that_a_theme_page_brings(content):
    """A theme is known by the address of its page, whatever its file is called."""
    write(content / "themes" / "file.md", THEME | {"slug": "harmony"})
    write(content / "stories" / "one.md", STORY | {"theme": "harmony"})
    assert told(content) == []


def test_themes_of_one_order(content):
    """Two themes cannot stand at the same place: the second is told who has it."""
    path = write(content / "themes" / "new.md", THEME | {"order": "1"})
    (problem,) = check_content(content)
    expected = f"3:8 duplicate-order: {content / 'themes' / 'culture.md'}"
    assert (problem.path, brief(problem, expected)) == (path, expected)


def test_story_without_a_text(content):
    """A published story that has a head only is told; a draft may still lack its text."""
    path = write(content / "stories" / "one.md", STORY, body="")
    write(content / "stories" / "two.md", STORY | {"status": "draft"}, body="")
    assert told(content) == [f"{path}:9:0 empty-text"]


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
    assert told(content) == [f"{path}:1:0 stray-file"]


@pytest.mark.parametrize("name", ["sea side.svg", "海.svg", "notes.txt"])
def test_file_that_cannot_be_a_picture(content, name):
    """A file whose name cannot be a picture's is told where it is used, in heads and in texts."""
    (content / "pictures" / name).write_bytes(b"x")
    path = write(content / "stories" / "one.md", STORY | {"picture": name})
    (problem,) = check_content(content)
    expected = "6:10 picture-name: .jpg .jpeg .png .webp .avif .heic .heif .gif .tif .tiff"
    assert (problem.path, brief(problem, expected)) == (path, expected)


@pytest.mark.parametrize("name", ["Beach.JPG", "sea side.png", "海.heic"])
def test_photos_have_any_name(content, name):
    """Photos may be called as cameras and editors call them."""
    (content / "pictures" / name).write_bytes(b"x")
    write(content / "stories" / "one.md", STORY | {"picture": name})
    assert told(content) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(None, "6:10 alt-missing: picture_alt", id="none"),
        pytest.param("IMG_1234", "7:14 alt-file-name: IMG_1234", id="camera"),
        pytest.param("Scene", "7:14 alt-file-name: Scene", id="its own"),
    ],
)
def test_picture_without_words_stops_publishing_only(content, words, expected):
    """A preview is built although a picture has no words, or only the name of a file."""
    write(content / "stories" / "one.md", STORY | {"picture_alt": words})
    (problem,) = check_content(content)
    assert (brief(problem, expected), problem.severity) == (expected, Severity.PUBLISHING)
    assert not problem.stops(is_public=False)
    assert problem.stops(is_public=True)


def test_folder_is_no_picture(content):
    """A folder among the pictures is none, whatever it is called."""
    (content / "pictures" / "beach.webp").mkdir()
    path = write(content / "stories" / "one.md", STORY | {"picture": "beach.webp"})
    assert told(content) == [f"{path}:6:10 picture-missing"]
