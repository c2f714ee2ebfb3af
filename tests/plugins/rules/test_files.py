"""Each rule of whole files finds what is wrong, and nothing in what is right."""

from __future__ import annotations

import pytest

from plugins.editing.check import check_content
from plugins.editing.rules import FILES
from tests.living_site import ROOT
from tests.plugins.galleries.bad_pictures import jpeg
from tests.plugins.writing import STORY, THEME, write

ALBUM = {"title": "街角", "date": "2015-12-05", "summary": "一句话。"}
OLD = "/stories/old/"
GONE = STORY | {"status": "withdrawn", "withdrawn": "2015-12-30 消息来源有误"}


def head(**changes):
    """Give what writes a story with other lines in its head."""
    return lambda content: write(content / "stories" / "one.md", STORY | changes)


def body(text):
    """Give what writes a story with that text."""
    return lambda content: write(content / "stories" / "one.md", STORY, text)


def lines(*changes):
    """Give what writes a story, in which each old text becomes a new one."""

    def make(content):
        path = write(content / "stories" / "one.md", STORY)
        text = path.read_text("utf-8")
        for old, new in changes:
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")

    return make


def file(name, content=b"x"):
    """Give what puts a file into the content folder."""

    def make(folder):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    return make


def album(text="![画面](1.jpg)", pictures=("1.jpg",), **changes):
    """Give what writes an album."""

    def make(content):
        path = write(content / "galleries" / "walk" / "index.md", ALBUM | changes, text)
        for name in pictures:
            (path.parent / name).write_bytes(b"x")

    return make


def campaign(old, new):
    """Give what changes the campaign's file."""

    def make(content):
        path = content / "campaign.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return make


def both(*makes):
    """Give what does several things."""
    return lambda content: [make(content) for make in makes]


def other(name="two", folder="stories", **changes):
    """Give what writes another text."""
    return lambda content: write(content / folder / f"{name}.md", changes)


