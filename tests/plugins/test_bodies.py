"""Links, pictures and marks in the texts of stories, themes and pages are checked."""

from __future__ import annotations

import pytest

from plugins.editing.bodies import anchors_of
from plugins.editing.check import check_content
from plugins.problems import Severity
from tests.plugins.writing import STORY, THEME, brief, told, write

ALBUM = {"title": "走一走", "date": "2015-12-05", "summary": "一句话。"}
BODY = "一。\n\n## 问与答\n\n{}\n\n二。"


@pytest.fixture
def stories(content):
    """Give the content with two published stories, a former address, a draft, photos, an album and
    the draft of one.
    """
    write(content / "stories" / "深圳北站.md", STORY | {"formerly": "north-station"}, "## 指路\n")
    write(content / "stories" / "draft.md", STORY | {"status": "draft"})
    write(content / "galleries" / "walk" / "index.md", ALBUM, "## 起点")
    write(content / "galleries" / "hidden" / "index.md", ALBUM | {"status": "draft"})
    names = ("pictures/sea.jpg", "pictures/海 边.jpg", "galleries/walk/1.jpg")
    for name in (*names, "galleries/hidden/1.jpg"):
        (content / name).write_bytes(b"x")
    return content


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[一](/stories/shen-zhen-bei-zhan/)", id="story"),
        pytest.param("[一](/stories/shen-zhen-bei-zhan/#zhi-lu)", id="heading of a story"),
        pytest.param("[一](/stories/shen-zhen-bei-zhan/#messages)", id="messages of a story"),
        pytest.param("[一](/stories/north-station/)", id="former address"),
        pytest.param("[一](/stories/shen-zhen-bei-zhan/messages.xml)", id="feed of a story"),
        pytest.param("[一](../shen-zhen-bei-zhan/)", id="from the page's own address"),
        pytest.param("[一]({filename}深圳北站.md#zhi-lu)", id="file beside"),
        pytest.param("[一]({filename}/stories/深圳北站.md)", id="file from the content folder"),
        pytest.param("[一]({filename}../pages/about.md)", id="file in another folder"),
        pytest.param("[一](/themes/culture/ '题')", id="theme, with a title"),
        pytest.param("[一](/themes/culture/feed.xml)", id="feed of a theme"),
        pytest.param("[一](/about/)和[二](/messages/)", id="pages"),
        pytest.param("[一](/tags/yang-ben/?x=1)", id="tag"),
        pytest.param("[一](#wen-yu-da)", id="heading of the page itself"),
        pytest.param("[一](#here)<a id='here'></a>", id="anchor in HTML"),
        pytest.param("[一](https://www.example.com/x)<https://a.example>", id="elsewhere"),
        pytest.param("[一](mailto:a@example.com)[二](tel:12345)", id="mail and telephone"),
        pytest.param("![画面](/pictures/scene.svg '图说')", id="picture"),
        pytest.param("![画面]({static}../pictures/scene.svg)", id="picture as Pelican has it"),
        pytest.param("![画面](pictures/scene.svg)", id="picture from the content folder"),
        pytest.param("![画面](../pictures/scene.svg)", id="picture as an editor's preview has it"),
        pytest.param("![画面](/pictures/Sea.JPG '图说')", id="photo, in another case"),
        pytest.param("![画面](<../pictures/海 边.jpg>)", id="photo with a blank"),
        pytest.param("![画面](/pictures/海%20边.jpg)", id="photo, encoded"),
        pytest.param("[![画面](/pictures/海 边.jpg '图说')](/about/)", id="photo that is a link"),
        pytest.param("![画面](/galleries/walk/1.jpg)", id="picture of an album"),
        pytest.param("![画面](../galleries/walk/1.jpg)", id="picture of an album beside"),
        pytest.param("[一](/galleries/walk/#qi-dian)[二](/galleries/walk/1/)", id="album, photo"),
        pytest.param("[一](/galleries/feed.xml)", id="feed of albums"),
        pytest.param("[[gallery: walk]]", id="album"),
        pytest.param("　　[[图集：Ｗalk ]]", id="album in Chinese"),
        pytest.param("`[[gallery: wolk]]`", id="album in code"),
        pytest.param("`[一](/nowhere/)`和<!-- [一](/nowhere/) -->", id="code and comment"),
        pytest.param("```\n[一](/nowhere/)\n```", id="block of code"),
        pytest.param("[一](/sitemap.xml)[二](/robots.txt)", id="files for machines"),
        pytest.param("[一](/#actions)[二](/#one)[三](/#main)", id="parts of the home page"),
        pytest.param("[一](/messages/#message-form)", id="form of the messages"),
        pytest.param("[一](/stories/#year-2015)", id="year of the list"),
        pytest.param("\\[一\\](/nowhere/)", id="brackets themselves"),
        pytest.param("`<script>`和`# 一`", id="forms in code"),
        pytest.param(
            "```\n# 一\n<p style='x'>\n![一](https://a.example/x.png)\n```", id="more code"
        ),
        pytest.param("<https://a.example/style=x>", id="address like an attribute"),
        pytest.param("<p title='a style=b'>一</p>", id="words of an attribute"),
    ],
)
def test_links_that_lead_somewhere(stories, text):
    """What leads somewhere has nothing told about it."""
    write(stories / "stories" / "one.md", STORY, BODY.format(text))
    assert told(stories) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[一](/stories/nowhere/)", "14:5 broken-link", id="no story"),
        pytest.param("[^1]: 脚注，内容。", "14:7 broken-link", id="footnote, which is a link here"),
        pytest.param(
            "[一](/stories/深圳北站/)",
            "14:5 broken-link: /stories/shen-zhen-bei-zhan/",
            id="file name for address",
        ),
        pytest.param(
            "[一](深圳北站.md)",
            "14:5 broken-link: /stories/shen-zhen-bei-zhan/",
            id="file",
        ),
        pytest.param(
            "[一](/stories/shen-zhen-bei-zhan)",
            "14:5 broken-link: /stories/shen-zhen-bei-zhan/",
            id="without the slash at the end",
        ),
        pytest.param(
            "[一](/stories/shen-zen-bei-zhan/)",
            "14:5 broken-link: /stories/shen-zhen-bei-zhan/",
            id="misspelt",
        ),
        pytest.param("[一](/stories/draft/)", "14:5 broken-link", id="draft"),
        pytest.param(
            "[一](/themes/Culture/)",
            "14:5 broken-link: /themes/culture/",
            id="case of a theme",
        ),
        pytest.param(
            "[一](shen-zhen-bei-zhan/)",
            "14:5 broken-link: /stories/shen-zhen-bei-zhan/",
            id="relative",
        ),
        pytest.param(
            "[一](www.example.com)",
            "14:5 broken-link: https://",
            id="elsewhere without https",
        ),
        pytest.param(
            "[一](javascript:alert)",
            "14:5 broken-link",
            id="script",
        ),
        pytest.param("[一](http://[x)", "14:5 broken-link", id="broken"),
        pytest.param(
            "[一]({filename}深圳南站.md)",
            "14:5 broken-link: {filename}/stories/深圳北站.md",
            id="no such file",
        ),
        pytest.param(
            "[一]({tag}样本)",
            "14:5 broken-link",
            id="another of Pelican's ways",
        ),
        pytest.param(
            "[一](#问与答)",
            "14:5 broken-anchor: #wen-yu-da",
            id="Chinese anchor",
        ),
        pytest.param(
            "[一](/stories/shen-zhen-bei-zhan/#nothing)",
            "14:5 broken-anchor",
            id="no such heading elsewhere",
        ),
        pytest.param(
            '<a href="/nowhere-at-all/">一</a>',
            "14:10 broken-link",
            id="HTML",
        ),
        pytest.param("[一]: /nowhere-at-all/", "14:6 broken-link", id="reference"),
        pytest.param(
            "![画面](/pictures/scnee.svg)和![画面](/pictures/scene.svg)",
            "14:1 picture-missing: scene.svg",
            id="picture misspelt",
        ),
        pytest.param(
            "![画面](/pictures/beach.webp '图说')",
            "14:1 picture-missing",
            id="picture not there",
        ),
        pytest.param(
            "![画面]({static}/pictures/beach.webp)",
            "14:1 picture-missing",
            id="picture as Pelican has it",
        ),
        pytest.param(
            "![画面](pictures/beach.webp)",
            "14:1 picture-missing",
            id="relative picture not there",
        ),
        pytest.param(
            "![画面](scene.svg)",
            "14:1 picture-missing: /pictures/scene.svg",
            id="picture without its folder",
        ),
        pytest.param(
            "<img alt='画面' src='pictures/scene.svg'>",
            "14:20 broken-link: /pictures/scene.svg",
            id="relative picture in HTML",
        ),
        pytest.param(
            "![画面](/pictures/Scene.svg)",
            "14:1 picture-missing: scene.svg",
            id="case of a drawing",
        ),
        pytest.param(
            "![画面](/pictures/scene.svg “图说”)",
            "14:1 picture-missing",
            id="curled quotation marks",
        ),
        pytest.param(
            "[看图](/pictures/sea.jpg)",
            "14:6 broken-link",
            id="link to a photo",
        ),
        pytest.param(
            "![画面]({static}../pictures/sea.jpg)",
            "14:1 picture-missing: /pictures/sea.jpg",
            id="photo as Pelican has files",
        ),
        pytest.param(
            "![画面](/galleries/walk/2.jpg)",
            "14:1 picture-missing: /galleries/walk/1.jpg",
            id="picture of an album misspelt",
        ),
        pytest.param(
            "![画面](/galleries/hidden/1.jpg)",
            "14:1 picture-missing",
            id="picture of a draft",
        ),
        pytest.param(
            "[看图](/galleries/walk/1.jpg)",
            "14:6 broken-link: /galleries/walk/1/",
            id="link to the file of a picture",
        ),
        pytest.param("![画面]()", "14:1 picture-missing", id="no src"),
        pytest.param(
            "![IMG_1234](/pictures/scene.svg)",
            "14:1 alt-file-name",
            id="words are a file's name",
        ),
        pytest.param(
            "[[gallery: wolk]]",
            "14:1 unknown-album: walk",
            id="album misspelt",
        ),
        pytest.param(
            "[[图集：hidden]]",
            "14:1 unknown-album",
            id="album that is a draft",
        ),
        pytest.param(
            "看[[gallery: walk]]",
            "14:2 album-form",
            id="album within a line",
        ),
        pytest.param(
            "[[gallery: walk]",
            "14:1 album-form",
            id="bracket missing",
        ),
        pytest.param(
            "[[galery: walk]]",
            "14:1 album-form: [[gallery: u-stations]]",
            id="word misspelt",
        ),
        pytest.param(
            "![](/pictures/scene.svg)",
            "14:1 alt-missing",
            id="picture without words",
        ),
        pytest.param(
            "<img src='/pictures/scene.svg'>",
            "14:1 alt-missing",
            id="picture without words in HTML",
        ),
        pytest.param("[一](/#nosuch)", "14:5 broken-anchor", id="home"),
        pytest.param(
            "[一](/stories/#nosuch)",
            "14:5 broken-anchor",
            id="part of a list",
        ),
        pytest.param(
            "[一](/#action)",
            "14:5 broken-anchor: #actions",
            id="part misspelt",
        ),
        pytest.param(
            "[一](/stories/shen-zhen-bei-zhan/#corrections)",
            "14:5 broken-anchor",
            id="corrections that are not there",
        ),
        pytest.param(
            "<a href=/nowhere-at-all/>一</a>",
            "14:9 broken-link",
            id="HTML without quotation marks",
        ),
        pytest.param("[一]()", "14:5 broken-link", id="empty"),
        *(
            pytest.param(
                text,
                "14:1 heading-one",
                id=f"title {text}",
            )
            for text in ("# 一级标题", "#一级标题", "> # 一", "<H1>一</H1>")
        ),
        *(
            pytest.param(
                f"<{name}>一</{name}>",
                f"14:2 active-html: <{name}>",
                id=f"element {name}",
            )
            for name in ("script", "style", "iframe")
        ),
        pytest.param(
            "<p style='color: red'>一</p>",
            "14:4 active-html",
            id="dress",
        ),
        pytest.param(
            '<b title="a > b"onClick=x()>一</b>',
            "14:17 active-html",
            id="handler",
        ),
        *(
            pytest.param(
                text,
                "14:1 picture-elsewhere: content/pictures",
                id=f"from elsewhere {text}",
            )
            for text in (
                "![一](https://a.example/x.png)",
                "![一](//a.example/x.png)",
                '<img alt="一" src="http://a.example/x.png">',
            )
        ),
        pytest.param(
            "<!--slot thread:one-->",
            "14:1 slot-mark",
            id="mark opened",
        ),
        pytest.param(
            "前<!--/slot wall-->后",
            "14:2 slot-mark",
            id="mark closed",
        ),
    ],
)
def test_mistakes_in_a_text(stories, text, message):
    """Each mistake in a text is told once, with its line and how to mend it."""
    path = write(stories / "stories" / "one.md", STORY, BODY.format(text))
    (problem,) = check_content(stories)
    assert (problem.path, brief(problem, message)) == (path, message)


