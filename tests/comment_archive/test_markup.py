"""Whatever a visitor types becomes harmless HTML that still shows what was typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chaos.work_bombs import texts
from comment_archive.markup import (
    ALLOWED,
    LINK_RELATIONS,
    MOST_WORK,
    MarkupError,
    _as_typed,
    _converters,
    reckoned,
    render,
)
from comment_archive.text import _LINE_ENDS, _parsed, plain_text, strip_controls
from tests.comment_archive.hostile import DECLARATIONS, HOSTILE, MARKUP, MUTATIONS

XHTML = "{http://www.w3.org/1999/xhtml}"
REL = f'rel="{LINK_RELATIONS}"'
NASTY = [
    *"<>[]()*_\\`!&;:/#'\"=-+~|^{}% \n\t\r\0\x02\x03\x1f\x85\u2028\u202e\ufeff\ufffe\ud800xX1好",
    *("<b>", "</p>", "<!--", "-->", "<![", "]]>", "<?", "javascript:", "https://e.org", "http://"),
    *("](", "](<", "&lt;", "&#x3c;", "\n\n", "> ", "    ", "**", "__", "<svg>", "<style>"),
    *("wzxhzdk:0", "klzzwxh:0000", "<!--slot wall-->", "onclick=", "<https://", '"t")', "\\<"),
]
nasty_texts = st.lists(st.sampled_from(NASTY), max_size=40).map("".join)


def tree_of(html):
    """Parse *html* as a browser does, refusing what is not strictly HTML5."""
    return html5lib.HTMLParser(strict=True).parseFragment(html)


def words_of(text):
    """Give *text* without its white space, which HTML does not keep."""
    return "".join(text.split())


def seen_in(html):
    """Give the text of *html* as parsed, without white space."""
    return words_of("".join(tree_of(html).itertext()))


def faults(tree):
    """Name everything in *tree* that the allow-list does not allow."""
    found = []
    for element in tree.iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        name = str(element.tag).removeprefix(XHTML)
        if not str(element.tag).startswith(XHTML) or name not in ALLOWED:
            found.append(f"element {element.tag}")
            continue
        found += [f"{name} {key}" for key in element.attrib.keys() - ALLOWED[name]]
        if name == "a":
            found += _faults_of_link(element)
    return found


def _faults_of_link(link):
    href, rel = link.get("href"), link.get("rel")
    if href is None:
        return ["relation without a link"] if rel is not None else []
    parts = urlsplit(href)
    found = [] if rel == LINK_RELATIONS else [f"relation {rel!r}"]
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        found.append(f"link to {href!r}")
    return found


def test_the_check_itself_sees_faults():
    """The check of these tests tells forbidden elements, attributes, links and comments."""
    html = (
        '<p id="x"><i>a</i><a href="/x" rel="me">b</a><a href="javascript:1">c</a><!--d-->'
        "<svg></svg></p>"
    )
    found = faults(tree_of(html))
    assert {fault.split()[0] for fault in found} == {"p", "element", "relation", "link"}
    assert len(found) == 8


@pytest.mark.parametrize(("text", "seen"), HOSTILE)
def test_hostile_text(text, seen):
    """A hostile text becomes a tree within the allow-list that shows what was typed."""
    html = render(text)
    assert faults(tree_of(html)) == []
    assert "<!--" not in html
    assert seen_in(html) == words_of(seen)


@pytest.mark.parametrize(("text", "seen"), HOSTILE)
def test_plain_text_of_hostile_text(text, seen):
    """The plain text of a message is what readers see of it, with nothing read as a tag."""
    html = render(text)
    assert words_of(plain_text(html)) == words_of(seen)
    assert plain_text(html) == _parsed(_LINE_ENDS.sub("\n", html))


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        pytest.param("<p>&copy;&nbsp;x</p>", "©\xa0x", id="named references"),
        pytest.param("<p>1&#60;2</p>", "1<2", id="numbers"),
        pytest.param('<p><a href="/x>y">z</a><i>!</i></p>', "z!", id="other tags"),
        pytest.param("<p>a\r\nb</p>", "a\nb", id="line ends"),
    ],
)
def test_plain_text_of_other_html(html, plain):
    """HTML that another policy let through is read by a parser."""
    assert plain_text(html) == plain


def test_the_allow_list_is_short():
    """Only six elements are allowed, and attributes on links alone; a longer list is a decision."""
    assert {name: set(attributes) for name, attributes in ALLOWED.items()} == {
        "p": set(),
        "br": set(),
        "em": set(),
        "strong": set(),
        "blockquote": set(),
        "a": {"href", "rel"},
    }
    assert set(LINK_RELATIONS.split()) == {"nofollow", "ugc", "noopener"}


def test_the_table_is_large():
    """The table holds at least 70 inputs, no two of them the same."""
    texts = [param.values[0] for param in HOSTILE]
    assert len(set(texts)) == len(texts) >= 70


@pytest.mark.parametrize(("text", "seen"), [*MARKUP, *DECLARATIONS, *MUTATIONS])
def test_second_lock(text, seen):
    """HTML that came past Markdown untouched would be held by the cleaner behind it."""
    _, cleaner = _converters()
    html = cleaner.clean(text)
    tree = html5lib.parseFragment(html)
    assert [fault for fault in faults(tree) if not fault.startswith("link to")] == []
    links = [element.get("href", "") for element in tree.iter()]
    assert {urlsplit(link).scheme for link in links} <= {"", "http", "https"}
    assert "<!--" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("你好，志愿者。", "<p>你好，志愿者。</p>", id="a sentence"),
        pytest.param("一\n二", "<p>一<br>\n二</p>", id="line break"),
        pytest.param("一\r\n二", "<p>一<br>\n二</p>", id="line break of Windows"),
        pytest.param("一\n\n二\n\n\n三", "<p>一</p>\n<p>二</p>\n<p>三</p>", id="paragraphs"),
        pytest.param("　　段首空两格", "<p>段首空两格</p>", id="indented paragraph"),
        pytest.param("    四个空格", "<p>四个空格</p>", id="four spaces are no code"),
        pytest.param(
            "这是*重点*，这是**要点**。",
            "<p>这是<em>重点</em>，这是<strong>要点</strong>。</p>",
            id="emphasis",
        ),
        pytest.param("*_*", "<p><em>_</em></p>", id="mark within emphasis"),
        pytest.param(
            "> 送人玫瑰\n> 手有余香\n\n说得好",
            "<blockquote>\n<p>送人玫瑰<br>\n手有余香</p>\n</blockquote>\n<p>说得好</p>",
            id="quotation",
        ),
        pytest.param(
            "见[官网](https://example.org/a?b=1&c=2)。",
            f'<p>见<a href="https://example.org/a?b=1&amp;c=2" {REL}>官网</a>。</p>',
            id="link",
        ),
        pytest.param(
            "<http://example.org/>",
            f'<p><a href="http://example.org/" {REL}>http://example.org/</a></p>',
            id="address in angle brackets",
        ),
        pytest.param(
            "https://example.org/", "<p>https://example.org/</p>", id="bare address is no link"
        ),
        pytest.param("第1名 #深圳#", "<p>第1名 #深圳#</p>", id="hashes"),
        pytest.param("1998. 一条热线", "<p>1998. 一条热线</p>", id="year is no list"),
        pytest.param("1. 甲\n3. 乙", "<p>1. 甲<br>\n3. 乙</p>", id="numbers stay as typed"),
        pytest.param("3 < 5 & 7 > 2", "<p>3 &lt; 5 &amp; 7 &gt; 2</p>", id="signs of arithmetic"),
        pytest.param("😀👍", "<p>😀👍</p>", id="emoji"),
        pytest.param("a_b_c 和 2*3*4", "<p>a_b_c 和 2<em>3</em>4</p>", id="marks within words"),
    ],
)
def test_ordinary_text(text, html):
    """Ordinary text becomes paragraphs, line breaks, emphasis, quotations and links."""
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("一\n二", "一\n二", id="line break"),
        pytest.param("一\n\n二", "一\n二", id="paragraphs"),
        pytest.param("**一** [二](https://e.org)", "一 二", id="marks"),
        pytest.param("<b>&amp;</b>", "<b>&amp;</b>", id="typed tags"),
        pytest.param("> 一\n\n二", "一\n\n二", id="quotation"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_plain_text(text, plain):
    """The plain text has a line of its own for each line and no tags."""
    assert plain_text(render(text)) == plain


def test_text_between_others_comes_out_the_same():
    """What was rendered before leaves no trace: each text gives the same HTML in any order."""
    texts = [param.values[0] for param in HOSTILE]
    assert [render(text) for text in texts] == [render(text) for text in reversed(texts)][::-1]


def test_eight_threads_agree():
    """Eight threads at once give the same HTML as one alone."""
    texts = [param.values[0] for param in HOSTILE if len(param.values[0]) < 400]
    together = Barrier(8)

    def render_all(_):
        together.wait(timeout=60)
        return [render(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(render_all, range(8)))
    assert results == [[render(text) for text in texts]] * 8


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(">" * 400 + "x", id="quotations"),
        pytest.param("> " * 150 + "x", id="quotations with spaces"),
        pytest.param("*" * 301 + "x" + "*" * 301, id="emphasis"),
    ],
)
def test_deep_nesting_does_not_depend_on_the_caller(text):
    """Deep nesting gives the same HTML however deep the stack of calls is already."""

    def render_below(calls):
        return render_below(calls - 1) if calls else render(text)

    html = render(text)
    assert html == render_below(200) == render_below(400)
    assert html.count("<blockquote>") <= 50


@given(nasty_texts)
@example("[a](http://[)")
@example("*\x00*")
@example(">" * 60)
def test_any_text(text):
    """Any text at all gives a tree within the allow-list, the same each time, or a MarkupError."""
    try:
        html = render(text)
    except MarkupError:
        return
    assert faults(tree_of(html)) == []
    assert "<!--" not in html
    assert render(text) == html
    assert seen_in(html) == words_of(plain_text(html))
    assert plain_text(html) == _parsed(_LINE_ENDS.sub("\n", html))


@given(st.text(alphabet=st.characters(exclude_characters="*_\\<>[]&")))
def test_text_without_marks_is_kept(text):
    """A text without Markdown's marks is shown with every character that a document may hold."""
    assert seen_in(render(text)) == words_of(strip_controls(text))


