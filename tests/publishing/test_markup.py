"""Pages are read strictly: what a strict HTML parser refuses is told, and what is right passes."""

from __future__ import annotations

import random
import re
import weakref

import html5lib
import pytest

from publishing import markup
from publishing.engine.memory import no_collection
from publishing.markup import read

PAGE = '<!DOCTYPE html><html lang="zh"><head><title>t</title></head><body>{}</body></html>'
BODIES = (
    '<main><h1 id="a">x</h1><p>a <a href="/x">b</a> <em>c</em></p>'
    "<ul><li>1</li><li><p>2</p></li></ul></main>",
    "<table><caption>c</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
    '<tbody><tr><td>1</td><td><a href="#x">2</a></td></tr></tbody></table><p>z</p>',
    '<article><header><h2>x</h2></header><svg viewBox="0 0 1 1"><path d="M0"/><g><title>t</title>'
    '</g></svg><figure><img src="/a" alt=""><figcaption>c</figcaption></figure></article>',
    '<form action="/x"><p><label for="a">l</label><input id="a"><select><option>1</option>'
    "<option>2</option></select><textarea>t</textarea><button>b</button></p></form>"
    "<dl><dt>a</dt><dd>b</dd></dl>",
    "<div><details><summary>s</summary><blockquote><p>q<br>r</p></blockquote></details>"
    '<ruby>a<rt>b</rt></ruby><p><b>b<i>i</i></b></p><script>var a="x";</script></div>',
    '<ol><li><article><h3><a href="/">x</a></h3><p>a</p></article></li><li><time>1</time></li></ol>'
    "<pre><code>x</code></pre><hr>",
)
MORE = re.findall(
    r"<[^<>]*>?",
    "<div></div><p></p><span></li><li><a href=''></a><td></tr><br><h4><b><svg></svg><button><tr>"
    "<body><",
)
TAG = re.compile(r"<[^>]*>")
QUIRKS = ("Undefined error", "Unexpected start tag (body)", "Unexpected end tag (head)")
"""What html5lib stumbles over by itself, or says of text between head and body."""


def mistaken(chance):
    """Give a right page with one or two tags lost, repeated, changed for another, or put in."""
    text = PAGE.format(chance.choice(BODIES))
    for _ in range(chance.choice([1, 1, 1, 2])):
        one, other = (chance.choice(list(TAG.finditer(text))[3:]) for _ in "12")
        match chance.randrange(3):
            case 0:
                text = text[: one.start()] + text[one.end() :]
            case 1:
                text = text[: other.end()] + one[0] + text[other.end() :]
            case 2:
                text = text[: one.start()] + chance.choice(MORE) + text[one.start() :]
    return text


def refused(text):
    """Give what a strict parser says against *text*; empty when it takes it."""
    try:
        html5lib.HTMLParser(strict=True).parse(text)
    except Exception as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_strict_parser_refuses_is_told(seed):
    """Of right pages with a mistake made at random, none that html5lib refuses passes."""
    chance = random.Random(seed)
    pages = [mistaken(chance) for _ in range(250)]
    wrong = [text for text in pages if (told := refused(text)) and not told.startswith(QUIRKS)]
    assert len(wrong) > 100
    assert [text for text in wrong if not read(text.encode()).problems] == []