@pytest.mark.parametrize("text", ["前文\n[[gallery: walk]]", "[[gallery: walk]]\n后文"])
def test_album_within_a_paragraph(stories, text):
    """An album stands in a paragraph of its own."""
    path = write(stories / "stories" / "one.md", STORY, text)
    line = len(STORY) + 2 + text.startswith("前")
    assert told(stories) == [f"{path}:{line}:1 album-form"]


def test_silent_pictures_stop_publishing_only(stories):
    """A preview is built although pictures in a text have no words."""
    text = "![](/pictures/sea.jpg)\n\n![sea](/pictures/sea.jpg)\n\n<img src='/pictures/scene.svg'>"
    write(stories / "stories" / "one.md", STORY, text)
    assert [problem.severity for problem in check_content(stories)] == [Severity.PUBLISHING] * 3


@pytest.mark.parametrize(
    ("folder", "values"),
    [
        pytest.param("themes", THEME, id="theme"),
        pytest.param("pages", {"title": "说明", "summary": "一句话。", "slug": "more"}, id="page"),
    ],
)
def test_texts_of_themes_and_pages(content, folder, values):
    """Links in themes and pages are checked as those in stories, from their own address."""
    path = write(content / folder / "new.md", values, "[一](../culture/)\n[二](/nowhere/)")
    line = len(values) + 2
    expected = [f"{path}:{line + 1}:5 broken-link"]
    if folder == "pages":
        wrong = f"{path}:{line}:5 broken-link"
        expected = [wrong, *expected]
    assert told(content) == expected


def test_anchors():
    """Headings of every form give anchors, equal ones with a number; those in code do not."""
    body = "\n\n".join(
        [
            "# 题目",
            "## 重庆的**银行** ##",
            "下划线\n-----",
            "### {圳|zhèn}",
            "## 重庆的银行",
            "```\n## 代码\n```",
        ]
    )
    anchors = {"chong-qing-de-yin-hang", "xia-hua-xian", "zhen", "chong-qing-de-yin-hang-2"}
    assert anchors_of(body) == anchors
