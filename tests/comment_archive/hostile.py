"""Texts that try to break out: what a visitor types, and what readers are to see of it.

:func:`row` takes what is seen where it differs from what was typed, which is only where Markdown's
own marks do their work or where a character is allowed in no document. White space is not compared.
"""

from __future__ import annotations

import pytest

from comment_archive.text import strip_controls


def row(id, text, seen=None):
    """Make one row of the table: what is typed and what is seen."""
    return pytest.param(text, strip_controls(text) if seen is None else seen, id=id)


MARKUP = [
    row("script", "<script>alert(1)</script>"),
    row("script in upper case with a line break", "<SCRIPT\nSRC=//e.org/x.js></SCRIPT>"),
    row("script within script", "<scr<script>ipt>alert(1)</scr</script>ipt>"),
    row("script not closed", "<script>alert(1)//"),
    row("script ends with a space", "</script ><script >alert(1)</script >"),
    row("NUL within a tag's name", "<scr\0ipt>alert(1)</scr\0ipt>"),
    row("slash in place of a space", "<img/src=x/onerror=alert(1)>"),
    row("picture that fails", "<img src=x onerror=alert(1)>"),
    row("handler on an allowed element", "<p onclick=alert(1)>x</p>"),
    row("handler on an allowed link", "<a href='https://e.org' onmouseover='alert(1)'>x</a>"),
    row("style on an allowed element", "<em style='position:fixed;inset:0'>x</em>"),
    row("id on an allowed element", '<strong id="main" class="site-header">x</strong>'),
    row("allowed elements as typed", "<p>a</p><br><blockquote>b</blockquote>"),
    row("link without quotation marks", "<a href=javascript:alert(1)>x</a>"),
    row("link with entities", "<a href='&#106;avascript:alert(1)'>x</a>"),
    row("image map", "<map name=x><area href=javascript:alert(1)></map><img usemap=#x>"),
    row("svg with handler", "<svg onload=alert(1)>"),
    row("svg with script", "<svg><script>alert&lpar;1&rpar;</script></svg>"),
    row("svg animation", "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>"),
    row("svg use of data", '<svg><use href="data:image/svg+xml;base64,PHN2Zy8+#x"/></svg>'),
    row("math with link", '<math><mtext href="javascript:alert(1)">x</mtext></math>'),
    row("style element", "<style>@import 'https://e.org/x.css';</style>"),
    row("template", "<template><img src=x onerror=alert(1)></template>"),
    row("noscript", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">'),
    row("iframe", '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>'),
    row("object", '<object data="data:text/html,<script>alert(1)</script>"></object>'),
    row("embed", "<embed src=//e.org/x.swf allowscriptaccess=always>"),
    row("meta refresh", '<meta http-equiv="refresh" content="0;url=//e.org">'),
    row("base", "<base href=//e.org/>"),
    row("link element", "<link rel=stylesheet href=//e.org/x.css>"),
    row("form with button", "<form action=//e.org><input name=p><button formaction=//f.org>"),
    row("details that open themselves", "<details open ontoggle=alert(1)>x</details>"),
    row("video with source", "<video><source onerror=alert(1)></video>"),
    row("marquee", "<marquee onstart=alert(1)>x</marquee>"),
    row("dialog and popover", "<dialog open>x</dialog><button popovertarget=y>z</button>"),
    row("custom element", "<x-frame is=a-b onclick=alert(1)>x</x-frame>"),
    row("body and html", "</body></html><body onload=alert(1)>"),
    row("closing what is around it", "</p></div></article></ol></main>x"),
    row("text area and title", "</textarea></title></style></script>x"),
    row("frameset", "<frameset onload=alert(1)><frame src=//e.org></frameset>"),
    row("plaintext", "<plaintext>x"),
]

DECLARATIONS = [
    row("comment", "<!-- x -->"),
    row("comment not closed", "a <!-- b"),
    row("comment closed oddly", "<!--> <img src=x onerror=alert(1)> --!> x"),
    row("conditional comment", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"),
    row("CDATA", "<![CDATA[<script>alert(1)</script>]]>"),
    row("marked section begins", "<!["),
    row("marked section that crashed Python-Markdown", "<![x"),
    row("document type", "<!DOCTYPE html [<!ENTITY x 'y'>]>"),
    row("processing instruction", "<?php system('x') ?><?xml version='1.0'?>"),
    row("bogus end tag", "</ onclick=alert(1)>"),
    row("tag not closed", "x <a href='https://e.org"),
    row("attribute not closed", '<img title="x>y<b'),
    row("lone angle brackets", "a < b > c << d >> e"),
]

MUTATIONS = [
    row(
        "math, table, style",
        "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    ),
    row(
        "form in math",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ),
    row("svg, p, style", "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>"),
    row("noscript in svg", "<svg><noscript><p id='</noscript><img src=x onerror=alert(1)>'>"),
    row("xmp", "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>"),
    row("noembed and noframes", "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>"),
    row("select eats tags", "<select><template><img src=x onerror=alert(1)></template></select>"),
    row("table pushes out", "<table><tr><img src=x onerror=alert(1)><a href=javascript:alert(1)>x"),
    row("backquoted attribute", "<img alt=``onerror=alert(1) src=x>"),
    row("annotation-xml", "<math><annotation-xml encoding='text/html'><script>1</script>"),
    row("comment in svg title", "<svg><title><!--</title><img src=x onerror=alert(1)>-->"),
    row("nested links", "<a href=https://a.org><table><a href=https://b.org>x"),
]

DESTINATIONS = [
    row("javascript", "[x](javascript:alert(1))"),
    row("javascript in mixed case", "[x](JaVaScRiPt:alert(1))"),
    row("javascript with a tab", "[x](java\tscript:alert(1))"),
    row("javascript with a line break", "[x](java\nscript:alert(1))"),
    row("javascript after a control", "[x](\x01javascript:alert(1))"),
    row("javascript with NUL", "[x](java\0script:alert(1))"),
    row("javascript with a decimal entity", "[x](&#106;avascript:alert(1))"),
    row("javascript with a hexadecimal entity", "[x](&#x6A;avascript&colon;alert(1))"),
    row("javascript with entities without semicolon", "[x](&#0000106&#0000097vascript:alert(1))"),
    row("javascript with a named tab", "[x](java&Tab;script&NewLine;:alert(1))"),
    row("javascript percent-encoded", "[x](javascript%3Aalert(1))"),
    row("javascript with a web address in it", "[x](javascript://https://e.org/%0Aalert(1))"),
    row("vbscript", "[x](vbscript:msgbox(1))"),
    row("data", "[x](data:text/html;base64,PHNjcmlwdD4=)"),
    row("file", "[x](file:///etc/passwd)"),
    row("blob, ftp, mail", "[x](blob:https://e.org/1) [y](ftp://e.org) [z](mailto:a@e.org)"),
    row("view-source", "[x](view-source:https://e.org)"),
    row("our own site", "[x](/desk/login) [y](?q) [z](#main)"),
    row("other site without a scheme", "[x](//e.org/a)"),
    row("backslashes for slashes", "[x](https:\\\\e.org)", "[x](https:\\e.org)"),
    row("one slash, three slashes", "[x](https:/e.org) [y](https:///e.org)"),
    row("scheme with an entity", "[x](https&#58;//e.org)"),
    row("no host", "[x](http://) [y](https:)"),
    row("broken address of version 6", "[x](http://[::1)"),
    row("space before the destination in brackets", "[x](< javascript:alert(1)>)"),
    row("autolink of a script", "<javascript:alert(1)>"),
    row("autolink of data", "<data:text/html,x>"),
    row("autolink of ftp", "<ftp://e.org/a>"),
    row("autolink of a mail address", "<a@e.org>"),
]

MARKDOWN = [
    row(
        "HTML in a link's text",
        "[<img src=x onerror=alert(1)>](https://e.org)",
        "<img src=x onerror=alert(1)>",
    ),
    row("HTML in a destination", '[x](https://e.org/"onclick="alert(1)<b>)', "x)"),
    row("quotation mark in brackets", '[x](<https://e.org/" onclick="alert(1)>)', "x"),
    row("link within HTML", "<b>[x](https://e.org)</b>", "<b>x</b>"),
    row(
        "link in an attribute",
        '<img alt="[x](https://e.org)" onerror=1>',
        '<img alt="x" onerror=1>',
    ),
    row("link within a link", "[a [b](https://b.org) c](https://a.org)", "a [b](https://b.org) c"),
    row("autolink within a link", "[a <https://b.org> c](https://a.org)", "a https://b.org c"),
    row("autolink with a tag", "<https://e.org/?q=<script>alert(1)</script>>"),
    row(
        "autolink with a handler",
        '<https://e.org/"onclick="alert(1)>',
        'https://e.org/"onclick="alert(1)',
    ),
    row("link's title", '[x](https://e.org "y")'),
    row("link's title with a tag", "[x](https://e.org '<script>alert(1)</script>')"),
    row("much text as a link's title", '[x](https://e.org "好' + "长" * 300 + '")'),
    row("link's title that never ends", '[a]("' * 60),
    row("image", "![x](https://e.org/spy.gif)"),
    row("image with a script", "![x](javascript:alert(1))"),
    row(
        "image within a link",
        "[![x](https://e.org/1.gif)](https://e.org)",
        "![x](https://e.org/1.gif)",
    ),
    row("reference", "[x][y]\n\n[y]: javascript:alert(1)"),
    row("reference definition alone", "[hidden]: https://e.org 'words that would not be seen'"),
    row("abbreviation and footnote", "*[x]: y\n\nz[^1]\n\n[^1]: w"),
    row("headings", "# a\n\nb\n===\n\n###### c"),
    row("lists", "- a\n- b\n\n1. c\n1. d\n\n+ e"),
    row("code", "`<b>` ``x`` \n\n    <script>alert(1)</script>\n\n```\ny\n```"),
    row("rule", "a\n\n---\n\n***\n\n___"),
    row("table", "a|b\n-|-\n1|2"),
    row("HTML in emphasis", "**<u onclick=1>**x*</u>*", "<u onclick=1>x</u>"),
    row("emphasis that crosses", "**a *b** c*", "a b c"),
    row("emphasis not closed", "*a **b _c __d"),
    row("emphasis across lines", "*a\n<b*", "a\n<b"),
    row(
        "markdown attribute", "<div markdown=1>\n\n*x*\n\n</div>", "<div markdown=1>\n\nx\n\n</div>"
    ),
    row("attribute list", "x {: onclick=alert(1) }"),
    row("escaped marks", r"\*x\* \<b\> \[y](z) \\", "*x* \\<b> [y](z) \\"),
    row(
        "quotation with HTML",
        "> <script>alert(1)</script>\n> </blockquote>",
        "<script>alert(1)</script>\n</blockquote>",
    ),
    row("quotation in a quotation", "> > > a\n> b", "a\nb"),
]

CHARACTERS = [
    row("entities for tags", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    row("numeric entities", "&#60;script&#62; &#x3c;b&#x3e; &#0060;i"),
    row("entities not closed", "&lt &copy &#60 &ampx &notin"),
    row("entity for NUL and a surrogate", "&#0; &#xD800; &#x80; &#1114112;"),
    row("entity twice", "&amp;lt;script&amp;gt;"),
    row("NUL", "a\0b"),
    row("C0 controls", "a\x01\x02\x03\x07\x08\x0b\x0c\x1b\x1fb"),
    row("C1 controls", "a\x7f\x80\x85\x9fb"),
    row("lone surrogates", "a\ud800b\udfffc"),
    row("no characters", "a\ufdd0\ufffe\uffff\U0001fffe\U0010ffffb"),
    row("byte order mark", "\ufeffx\ufeff"),
    row("direction overrides", "\u202egro.e//:sptth\u202c \u2066x\u2069 \u200f"),
    row("zero-width", "s\u200bc\u200dr\u2060ipt"),
    row("line separators", "a\u2028b\u2029c"),
    row("full-width tag", "＜script＞alert（1）＜/script＞"),
    row("heap of accents", "Z" + "\u0301\u0335" * 100),
    row("carriage returns", "a\r\nb\rc"),
    row("tabs", "\ta\tb"),
    row("UTF-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    row("emoji joined", "👩‍👩‍👧 🇨🇳"),
]

MARKERS = [
    row("our marker", "<!--slot thread:x-->"),
    row("our marker closed", "a<!--/slot thread:first-->b"),
    row("our marker in a link", "[<!--slot wall-->](https://e.org)", "<!--slot wall-->"),
    row("shell's placeholders", "@@title@@ @@number@@ @@thread@@"),
    row("stash of raw HTML", "\x02wzxhzdk:0\x03"),
    row("stash of inline marks", "*a* \x02klzzwxh:0000\x03", "a klzzwxh:0000"),
    row("stash of an ampersand", "\x02amp\x03 &"),
    row("stash of an escaped mark", "\x0260\x03script\x0262\x03"),
    row("stash without its marks", "wzxhzdk:0 klzzwxh:0000 q0w1e2"),
    row("template language", "{{ 7+7 }} {% include 'x' %} ${7+7} #{7+7}"),
    row("format marks", "%s %(x)s {0} {x.__class}"),
    row("end of a JSON text", '"}]}</script><script>alert(1)</script>'),
    row("end of a CDATA section", "]]>]]&gt;<x/>"),
    row("plain text's own seams", "</p> <p> <br/>"),
]

LENGTHS = [
    row("nothing", ""),
    row("only white space", " \t\n\n "),
    row("many opening tags", "<b>" * 1000),
    row("many quotation marks", '"' * 2000),
    row("many opening brackets", "[" * 500),
    row("many stars", "*" * 3000),
    row("many half links", "[a](" * 150),
    row("deep emphasis", "*" * 101 + "x" + "*" * 101, "x"),
    row("many ampersands", "&" * 2000),
    row("many backslashes", "\\" * 1000, "\\" * 500),
    row("one long word", "好" * 10_000),
    row("many lines", "a\n" * 1000),
]

HOSTILE = [
    *MARKUP,
    *DECLARATIONS,
    *MUTATIONS,
    *DESTINATIONS,
    *MARKDOWN,
    *CHARACTERS,
    *MARKERS,
    *LENGTHS,
]
