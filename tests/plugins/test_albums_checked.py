"""Albums are checked before anything is built: heads, texts, pictures and folders."""

from __future__ import annotations

import os

import pytest

from plugins.editing.albums import LARGEST
from plugins.editing.check import check_content
from plugins.editing.handlers import tell
from plugins.problems import Problem, Severity
from tests.plugins.writing import STORY, brief, told, write

HEAD = {"title": "街角", "date": "2015-12-05", "summary": "一句话。"}
LINE = 5
"""Where an album's text begins."""
ABSENT = "put the file into the album's folder, or mend the name"
SEEN = "write between [ and ] what is to be seen"


def write_album(content, changes=(), body="正文。", pictures=("1.jpg", "2.jpg"), folder="walk"):
    """Write an album with pictures that are never opened; gives the path of its text."""
    path = write(content / "galleries" / folder / "index.md", HEAD | dict(changes), body)
    for name in pictures:
        (path.parent / name).write_bytes(b"x")
    return path


def test_good_album(content):
    """An album with all keys, pictures of all kinds and text between them has nothing told."""
    head = {"theme": "culture", "cover": "a b.PNG", "credit": "编辑部", "originals": "yes"}
    body = """
![画面](1.jpg "图说 · 摄影者")
![画面](<a b.PNG>)

## 小标题

- 一项，[链接](/themes/culture/)

> ![引文里的画面](海%20边.jpg)

![画面](c#1.heic)![画面](../../galleries/walk/d.TIF)
"""
    pictures = ("1.jpg", "a b.PNG", "海 边.jpg", "c#1.heic", "d.TIF", "10.webp", "it's.gif")
    path = write_album(content, head, body, pictures)
    for name in ("Thumbs.db", ".DS_Store", "photographs.toml"):
        (path.parent / name).write_bytes(b"x")
    assert told(content) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"title": None}, "1:0 key-missing: title", id="title"),
        pytest.param({"date": ""}, "2:6 key-missing: date", id="date"),
        pytest.param({"summary": None}, "1:0 key-missing: summary", id="sum"),
        pytest.param(
            {"date": "2015-13-05"},
            "2:7 bad-date",
            id="day that does not exist",
        ),
        pytest.param(
            {"theme": "Culture"},
            "4:8 unknown-theme: culture",
            id="case of a theme",
        ),
        pytest.param(
            {"cover": "1.jpeg"},
            "4:8 picture-missing: 1.jpg",
            id="cover misspelt",
        ),
        pytest.param(
            {"cover": "../../pictures/scene.svg"},
            "4:8 picture-missing",
            id="cover elsewhere",
        ),
        pytest.param({"originals": "true"}, "4:12 bad-value", id="option"),
        pytest.param({"status": "hidden"}, "4:9 bad-value", id="status"),
        pytest.param({"tite": "x"}, "4:1 unknown-key: title", id="key"),
        pytest.param(
            {"picture": "1.jpg"},
            "4:1 unknown-key",
            id="key of stories",
        ),
    ],
)
def test_mistakes_in_a_head(content, changes, message):
    """Each mistake in an album's head is told once, with its line and how to mend it."""
    path = write_album(content, changes)
    (problem,) = check_content(content)
    assert (problem.path, brief(problem, message)) == (path, message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "![画面](1.jpeg)",
            "5:1 picture-missing: 1.jpg",
            id="misspelt",
        ),
        pytest.param(
            "![画面](nothing-like-it.png)",
            "5:1 picture-missing",
            id="not there",
        ),
        pytest.param(
            "![画面](/galleries/other/1.jpg)",
            "5:1 picture-missing",
            id="of another album",
        ),
        pytest.param(
            "![画面](scene.svg)",
            "5:1 picture-kind",
            id="drawing",
        ),
        pytest.param(
            "![画面](https://a.example/1.jpg)",
            "5:1 picture-elsewhere",
            id="from elsewhere",
        ),
        pytest.param("![画面]()", "5:1 picture-missing", id="no address"),
        pytest.param(
            "![画面](1.jpg “图说”)",
            "5:1 picture-missing",
            id="curled quotation marks",
        ),
        pytest.param("![](1.jpg)", "5:1 alt-missing", id="no words"),
        *(
            pytest.param(
                f"![{words}](1.jpg)",
                f"5:1 alt-file-name: {words}",
                id=f"words {words}",
            )
            for words in ("IMG_1234", "01", "1.jpg", "照片.JPG", "DSC 00012", "微信图片_20151205")
        ),
        pytest.param(
            "![画面](1.jpg)和![画面](1.jpg)",
            "5:14 picture-twice",
            id="twice",
        ),
        pytest.param("[[gallery: walk]]", "5:1 album-form", id="strip"),
        pytest.param(
            "[一](/nowhere-at-all/)",
            "5:5 broken-link",
            id="link",
        ),
        pytest.param(
            "[一]({filename}/pages/about.md)",
            "5:5 broken-link",
            id="Pelican's way to link",
        ),
        pytest.param(
            "# 一级标题",
            "5:1 heading-one",
            id="heading",
        ),
        pytest.param(
            "<!--slot wall-->",
            "5:1 slot-mark",
            id="mark",
        ),
    ],
)
def test_mistakes_in_a_text(content, text, message):
    """Each mistake in an album's text is told once, with its line and how to mend it."""
    path = write_album(content, body=text)
    (problem,) = check_content(content)
    assert (problem.path, brief(problem, message)) == (path, message)


