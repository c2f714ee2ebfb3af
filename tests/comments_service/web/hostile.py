"""Hostile inputs: several hundred kinds of values that a form field may be sent, as raw bytes of a
body, so that also what no text can hold is among them.
"""

from __future__ import annotations

from urllib.parse import quote, quote_from_bytes

CONTROLS = [chr(code) for code in (*range(32), 127, *range(128, 160))]
SPACES = "\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2063\u3164\ufeff"
)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NO_CHARACTERS = [chr(code) for code in (0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF)]
BROKEN = [
    b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3", b"\xc3\x28", b"\xe2\x82", b"\xe2\x28\xa1",
    b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf0\x28\x8c\xbc",
    b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80",
    b"\xfe", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xc4\xe3\xba\xc3", b"\xa4\xa4\xa4\xe5",
    b"\xef\xbf", b"a\xffb",
]  # fmt: skip
NUMBERS = [
    "-1", "-0", "+1", "0", "00001", "1.0", "1e3", "1e308", "0x10", "0b1", "1_000", "1,000", " 1",
    "1 ", "１", "²", "①", "一", "٣", "௧", "NaN", "inf", "-inf", "true", "null", "undefined",
    str(2**31), str(2**32), str(2**53 + 1), str(2**63 - 1), str(2**63), str(2**64), "9" * 40,
    "9" * 5000, "1;2", "1 2", "1\n2", "[1]", "{}", '{"a":1}', "1:1", "1::1", ":", "::", "None",
]  # fmt: skip
SQL = [
    "' OR '1'='1", "'; DROP TABLE comment;--", '" OR ""="', "1 UNION SELECT 1", "\\'", "%' --",
    "') OR 1=1 --", "admin'--", "'||(SELECT 1)||'", "$$;SELECT 1;$$", "%", "_", "\\", "*", "NEAR(",
    '"a" AND', "comment_search:x", "x OR", "NOT", "^a", "a*", "(", ")",
]  # fmt: skip
HTML = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "</textarea><script>1</script>", '"><b>', "'><b>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml?>",
    "<!slot wall>", "<!--slot wall-->x<!--/slot wall-->", "@@title@@", "{{ 7*7 }}", "{% raw %}",
    "${7*7}", "#{7*7}", "%s%s%s%n", "%(x)s", "{0}", "{x}", "javascript:alert(1)",
    "[a](javascript:alert(1))", "![a](http://a)", "<http://a", "&#0;", "&#xD800;", "&lt;",
    "<math><mi//xlink:href='x'>", "<style>@import'x'", "<a href='//a'>", "<base href=//a>",
]  # fmt: skip
PATHS = [
    "../../etc/passwd", "..\\..\\x", "/etc/passwd", "file:///etc/passwd", "C:\\x", "//a.org/x",
    "http://169.254.169.254/", "a/b", ".", "..", "~", "board/../board", "BOARD", "board\x00",
]  # fmt: skip
HEADERS = [
    "a\r\nSet-Cookie: x=1",
    "a\nX: y",
    "a%0d%0aX: y",
    "a\r\n\r\n<b>",
    "a@b.org\nBcc: c@d.org",
]
EXPANDING = [
    "\ufdfa" * 30, "\u0130" * 50, "ß" * 100, "ﬃ" * 100, "\u1f82" * 100, "㌔" * 100, "㋿" * 100,
    "e" + "\u0301" * 1000, "a\u0489" * 200, "ก" + "็" * 500, "👨‍👩‍👧‍👦" * 100, "🇨🇳" * 200,
    "🏽" * 300,
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 40, "\u1100" * 500, "क्" * 300, "𝕳" * 300, "Ａ" * 600, "𠀀" * 600,
]  # fmt: skip
BOMBS = [
    "a" * 999, "a" * 5000, "好" * 501, "好" * 20_000, "a" * 200_000, "\n" * 5000, " " * 5000,
    ">" * 5000, "> " * 2000 + "a", "*" * 5000, "_" * 5000, "**a" * 1500, "[" * 5000, "](" * 2000,
    "[a](" * 1500, "`" * 5000, "<" * 5000, "&" * 5000, "\\" * 5000, "http://" * 1000,
    "http://a.org " * 400, "<http://a>" * 500, "1. " * 1500, "- " * 2500, "#" * 5000,
    "\n>\n" * 1500, "*a _b " * 1000, "(" * 5000, "13800138000" * 400, "一三八" * 1500,
    "赌.博" * 1500,
]  # fmt: skip


def texts() -> list[tuple[str, str]]:
    """Give name and value of each kind that can be written as text."""
    groups = {
        "control": [f"a{char}b" for char in CONTROLS],
        "control alone": CONTROLS,
        "space": [f"a{char}b" for char in SPACES],
        "space alone": list(SPACES),
        "unseen": [f"赌{char}博" for char in UNSEEN],
        "unseen alone": list(UNSEEN),
        "bidi": [f"a{char}b" for char in BIDI],
        "no character": [f"a{char}b" for char in NO_CHARACTERS],
        "number": NUMBERS,
        "sql": SQL,
        "html": HTML,
        "path": PATHS,
        "header": HEADERS,
        "expanding": EXPANDING,
        "bomb": BOMBS,
        "empty": ["", " ", "\r\n", "\t"],
    }
    return [
        (f"{name} {n}", value) for name, values in groups.items() for n, value in enumerate(values)
    ]


def kinds() -> list[tuple[str, bytes | None]]:
    """Give name and percent-encoded value of each kind; None is a field that is missing."""
    written: list[tuple[str, bytes | None]] = [
        (name, quote(value, safe="").encode()) for name, value in texts()
    ]
    broken = [(f"broken {n}", quote_from_bytes(raw).encode()) for n, raw in enumerate(BROKEN)]
    odd = [
        ("bare percent", b"%"),
        ("half percent", b"%e"),
        ("no hex", b"%zz"),
        ("raw bytes", b"\xff\xfe"),
    ]
    return [*written, *broken, *odd, ("missing", None)]


def body(fields: dict[str, str], name: str, value: bytes | None) -> bytes:
    """Write the form *fields* in which *name* has a hostile *value*."""
    parts = [
        f"{key}={quote(text, safe='')}".encode() for key, text in fields.items() if key != name
    ]
    if value is not None:
        parts.append(quote(name).encode() + b"=" + value)
    return b"&".join(parts)


def doubled(fields: dict[str, str], name: str) -> bytes:
    """Write the form *fields* with *name* in it three times, once as a list's."""
    extra = [f"{name}=x", f"{name}[]=x", f"{name}={'y' * 100}"]
    return "&".join([*(f"{key}={quote(text)}" for key, text in fields.items()), *extra]).encode()
