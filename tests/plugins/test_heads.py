"""Editors' mistakes are told as ``file:line: what: how to mend``."""

from __future__ import annotations

import shutil

import pytest

from plugins.editing.heads import PAGE_KEYS, STORY_KEYS, THEME_KEYS, check_content
from tests.living_site import ROOT, SAMPLE

STORY = {
    "title": "故事",
    "date": "2015-12-05",
    "theme": "culture",
    "tags": "测试, 样本",
    "summary": "摘要。",
    "picture": "scene.svg",
    "picture_alt": "画面",
    "comments": "open",
}
THEME = {"title": "文化", "slug": "culture", "order": "1", "kicker": "文化", "summary": "一句话。"}


@pytest.fixture
def content(tmp_path):
    """Give a content folder with two themes, a picture, a page and no story."""
    folder = tmp_path / "content"
    shutil.copytree(SAMPLE, folder)
    for path in (folder / "stories").glob("*.md"):
        path.unlink()
    return folder


def write(path, values, body="正文一段。"):
    """Write a file with *values* as its head; a value of None leaves its line out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{key}: {value}" for key, value in values.items() if value is not None]
    path.write_text("\n".join([*lines, "", body, ""]), "utf-8")
    return path


def told(content):
    """Give what is told about *content*, a line for each mistake."""
    return [str(problem) for problem in check_content(content)]


def test_good_content(content):
    """Content without mistakes has nothing told about it."""
    write(content / "stories" / "one.md", STORY)
    write(content / "stories" / "2016" / "two.md", STORY | {"date": "2015-12-05 08:30"})
    least = ("title", "date", "theme", "summary")
    write(content / "stories" / "least.md", {key: STORY[key] for key in least})
    assert told(content) == []


def test_the_projects_own_content():
    """The project's own content has no mistakes."""
    assert told(ROOT / "content") == []


def test_the_samples_content():
    """The tests' sample content has no mistakes."""
    assert told(SAMPLE) == []


def test_empty_folder(tmp_path):
    """A folder without any content has no mistakes either."""
    assert told(tmp_path) == []


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
            {"status": "hidden"}, 9, "status is 'hidden': write draft or published", id="status"
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
            "order is 'first': write a whole number, such as 1",
            id="order of a theme",
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
            "assets, board, desk, health, messages, pictures, stories, themes",
            id="address of a page is a path",
        ),
        pytest.param(
            "pages",
            {"title": "说明", "summary": "一句话。", "slug": "desk"},
            3,
            "slug is 'desk': use small letters, digits and hyphens, up to 80; taken are "
            "assets, board, desk, health, messages, pictures, stories, themes",
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


def test_file_that_is_not_utf_8(content):
    """A file in another encoding is told as just that, not as a head without keys."""
    path = write(content / "stories" / "one.md", STORY)
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert told(content) == [f"{path}:1: the file is not UTF-8 (byte 7): save it as UTF-8"]


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


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param("<!--slot thread:one-->", id="opened"),
        pytest.param("前<!--/slot wall-->后", id="closed"),
    ],
)
def test_marker_in_the_text(content, mark):
    """The marks between which messages stand are refused in a text, with their line."""
    path = write(content / "stories" / "one.md", STORY, f"一。\n\n{mark}\n\n二。")
    assert told(content) == [f"{path}:12: this mark is kept for messages: take it out of the text"]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("{static}/pictures/scnee.svg", id="as Pelican has it"),
        pytest.param("/pictures/scnee.svg", id="from the site's root"),
        pytest.param("pictures/scnee.svg", id="plain"),
        pytest.param("/pictures/scnee.svg '图说'", id="with a title"),
    ],
)
def test_picture_in_the_text(content, address):
    """A picture within a text must be there, as that of the head."""
    body = f"一。\n\n![画面]({address})和![画面](/pictures/scene.svg)"
    path = write(content / "stories" / "one.md", STORY, body)
    mend = "put the file into content/pictures, or mend the name"
    assert told(content) == [f"{path}:12: there is no picture 'scnee.svg': {mend}"]


def test_two_stories_with_one_thread(content):
    """Two stories cannot share a thread: the second is told who has it."""
    first = write(content / "stories" / "one.md", STORY | {"thread": "shared"})
    second = write(content / "stories" / "two.md", STORY | {"thread": "shared"})
    assert told(content) == [
        f"{second}:9: {first} has the thread shared already: choose another one"
    ]


def test_thread_named_like_another_story(content):
    """A story without a thread of its own has that of its name, so nobody else may take it."""
    first = write(content / "stories" / "a.md", STORY | {"thread": "b"})
    second = write(content / "stories" / "b.md", STORY)
    assert told(content) == [f"{second}:1: {first} has the thread b already: choose another one"]


def test_two_stories_with_one_name(content):
    """Two stories of one name would have one address, wherever they lie."""
    first = write(content / "stories" / "2015" / "one.md", STORY)
    second = write(content / "stories" / "2016" / "one.md", STORY)
    assert told(content) == [
        f"{second}:1: {first} has the same name: give one of them another file name"
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("board", id="the board's"),
        pytest.param("Hotline", id="capital"),
        pytest.param("红马甲", id="Chinese"),
        pytest.param("red_vest", id="underline"),
        pytest.param("x" * 81, id="too long"),
    ],
)
def test_names_that_cannot_be_an_address(content, name):
    """A file name that cannot be an address is told, with what can."""
    path = write(content / "stories" / f"{name}.md", STORY)
    assert told(content) == [
        f"{path}:1: {name}.md cannot be an address: "
        "use a-z, 0-9 and hyphens, up to 80, as hotline-1998.md; board.md is taken"
    ]


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
