"""Text without what a page may not hold, and the text within our own HTML; needs no parser."""

from __future__ import annotations

import re
from html import unescape

_BEYOND = "".join(f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17))
_KEPT = f"\t\n\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_BEYOND}"
_ORDINARY = re.compile(f"[{_KEPT}]*")
_LINE_ENDS = re.compile(r"<br\s*/?>\n?|</p>\s*<p>")
_OUR_TAGS = re.compile(r'</?(?:p|br|em|strong|blockquote|a(?: [a-z]+="[^"]*")*)>')
_OTHER_REFERENCES = re.compile(r"&(?!(?:amp|lt|gt|quot|#39);)")


def strip_controls(text: str) -> str:
    """Drop the characters that HTML or XML 1.0 does not allow
    (https://www.w3.org/TR/xml/#charsets).
    """
    if _ORDINARY.fullmatch(text):  # as almost every text is; three times as quick to find out
        return text
    return re.sub(f"[^{_KEPT}]", "", text)  # compiled when it is needed: that takes 3 ms


def plain_text(html: str) -> str:
    """Give the text of our own *html* without tags, for feeds' titles and structured data.

    What the sanitiser writes is plain enough to be read without a parser; anything else gets one.
    """
    broken = _LINE_ENDS.sub("\n", html)
    text = _OUR_TAGS.sub("", broken)
    if "<" in text or "\r" in text or _OTHER_REFERENCES.search(text):
        return _parsed(broken)
    return unescape(text).strip()


def _parsed(html: str) -> str:
    """Give the text of any *html*; loading the parser takes longer than all else here."""
    from bleach import html5lib_shim

    fragment = html5lib_shim.HTMLParser(namespaceHTMLElements=False).parseFragment(html)
    return "".join(fragment.itertext()).strip()
