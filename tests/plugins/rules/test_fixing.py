"""``--fix`` on texts of any kind: it changes what it says, and nothing that is not an editor's
words.
"""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown

from plugins.editing.fixing import fixed, marks_in, problems_in
from plugins.editing.parts import parts_of
from plugins.editing.rules import PROSE
from plugins.galleries.blocks import AlbumStrips
from plugins.typography.blocks import ChineseMarkdown

HAN = st.text("深圳志愿者之城义工站你好世界来了", min_size=1, max_size=6)
SIGNS = st.sampled_from(
    [*",.;:!?()\"'", *"，。、；：？！（）《》“”‘’「」…—", "...", "--", "。。", "，，", "！！！！"]
)
BLANKS = st.sampled_from([" ", "  ", "　", "\u00a0"])
LATIN = st.sampled_from(
    ["U", "Word", "2015", "08:30", "9,464", "11.2%", "a.md", "１２", "Ｕ", "www.x.cn", ":)", "3:2"]
)
KEPT = [
    "`你好,世界`",
    "``你 好`,世界``",
    '[你好,世界](/a,b/ "题,目")',
    '![图,中](/p/a.svg "说 ，明")',
    "[[gallery: u,站]]",
    "[[数字: 红,马甲 2]]",
    "【【数字: 红,马甲 2】】",
    '<span title="你,好">世,界</span>',
    "<https://x.cn/你,好>",
    "https://x.cn/a,b",
    "“他说,你好”",
    "《你,好 世界》",
    "{圳,|zhèn}",
    "[你,好][站]",
]
MARKS = st.sampled_from(
    ["*", "**", "_", "`", "[", "]", "](", "<", ">", "|", "\\", "{", "}", "#", "&"]
)
LINES = st.sampled_from(
    [
        *("\n", "\n\n", "\n- ", "\n1. ", "\n> ", "\n## ", "\n### ", "\n\n    ", "\n　　", "  \n"),
        *("\n```\n", "\n| ", "\n| --- | --- |\n", "\n---\n", "\n\n<div>\n", "\n</div>\n\n"),
        '\n[站]: /a "你,好"\n',
    ]
)
TEXT = st.lists(
    st.one_of(HAN, HAN, HAN, SIGNS, SIGNS, BLANKS, LATIN, st.sampled_from(KEPT), MARKS, LINES),
    max_size=24,
).map("".join)
PLAIN = st.lists(
    st.one_of(HAN, HAN, SIGNS, SIGNS, BLANKS, LATIN, st.sampled_from(KEPT), st.just("\n\n")),
    max_size=24,
).map("".join)
"""Prose as people write it: its marks are whole."""


class Taken(HTMLParser):
    """What a page has beside punctuation: its tags with their attributes, and its letters."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html.replace("<![", "<!-["))  # which the parser refuses
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note a tag; words in attributes are words, their addresses stay as they are."""
        told = [(key, letters(value) if key in {"alt", "title"} else value) for key, value in attrs]
        self.tags.append((tag, told))

    def handle_endtag(self, tag):
        """Note the end of an element."""
        self.tags.append((tag, None))

    def handle_data(self, data):
        """Note words."""
        self.words.append(data)