@pytest.mark.parametrize(
    "body",
    [
        *BODIES,
        "<p>one<p>two<ul><li>a<li>b</ul><dl><dt>a<dd>b</dl>",
        "<table><tr><td>1<td>2<tr><td>3</table>",
        '<a title="a > b" href="/x">x</a><script>if (a < b && c > d) { e("</p>"); }</script>',
        "<textarea><p></textarea><!-- <p> --><P CLASS=x>x</P>",
        "<svg><foreignObject><div><p>x</p></div></foreignObject><a><a></a></a></svg>",
        "<p><button><div>x</div></button></p>",
    ],
)
def test_right_pages_pass(body):
    """End tags that may be left out, scripts with signs, values with signs: all are right."""
    text = PAGE.format(body)
    assert refused(text) == ""
    assert read(text.encode()).problems == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<div>", "<div> is not closed before </body>: close it there"),
        ("</i>", "</i> closes nothing: take it out, or open it before"),
        ("<b><i>x</b></i>", "<i> is not closed before </b>: close it there"),
        ("<p><div>x</div></p>", "</p> closes nothing: take it out, or open it before"),
        ("<p><em><div>x</div></em></p>", "<div> stands within <p> and <em>: close both before it"),
        ('<a href=""><a href="">', "<a> stands within another <a>: close that before it"),
        ("<table><tr>x<td>y</table>", "text stands between the cells of a table: put it into one"),
        ("<div/>", "<div/> does not close itself in HTML: write <div></div>"),
        ("a < b", "< is no tag: write &lt; for a bare <"),
        ('<i id="x" id="y"></i>', "<i> has id twice: take one out"),
        ('<i id="x"></i><i id="x"></i>', "id 'x' stands 2 times: let each stand once"),
        ('<i id="a b"></i>', "id 'a b' is empty or holds a space: write another one"),
        ("\x00", "it holds a control character: take it out"),
        ("<!--slot wall-->", "slot wall is not closed: close it"),
        ("<!--slot a--><p><!--/slot a--></p>", "<p> is not closed before </slot>: close it there"),
        (
            "<!--slot a--><!--slot b--><!--/slot a--><!--/slot b-->",
            "slot a is closed where it is not open: mend its markers",
        ),
        (
            "<!--slot A-->",
            "<!--slot A-->: this comment is not well made: mend it",
        ),
    ],
)
def test_mistakes_are_told_with_their_mend(body, told):
    """A mistake is named with what to do."""
    assert told in read(PAGE.format(body).encode()).problems


def test_what_a_page_holds_is_found():
    """Ids, links (without query, below the site) and slots, in their order, and the headings."""
    body = (
        '<h1 id="&amp;">x</h1><a href="/a?b=1&amp;c=2#d">x</a><a href="http://s.cn/e/">x</a>'
        '<a href="http://s.cn.x/">x</a><a href="//cdn/x">x</a><a href="mailto:x@y">x</a>'
        '<img src="p.jpg" srcset="q.jpg 1x, r.jpg 2x" alt="">'
        "<!--slot count:a-->1<!--/slot count:a-->"
        '<video poster="/v.jpg"></video><form action="/messages/new"></form><a href="#">x</a>'
    )
    reading = read(PAGE.format(body).encode(), "http://s.cn")
    assert reading.problems == []
    assert reading.ids == ["&"]
    assert reading.links == [
        *["/a#d", "/e/", "p.jpg", "q.jpg", "r.jpg", "/v.jpg", "/messages/new", "#"]
    ]
    assert (reading.slots, reading.headings, reading.is_redirect) == (["count:a"], 1, False)


def test_page_of_another_coding_is_told():
    """A page in GBK is not read as if it were UTF-8."""
    assert read(PAGE.format("你好").encode("gbk")).problems == [
        "byte 66 is no UTF-8: save the text as UTF-8"
    ]


def test_the_same_page_reads_the_same_whatever_was_read_before():
    """What is remembered of other pages changes nothing."""
    pages = [PAGE.format(body).encode() for body in (*BODIES, "<p><div></p>", *BODIES)]
    assert [read(page) for page in pages] == [read(page, "http://s.cn") for page in pages]
    for number in range(9000):
        read(PAGE.format(f'<a href="/{number}">x</a>').encode())
    assert [read(page) for page in pages] == [read(page, "http://s.cn") for page in pages]


def test_what_is_forgotten_is_gone(monkeypatch):
    """Nothing of what is forgotten stays in memory, though a build looks for no garbage."""
    monkeypatch.setattr(markup, "REMEMBERED", 20)
    site = "https://forgetting.example"
    page = "<!doctype html><title>x</title><body><p><a href='/{}/'>x</a></p><ul><li>x</li></ul>"
    with no_collection():
        read(page.format("first").encode(), site)
        places = [weakref.ref(place) for place in markup._known(site).places.values()]
        for number in range(60):
            read(page.format(number).encode(), site)
        assert len(places) > 5
        assert [place() for place in places] == [None] * len(places)
