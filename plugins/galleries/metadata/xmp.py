"""XMP: what photo programs write of a picture, in several languages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from xml.etree import ElementTree

from plugins.galleries.metadata.captions import choose_caption, first, join_credits, read_day
from plugins.galleries.records import Description

MOST_BYTES = 2_000_000
"""A longer packet is not read: people write a thousandth of it."""
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
CAPTIONS = (f"{DC}description", f"{PHOTOSHOP}Headline", f"{DC}title")
DAYS = (f"{PHOTOSHOP}DateCreated", f"{XMP}CreateDate")
Values = list[tuple[str, str]]
"""(language, text) of each alternative; the language is empty where none is given."""


def describe_xmp(xmp: bytes, languages: Sequence[str]) -> Description:
    """Read what XMP says (XMP Specification part 1, ISO 16684-1, clauses 7 and 8; the properties
    also in IPTC Core 1.4). Captions in one of *languages* are taken first. Never raises.
    """
    root = _parsed(xmp)
    properties = {} if root is None else _properties(root)

    def texts(name: str) -> list[str]:
        return _by_language(properties.get(name, []), languages)

    return Description(
        caption=first(choose_caption(texts(name)) for name in CAPTIONS),
        alt=choose_caption(texts(f"{IPTC_CORE}AltTextAccessibility")),
        credit=join_credits(texts(f"{PHOTOSHOP}Credit")) or join_credits(texts(f"{DC}creator")),
        taken=first(read_day(text) for name in DAYS for text in texts(name)),
    )


def _parsed(xmp: bytes) -> ElementTree.Element | None:
    """Parse a packet; one with a document type is refused, for its entities could be endless."""
    content = xmp[: MOST_BYTES + 1].removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
    is_utf_16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    decoded = content.decode("utf-16" if is_utf_16 else "utf-8-sig", "replace")
    text = decoded.strip("\0 \t\r\n")
    if not text or len(xmp) > MOST_BYTES or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    with suppress(ElementTree.ParseError, ValueError):
        return ElementTree.fromstring(text)  # noqa: S314 -- without a document type, see above
    return None


def _properties(root: ElementTree.Element) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for rdf in root.iter(f"{RDF}RDF"):
        for node in rdf.iterfind(f"{RDF}Description"):
            for name, text in node.attrib.items():
                found.setdefault(name, [("", text)])
            for child in node:
                found.setdefault(child.tag, _values(child))
    return found


def _values(node: ElementTree.Element) -> Values:
    items = node.findall(f"*/{RDF}li") or [node]
    return [(item.get(LANGUAGE, ""), "".join(item.itertext())) for item in items]


def _by_language(values: Values, languages: Sequence[str]) -> list[str]:
    """Order alternatives: a wanted language, a kind of one, the default, then as they stand."""
    wanted = [language.lower() for language in languages]

    def rank(value: tuple[str, str]) -> tuple[int, int]:
        language = value[0].lower().replace("_", "-")
        if language in wanted:
            return 0, wanted.index(language)
        for at, each in enumerate(wanted):
            if language.startswith(f"{each}-"):
                return 1, at
        return (2 if language in ("", "x-default") else 3), 0

    return [text for _, text in sorted(values, key=rank)]