def test_silent_pictures_stop_publishing_only(content):
    """A preview is built although a picture has no words, but not one that names no picture."""
    write_album(content, body="![](1.jpg)\n\n![01](2.jpg)\n\n![画面](3.jpg)")
    severities = [problem.severity for problem in check_content(content)]
    assert severities == [Severity.PUBLISHING, Severity.PUBLISHING, Severity.BUILD]


@pytest.mark.parametrize("first", ["街角", "jie-jiao"])
def test_two_albums_with_one_address(content, first):
    """Folders whose names sound alike cannot both be."""
    paths = sorted(write_album(content, folder=folder) for folder in ("街角", "jie-jiao"))
    assert told(content) == [f"{paths[1]}:1:0 duplicate-slug"]


def test_folder_that_cannot_be_an_address(content):
    """A folder needs a name of which something can be spoken."""
    path = write_album(content, folder="！")
    assert told(content) == [f"{path}:1:0 bad-address"]


def test_album_without_pictures(content):
    """A published album has pictures, a draft may wait for them."""
    path = write_album(content, pictures=())
    assert told(content) == [f"{path}:1:0 album-empty"]
    write_album(content, {"status": "draft"}, pictures=())
    assert told(content) == []


def test_folder_without_a_text(content):
    """Pictures without a text are told, an empty folder is none of an editor's."""
    path = content / "galleries" / "walk" / "index.md"
    path.parent.mkdir(parents=True)
    assert told(content) == []
    (path.parent / "1.jpg").write_bytes(b"x")
    assert told(content) == [f"{path}:1:0 file-missing"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param(
            "a.svg",
            "1:0 picture-kind",
            id="drawing",
        ),
        pytest.param(
            "more.md",
            "1:0 stray-file",
            id="second text",
        ),
        pytest.param(
            "index.md.txt",
            "1:0 stray-file",
            id="hidden ending",
        ),
        pytest.param("a.psd", "1:0 stray-file", id="no picture"),
    ],
)
def test_strangers_in_a_folder(content, name, message):
    """Whatever is no picture is told, so that nobody waits for it to appear."""
    path = write_album(content).parent / name
    path.write_bytes(b"x")
    (problem,) = check_content(content)
    assert (problem.path, brief(problem, message)) == (path, message)