PLAIN = [
    *" \t\n\r好a1。'\"&#;:`~-+=!()]{}|^%$,.\u3000\u00a0\u2028\ufeff",
    *("  \n", "\n\n", "    ", "\r\n", "&amp;", "1. ", "# ", "---\n", "a|b\n", "https://e.org"),
]
"""What has no meaning in our Markdown."""


@given(st.lists(st.sampled_from(PLAIN), max_size=40).map("".join))
def test_short_way_gives_the_same(text):
    """A text without marks comes out the same when it is too long to go through the converters."""
    markdown, cleaner = _converters()
    kept = strip_controls(text)
    converted = cleaner.clean(markdown.reset().convert(kept.replace("&", "&amp;")))
    assert _as_typed(kept) == converted


@given(st.text(alphabet="*_[](<>&\\\n:/ a", max_size=500))
@example("*" * 500)
@example("[" * 498 + "](")
@example("> a\n\nb\n\n" * 62)
def test_short_texts_are_always_converted(text):
    """Whatever fits into an ordinary message is never too much work."""
    assert reckoned(text) <= MOST_WORK


def test_texts_that_would_take_long():
    """Texts of thousands of marks are shown as they were typed, and are as safe as any other."""
    long = [text for text in texts() if reckoned(text) > MOST_WORK]
    assert len(long) > 50
    for text in long:
        html = render(text)
        assert faults(tree_of(html)) == []
        assert seen_in(html) == words_of(strip_controls(text))
        assert "<em>" not in html


@given(st.text(alphabet=st.characters()))
def test_strip_controls_leaves_what_documents_may_hold(text):
    """What is left after stripping is a strict HTML5 text and can be encoded."""
    kept = strip_controls(text)
    assert strip_controls(kept) == kept
    assert kept.encode().decode() == kept
    tree_of("<p>" + kept.replace("&", "&amp;").replace("<", "&lt;") + "</p>")


def test_strip_controls_keeps_ordinary_characters():
    """Stripping keeps Chinese, emoji, tabs, line breaks and characters beyond the first plane."""
    text = "汉字𠀀😀\t\r\n\u2028\u00a0é"
    assert strip_controls(text) == text


def test_what_is_not_text_is_a_markup_error():
    """A failure inside the converters comes out as a MarkupError that names its kind."""
    with pytest.raises(MarkupError, match=r"could not be turned into HTML \(TypeError\)"):
        render(None)