STORY_BYTES = "".join(f"{key}: {value}\n" for key, value in STORY.items()) + "\n正文。\n"
NAME = 'name = "样本专题"'
LINK = "[那篇](/stories/{}/)"
PAGE = {"title": "说", "summary": "说。", "slug": "say"}
FIGURE = '[[figures]]\nid = "{}"\nvalue = "3"\nlabel = "人"\n\n[share]'
NAMED = FIGURE.format("马甲")
EVENT = '[[timeline]]\nyear = "{}"\ntext = "又一件。"\n\n[[colophon]]'
ROWS = {
    "encoding": (
        file("stories/one.md", STORY_BYTES.encode("gb18030")),
        file("stories/one.md", STORY_BYTES.encode("utf-8-sig").replace(b"\n", b"\r\n")),
    ),
    "empty-file": (file("stories/one.md", b"\r\n \n"), head()),
    "file-missing": (file("galleries/walk/1.jpg"), album()),
    "stray-file": (file("stories/first-day.md.txt"), file("stories/Thumbs.db")),
    "no-head": (file("stories/one.md", "正文。\n".encode()), head()),
    "head-form": (lines(("comments: open", "comments: open\n第一行")), head()),
    "full-width-colon": (lines(("theme: ", "theme：")), head(title="一：二")),
    "unknown-key": (head(sumary="x"), head(credit="编辑部")),
    "key-missing": (head(summary=None), head(tags=None)),
    "key-twice": (head(title=["一", "二"]), head(correction=["2015-12-06 一", "2015-12-06 二"])),
    "lone-key": (head(source_url="https://a.example/"), head(source="某报")),
    "control-character": (body("一\x07二"), body("一\t二")),
    "bad-date": (head(date="2015-02-29"), head(date="2016-02-29 08:30")),
    "date-order": (head(comments_until="2015-12-04"), head(comments_until="2015-12-05")),
    "not-public-yet": (
        both(body(LINK.format("two")), other(**STORY, publish_at="2999-01-01 08:00")),
        both(body(LINK.format("two")), other(**STORY, publish_at="2015-12-05 08:00")),
    ),
    "bad-correction": (head(correction="改了一处"), head(correction="2015-12-20 改了一处")),
    "bad-value": (head(comments="no"), head(comments="closed")),
    "bad-address": (head(thread="A B"), head(thread="hotline-1998")),
    "bad-url": (
        head(source="某报", source_url="www.example.com"),
        head(source="某报", source_url="https://www.example.com/"),
    ),
    "unknown-theme": (head(theme="Culture"), head(theme="culture")),
    "tag-separator": (head(tags="甲，乙"), head(tags="甲, 乙")),
    "tag-spelling": (
        both(head(tags="U站"), other(**STORY | {"tags": "u站"})),
        both(head(tags="U站"), other(**STORY | {"tags": "U站"})),
    ),
    "tag-address": (head(tags="？"), head(tags="公益")),
    "duplicate-slug": (
        both(head(), other("sub/one", **STORY)),
        both(head(), other("sub/two", **STORY)),
    ),
    "lost-address": (head(), head(formerly="old")),
    "duplicate-former": (head(formerly="one"), head(formerly="old")),
    "duplicate-thread": (
        both(head(thread="a"), other(**STORY, thread="a")),
        both(head(thread="a"), other(**STORY, thread="b")),
    ),
    "duplicate-order": (
        other(folder="themes", **THEME | {"order": "1"}),
        other(folder="themes", **THEME),
    ),
    "empty-text": (body(""), body("正文。")),
    "broken-link": (body(LINK.format("nowhere")), body("[关于](/about/)")),
    "broken-anchor": (body("[上](#nowhere)"), body("## 一段\n\n[上](#yi-duan)")),
    "withdrawn-status": (head(withdrawn="2015-12-30 有误"), other(**GONE)),
    "withdrawn-link": (
        both(body(LINK.format("two")), other(**GONE)),
        both(body("没有链接。"), other(**GONE)),
    ),
    "heading-one": (body("# 一"), body("## 一")),
    "active-html": (body("<script>x</script>"), body("`<script>`")),
    "slot-mark": (body("<!--slot wall-->"), body("<!-- 记号 -->")),
    "picture-missing": (body("![画](/pictures/no.svg)"), body("![画](/pictures/scene.svg)")),
    "picture-name": (
        both(file("pictures/海.svg"), head(picture="海.svg")),
        both(file("pictures/海 边.jpg"), head(picture="海 边.jpg")),
    ),
    "picture-kind": (album(pictures=("1.jpg", "2.svg")), album(pictures=("1.jpg", "2.png"))),
    "picture-elsewhere": (body("![画](https://a.example/x.png)"), body("<https://a.example/>")),
    "picture-twice": (album("![画](1.jpg)\n\n![画](1.jpg)"), album()),
    "picture-large": (
        file("pictures/a.jpg", bytes(20_000_001)),
        file("pictures/a.jpg", bytes(20_000_000)),
    ),
    "picture-small": (
        file("pictures/a.jpg", jpeg((639, 400))),
        file("pictures/a.jpg", jpeg((400, 640))),
    ),
    "alt-missing": (body("![](/pictures/scene.svg)"), body("![画](/pictures/scene.svg)")),
    "alt-file-name": (body("![IMG_1234](/pictures/scene.svg)"), body("![画](/pictures/scene.svg)")),
    "album-form": (
        both(album(), body("看[[gallery: walk]]")),
        both(album(), body("[[图集：walk]]")),
    ),
    "album-empty": (album("", ()), album("", (), status="draft")),
    "unknown-album": (body("[[gallery: wolk]]"), both(album(), body("[[gallery: walk]]"))),
    "toml-syntax": (campaign(NAME, "name = “样本”"), campaign(NAME, 'name = "新专题"')),
    "wrong-type": (campaign(NAME, "name = 2015"), campaign(NAME, 'name = "2015"')),
    "empty-value": (campaign(NAME, 'name = " "'), campaign(NAME, 'name = "新"')),
    "figure-value": (campaign('value = "3"', 'value = "三"'), campaign('"3"', '"9,464"')),
    "data-date": (
        campaign('"截至2015年底"', '"2015-12-31"'),
        campaign('"截至2015年底"', '"截至2015年12月31日"'),
    ),
    "figure-id": (campaign("[share]", FIGURE.format("马 甲")), campaign("[share]", NAMED)),
    "figure-form": (body("[[数据：马甲]]"), body("数字是3。")),
    "figure-unknown": (
        both(campaign("[share]", NAMED), body("[[数字：红帽]]人")),
        both(campaign("[share]", NAMED), body("[[数字：马甲]]人")),
    ),
    "figure-unused": (
        campaign("[share]", NAMED),
        both(campaign("[share]", NAMED), body("[[数字：马甲]]人")),
    ),
    "timeline-order": (
        campaign("[[colophon]]", EVENT.format(2014)),
        campaign("[[colophon]]", EVENT.format(2016)),
    ),
    "data-source": (
        campaign('source = "样本资料"\n', ""),
        campaign('source = "样本资料"', 'source = "某局"'),
    ),
    "duplicate-lead": (
        both(head(), campaign("[campaign]", 'lead_stories = ["one", "one"]\n[campaign]')),
        both(head(), campaign("[campaign]", 'lead_stories = ["one"]\n[campaign]')),
    ),
    "duplicate-id": (campaign('id = "one"', 'id = "stats"'), campaign('id = "one"', 'id = "x"')),
    "unknown-story": (
        campaign("[campaign]", 'lead_stories = ["one"]\n[campaign]'),
        both(head(), campaign("[campaign]", 'lead_stories = ["one"]\n[campaign]')),
    ),
    "unknown-target": (campaign('"weibo"', '"wiebo"'), campaign('"weibo"', '"qq"')),
    "unknown-language": (
        campaign("[campaign]", '[campaign]\nlanguage = "fr"'),
        campaign("[campaign]", '[campaign]\nlanguage = "en"'),
    ),
    "word-form": (
        campaign("[share]", '[words]\n"home.actoins" = "路"\n[share]'),
        campaign("[share]", '[words]\n"home.actions" = "路"\n[share]'),
    ),
}
ELSEWHERE = {
    "file-name": "tests/plugins/test_albums_checked.py",
    "unreadable": "tests/plugins/test_odd_files.py",
    "picture-damaged": "tests/site/test_bad_pictures_of_a_site.py",
}
"""Rules whose wrong files need more than a line here."""


def found(content):
    """Give the rules that are broken, with how grave each is."""
    problems = check_content(
        content, catalogues=ROOT / "theme" / "words", style=True, published={OLD: "旧文"}
    )
    return {problem.rule: problem.severity for problem in problems}


@pytest.mark.parametrize(
    "rule", [rule for rule in FILES if rule.name in ROWS], ids=lambda x: x.name
)
def test_what_is_wrong(content, rule):
    """Each rule speaks up for its own case, as grave as the table says."""
    ROWS[rule.name][0](content)
    assert found(content).get(rule.name) == rule.severity


@pytest.mark.parametrize("name", ROWS)
def test_what_is_right(content, name):
    """Each rule is silent where all is as it should be."""
    ROWS[name][1](content)
    assert name not in found(content)


def test_every_rule_has_rows():
    """No rule is without lines that are wrong and lines that are right."""
    assert ROWS.keys() | ELSEWHERE.keys() == {rule.name for rule in FILES}
    for name, place in ELSEWHERE.items():
        assert name in (ROOT / place).read_text("utf-8")