def test_folder_within_an_album(content):
    """Pictures in a folder within an album are not read."""
    folder = write_album(content).parent / "raw"
    folder.mkdir()
    assert told(content) == [f"{folder}:1:0 stray-file"]


def test_former_addresses(content):
    """A former address of an album may be linked, and belongs to one album alone."""
    walk = write_album(content, {"formerly": "old, 旧名"})
    write(
        content / "stories" / "one.md", STORY, "[一](/galleries/old/)，[二](/galleries/jiu-ming/)"
    )
    assert told(content) == []
    other = write_album(content, {"formerly": "walk, old"}, folder="other")
    assert told(content) == [f"{path}:4:11 duplicate-former" for path in (other, walk)]


def test_file_outside_of_albums(content):
    """A picture beside the folders of albums belongs to none."""
    write_album(content)
    path = content / "galleries" / "1.jpg"
    path.write_bytes(b"x")
    assert told(content) == [f"{path}:1:0 stray-file"]


def test_name_from_an_old_archive(content):
    """A name that is not UTF-8 is told, and nothing breaks over it."""
    path = write_album(content)
    with open(os.fsencode(path.parent) + b"/\xd5\xd5.jpg", "wb"):  # noqa: PTH123 -- of bytes
        pass
    words = r"'\udcd5\udcd5.jpg'"
    assert told(content, words) == [f"{path}:1:0 file-name: {words}"]


def test_text_that_is_not_utf_8(content):
    """A text in another encoding is told as just that, and its album is not published."""
    path = write_album(content)
    path.write_bytes("title: 街角\n".encode("gb18030"))
    write(content / "stories" / "one.md", STORY, "[一](/galleries/walk/)")
    story = content / "stories" / "one.md"
    assert told(content) == [f"{path}:1:0 encoding", f"{story}:10:5 broken-link"]


@pytest.mark.parametrize("place", ["galleries/walk", "pictures"])
def test_large_picture(content, place):
    """A picture larger than need be is told, and stops nothing."""
    write_album(content)
    path = content / place / "large.jpg"
    with path.open("wb") as file:
        file.truncate(LARGEST + 5_000_000)
    (problem,) = check_content(content)
    expected = "1:0 picture-large: 25 MB"
    assert (problem.path, brief(problem, expected)) == (path, expected)
    assert not problem.stops(is_public=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("walk", [], id="published"),
        pytest.param("wlak", ["1:16 unknown-album: 是不是想写 walk"], id="misspelt"),
        pytest.param("Walk", ["1:16 unknown-album: 是不是想写 walk"], id="not its address"),
        pytest.param("hidden", ["1:16 unknown-album: content/galleries"], id="draft"),
    ],
)
def test_album_of_the_home_page(content, name, expected):
    """The album that the campaign names for the home page is there."""
    write_album(content)
    write_album(content, {"status": "draft"}, folder="hidden")
    campaign = content / "campaign.toml"
    text = campaign.read_text("utf-8")
    campaign.write_text(f'home_gallery = "{name}"\n{text}', "utf-8")
    problems = check_content(content)
    assert {problem.path for problem in problems} <= {campaign}
    assert [brief(*each) for each in zip(problems, expected, strict=True)] == expected


@pytest.mark.parametrize(
    ("settings", "levels", "stopping"),
    [
        pytest.param({}, ["WARNING", "WARNING", "ERROR"], 1, id="preview"),
        pytest.param({"PRODUCTION": True}, ["WARNING", "ERROR", "ERROR"], 2, id="public"),
    ],
)
def test_how_mistakes_are_logged(tmp_path, caplog, settings, levels, stopping):
    """Each is an error where it stops this build, else a warning."""
    problems = [Problem(tmp_path, 1, severity.name, "mend", severity) for severity in Severity]
    assert tell(problems, settings) == problems[-stopping:]
    assert [record.levelname for record in caplog.records] == levels
