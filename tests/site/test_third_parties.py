"""A reader's browser asks nobody but the site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

LOADED = (
    re.compile(r'<(?:img|script|source|iframe|video|audio|embed)\b[^>]*?\bsrc="([^"]+)"'),
    re.compile(r'<link\b[^>]*?\brel="(?:stylesheet|icon|preload|modulepreload|manifest)"[^>]*?href="([^"]+)"'),
    re.compile(r'<(?:form)\b[^>]*?\baction="([^"]+)"'),
    re.compile(r"url\(\s*[\"']?([^\"')]+)"),
    re.compile(r"@import\s+[\"']([^\"']+)"),
    re.compile(r"(?:import\(|from |fetch\(|import )[\"']([^\"']+)[\"']"),
)  # fmt: skip
SRCSET = re.compile(r'\bsrcset="([^"]+)"')
KINDS = (".html", ".css", ".js", ".svg")


def addresses(text):
    """Give every address that a browser asks for by itself, or that a form sends to."""
    found = [match for pattern in LOADED for match in pattern.findall(text)]
    for candidates in SRCSET.findall(text):
        found += [candidate.split()[0] for candidate in candidates.split(",")]
    return found


def test_no_page_asks_another_host(sqlite_site):
    """Pages, styles, scripts and drawings load from the site alone, and forms stay there."""
    sqlite_site.post_approved(
        text="https://elsewhere.example/x.png ![x](https://else.example/y.png)"
    )
    sqlite_site.publish()
    own = urlsplit("http://127.0.0.1:8000").netloc
    files = {
        name: data.decode() for name, data in sqlite_site.tree().items() if name.endswith(KINDS)
    }
    looked = {name: addresses(text) for name, text in files.items()}
    others = {
        (name, address)
        for name, found in looked.items()
        for address in found
        if urlsplit(address).netloc not in {"", own}
    }
    assert others == set()
    assert sum(map(len, looked.values())) > 50


@pytest.mark.parametrize(
    "text",
    [
        '<img alt="" src="https://else.example/a.png">',
        '<img srcset="/a.avif 1x, https://else.example/a.avif 2x">',
        '<link rel="stylesheet" href="//else.example/a.css">',
        "body { background: url(https://else.example/a.png) }",
        'import "https://else.example/a.js"',
        'await fetch("https://else.example/")',
    ],
)
def test_another_host_would_be_seen(text):
    """The look at the pages finds what it looks for."""
    assert any(urlsplit(address).netloc == "else.example" for address in addresses(text))
