"""Links, pictures and marks in the texts of stories, themes and pages are checked."""

from __future__ import annotations

import pytest

from plugins.editing.bodies import anchors_of
from plugins.editing.check import check_content
from plugins.problems import Severity
from tests.plugins.writing import STORY, THEME, told, write

ALBUM = {"title": "走一走", "date": "2015-12-05", "summary": "一句话。"}
BODY = "一。\n\n## 问与答\n\n{}\n\n二。"
LINE = 14
"""Where the line stands that a test puts into BODY."""
ABSENT = "put the file into content/pictures, or mend the name"
STRIP = "[[gallery: u-stations]]"
LOST = "mend the address, or take the link away"


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
        pytest.param(
            "[一](/stories/nowhere/)", f"'/stories/nowhere/' leads nowhere: {LOST}", id="no story"
        ),
        pytest.param(
            "[一](/stories/深圳北站/)",
            "'/stories/深圳北站/' leads nowhere: write /stories/shen-zhen-bei-zhan/",
            id="file name for address",
        ),
        pytest.param(
            "[一](深圳北站.md)",
            "'深圳北站.md' leads nowhere: write /stories/shen-zhen-bei-zhan/",
            id="file",
        ),
        pytest.param(
            "[一](/stories/shen-zhen-bei-zhan)",
            "'/stories/shen-zhen-bei-zhan' leads nowhere: write /stories/shen-zhen-bei-zhan/",
            id="without the slash at the end",
        ),
        pytest.param(
            "[一](/stories/shen-zen-bei-zhan/)",
            "'/stories/shen-zen-bei-zhan/' leads nowhere: "
            "did you mean /stories/shen-zhen-bei-zhan/?",
            id="misspelt",
        ),
        pytest.param(
            "[一](/stories/draft/)", f"'/stories/draft/' leads nowhere: {LOST}", id="draft"
        ),
        pytest.param(
            "[一](/themes/Culture/)",
            "'/themes/Culture/' leads nowhere: write /themes/culture/",
            id="case of a theme",
        ),
        pytest.param(
            "[一](shen-zhen-bei-zhan/)",
            "'shen-zhen-bei-zhan/' leads nowhere: write /stories/shen-zhen-bei-zhan/",
            id="relative",
        ),
        pytest.param(
            "[一](www.example.com)",
            "'www.example.com' leads nowhere: write https:// before it",
            id="elsewhere without https",
        ),
        pytest.param(
            "[一](javascript:alert)",
            "'javascript:alert' cannot be followed: "
            "write an address that begins with https:// or /",
            id="script",
        ),
        pytest.param("[一](http://[x)", f"the address 'http://[x' is broken: {LOST}", id="broken"),
        pytest.param(
            "[一]({filename}深圳南站.md)",
            "there is no published file 'stories/深圳南站.md': "
            "did you mean {filename}/stories/深圳北站.md?",
            id="no such file",
        ),
        pytest.param(
            "[一]({tag}样本)",
            "'{tag}样本' is not known here: write the address itself, as /stories/hotline-1998/",
            id="another of Pelican's ways",
        ),
        pytest.param(
            "[一](#问与答)",
            "'#问与答' names no heading: did you mean #wen-yu-da?",
            id="Chinese anchor",
        ),
        pytest.param(
            "[一](/stories/shen-zhen-bei-zhan/#nothing)",
            "'/stories/shen-zhen-bei-zhan/#nothing' names no heading: "
            "name a heading of that page in pinyin",
            id="no such heading elsewhere",
        ),
        pytest.param(
            '<a href="/nowhere-at-all/">一</a>',
            f"'/nowhere-at-all/' leads nowhere: {LOST}",
            id="HTML",
        ),
        pytest.param(
            "[一]: /nowhere-at-all/", f"'/nowhere-at-all/' leads nowhere: {LOST}", id="reference"
        ),
        pytest.param(
            "![画面](/pictures/scnee.svg)和![画面](/pictures/scene.svg)",
            "there is no picture 'scnee.svg': did you mean scene.svg?",
            id="picture misspelt",
        ),
        pytest.param(
            "![画面](/pictures/beach.webp '图说')",
            f"there is no picture 'beach.webp': {ABSENT}",
            id="picture not there",
        ),
        pytest.param(
            "![画面]({static}/pictures/beach.webp)",
            f"there is no picture 'beach.webp': {ABSENT}",
            id="picture as Pelican has it",
        ),
        pytest.param(
            "![画面](pictures/beach.webp)",
            f"there is no picture 'beach.webp': {ABSENT}",
            id="relative picture not there",
        ),
        pytest.param(
            "![画面](scene.svg)",
            "'scene.svg' leads nowhere: write /pictures/scene.svg",
            id="picture without its folder",
        ),
        pytest.param(
            "<img alt='画面' src='pictures/scene.svg'>",
            "'pictures/scene.svg' leads nowhere: write /pictures/scene.svg",
            id="relative picture in HTML",
        ),
        pytest.param(
            "![画面](/pictures/Scene.svg)",
            "there is no picture 'Scene.svg': did you mean scene.svg?",
            id="case of a drawing",
        ),
        pytest.param(
            "![画面](/pictures/scene.svg “图说”)",
            "there is no picture '/pictures/scene.svg “图说”': "
            'write straight quotation marks "..." around a caption',
            id="curled quotation marks",
        ),
        pytest.param(
            "[看图](/pictures/sea.jpg)",
            "the photo 'sea.jpg' has no address: show it: ![...](/pictures/sea.jpg)",
            id="link to a photo",
        ),
        pytest.param(
            "![画面]({static}../pictures/sea.jpg)",
            "'sea.jpg' is no file that is published as it is: write /pictures/sea.jpg",
            id="photo as Pelican has files",
        ),
        pytest.param(
            "![画面](/galleries/walk/2.jpg)",
            "there is no picture 'galleries/walk/2.jpg' in a published album: "
            "did you mean /galleries/walk/1.jpg?",
            id="picture of an album misspelt",
        ),
        pytest.param(
            "![画面](/galleries/hidden/1.jpg)",
            "there is no picture 'galleries/hidden/1.jpg' in a published album: "
            "name a folder of content/galleries, no draft",
            id="picture of a draft",
        ),
        pytest.param(
            "[看图](/galleries/walk/1.jpg)",
            "'/galleries/walk/1.jpg' leads nowhere: write /galleries/walk/1/",
            id="link to the file of a picture",
        ),
        pytest.param(
            "![画面]()", "a picture has no address: write one between ( and )", id="no src"
        ),
        pytest.param(
            "![IMG_1234](/pictures/scene.svg)",
            "the words of a picture are 'IMG_1234', as a file is named: "
            "write between [ and ] what is to be seen",
            id="words are a file's name",
        ),
        pytest.param(
            "[[gallery: wolk]]",
            "there is no published album 'wolk': did you mean walk?",
            id="album misspelt",
        ),
        pytest.param(
            "[[图集：hidden]]",
            "there is no published album 'hidden': name a folder of content/galleries, no draft",
            id="album that is a draft",
        ),
        pytest.param(
            "看[[gallery: walk]]",
            f"[[gallery: ...]] is not whole: write {STRIP}, and nothing else in that line",
            id="album within a line",
        ),
        pytest.param(
            "[[gallery: walk]",
            f"[[gallery: ...]] is not whole: write {STRIP}, and nothing else in that line",
            id="bracket missing",
        ),
        pytest.param(
            "[[galery: walk]]",
            f"[[galery: ...]] is not known: did you mean {STRIP}?",
            id="word misspelt",
        ),
        pytest.param(
            "![](/pictures/scene.svg)",
            "a picture has no words: write between [ and ] what is to be seen",
            id="picture without words",
        ),
        pytest.param(
            "<img src='/pictures/scene.svg'>",
            "a picture has no words: write between [ and ] what is to be seen",
            id="picture without words in HTML",
        ),
        pytest.param(
            "[一](/#nosuch)", "'/#nosuch' names no part of that page: take #nosuch away", id="home"
        ),
        pytest.param(
            "[一](/stories/#nosuch)",
            "'/stories/#nosuch' names no part of that page: take #nosuch away",
            id="part of a list",
        ),
        pytest.param(
            "[一](/#action)",
            "'/#action' names no part of that page: did you mean #actions?",
            id="part misspelt",
        ),
        pytest.param(
            "[一](/stories/shen-zhen-bei-zhan/#corrections)",
            "'/stories/shen-zhen-bei-zhan/#corrections' names no heading: "
            "name a heading of that page in pinyin",
            id="corrections that are not there",
        ),
        pytest.param(
            "<a href=/nowhere-at-all/>一</a>",
            f"'/nowhere-at-all/' leads nowhere: {LOST}",
            id="HTML without quotation marks",
        ),
        pytest.param("[一]()", "a link has no address: write one between ( and )", id="empty"),
        *(
            pytest.param(
                text,
                "this is a heading of the first level, as the title is: write ## and smaller ones",
                id=f"title {text}",
            )
            for text in ("# 一级标题", "#一级标题", "> # 一", "<H1>一</H1>")
        ),
        *(
            pytest.param(
                f"<{name}>一</{name}>",
                f"<{name}> cannot stand in a text: take it out",
                id=f"element {name}",
            )
            for name in ("script", "style", "iframe")
        ),
        pytest.param(
            "<p style='color: red'>一</p>",
            "the attribute style cannot stand in a text: take it out",
            id="dress",
        ),
        pytest.param(
            '<b title="a > b"onClick=x()>一</b>',
            "the attribute onclick cannot stand in a text: take it out",
            id="handler",
        ),
        *(
            pytest.param(
                text,
                "a picture comes from elsewhere: put the file into content/pictures",
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
            "this mark is kept for messages: take it out of the text",
            id="mark opened",
        ),
        pytest.param(
            "前<!--/slot wall-->后",
            "this mark is kept for messages: take it out of the text",
            id="mark closed",
        ),
    ],
)
def test_mistakes_in_a_text(stories, text, message):
    """Each mistake in a text is told once, with its line and how to mend it."""
    path = write(stories / "stories" / "one.md", STORY, BODY.format(text))
    assert told(stories) == [f"{path}:{LINE}: {message}"]


@pytest.mark.parametrize("text", ["前文\n[[gallery: walk]]", "[[gallery: walk]]\n后文"])
def test_album_within_a_paragraph(stories, text):
    """An album stands in a paragraph of its own."""
    path = write(stories / "stories" / "one.md", STORY, text)
    line = len(STORY) + 2 + text.startswith("前")
    assert told(stories) == [
        f"{path}:{line}: [[gallery: ...]] stands within a paragraph: "
        "put an empty line before and after it"
    ]


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
    expected = [f"{path}:{line + 1}: '/nowhere/' leads nowhere: {LOST}"]
    if folder == "pages":
        wrong = f"{path}:{line}: '../culture/' leads nowhere: write /themes/culture/"
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