def letters(text):
    """Give the letters and digits of a text, in their plain forms."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text or "")))


def shown(body):
    """Render a body as the site does; gives its tags and its letters."""
    extensions = ["fenced_code", "tables", ChineseMarkdown(), AlbumStrips()]
    taken = Taken(Markdown(extensions=extensions, output_format="html5").convert(body))
    return taken.tags, letters("".join(taken.words))


@settings(max_examples=400)
@given(TEXT)
@example("\n| --- | --- |\n--")
@example("\\<https://x.cn/你,好>")
def test_what_is_mended_reads_the_same(body):
    """Rendered with the site's Markdown, nothing but punctuation, spaces and widths differs: tags,
    addresses, anchors, letters and digits stay.
    """
    mended = fixed(f"slug: x\n\n{body}", PROSE).removeprefix("slug: x\n\n")
    assert shown(mended) == shown(body)


@settings(max_examples=400)
@given(st.one_of(TEXT, PLAIN))
def test_mending_twice_is_mending_once(body):
    """After ``--fix`` nothing is left that it could mend."""
    once = fixed(f"title: {body}\n\n{body}", PROSE)
    assert fixed(once, PROSE) == once
    left = [mark for part in parts_of(once) for _, mark in marks_in(part.prose, PROSE)]
    assert [mark for mark in left if mark.replacement is not None] == []


@settings(max_examples=300)
@given(
    st.lists(st.one_of(HAN, SIGNS.filter(lambda sign: sign not in "\"'"), BLANKS), max_size=8),
    st.sampled_from(KEPT),
    st.data(),
)
def test_what_is_kept_stays_byte_for_byte(around, kept, data):
    """Code, links, pictures, HTML, addresses, titles and quotations are never touched."""
    place = data.draw(st.integers(0, len(around)))
    body = "".join([*around[:place], kept, *around[place:]])
    assert kept in fixed(f"slug: x\n\n{body}", PROSE)


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=8), TEXT)
def test_letters_of_files_stay(title, body):
    """Of a whole file no letter or digit changes but for its width, and no line comes or goes."""
    text = f"title: {title}\nsummary: {title}{body}"
    mended = fixed(text, PROSE)
    assert letters(mended) == letters(text)
    assert mended.count("\n") == text.count("\n")


HEAD = st.sampled_from(
    ["date", "theme", "tags", "picture", "status", "source_url", "thread", "credit"]
)


@settings(max_examples=100)
@given(HEAD, PLAIN.filter(lambda text: "\n" not in text), PLAIN)
def test_values_for_the_machine_stay(key, value, body):
    """Lines of the head that are no sentences for readers stay as they are."""
    line = f"{key}: {value}"
    assert fixed(f"{line}\ntitle: 你好,世界\n\n{body}", PROSE).startswith(
        f"{line}\ntitle: 你好，世界\n"
    )


@settings(max_examples=200)
@given(st.one_of(TEXT, st.text(max_size=60)))
def test_marks_lie_within_their_text(body):
    """No text makes a rule fail; what it finds is there, on one place, and can be told apart."""
    for part in parts_of(body):
        prose = part.prose
        assert body[part.start :].startswith(prose.text)
        assert len(prose.shown) == len(prose.open) == len(prose.text)
        for _, mark in marks_in(prose, PROSE):
            assert 0 <= mark.start < mark.end <= max(len(prose.text), 1)
            assert mark.replacement is None or mark.replacement != prose.text[mark.start : mark.end]


def test_places_are_told():
    """Each mistake is told with the line and the column at which it begins, and its rule."""
    text = "title: 你好,世界\ndate: 2015-12-05\n\n到了。\n\n## 好\n\n他说：，走 吧...\n"
    told = [(one.line, one.column, one.rule) for one in problems_in(Path("a.md"), text, PROSE)]
    assert sorted(told) == [
        (1, 10, "half-width"),
        (8, 3, "repeated"),
        (8, 6, "space-han"),
        (8, 8, "ellipsis"),
    ]


def test_line_ends_stay():
    """A file with the line ends of Windows keeps them."""
    text = "title: 你好,世界\r\ndate: 2015-12-05\r\n\r\n你好,世界\r\n\r\n- 到了.\r\n"
    assert fixed(text, PROSE) == text.replace("你好,", "你好，").replace("了.", "了。")


def test_a_correction_keeps_its_day():
    """The day of a correction is for the machine, what was mended for readers."""
    text = "correction: 2015-12-20 把 116 万改为117万,已改\n\n"
    assert fixed(text, PROSE) == "correction: 2015-12-20 把116万改为117万，已改\n\n"
