"""What ``ChineseMarkdown`` does to a text, done to the parts of a line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from plugins.typography.headings import LEVELS, RAW_ID, Heading
from plugins.typography.pinyin import unique_ids
from plugins.typography.prose import HIDDEN, TO_SET
from plugins.typography.punctuation import Edit, apply, prose_edits
from publishing.engine.dialect import Chinese
from publishing.engine.inline import TAG, TEXT, Part, Unsure, attribute, cleaned, escape

SIZES = {level: tag for tag, level in LEVELS.items()}


def set_parts(parts: list[Part]) -> list[Part]:
    """Set the punctuation of a line, each part judged by what stands around it; raises Unsure."""
    for kind, text, _ in parts:
        if kind == TEXT and TO_SET.search(text):
            return _set(parts)
    return parts


def _set(parts: list[Part]) -> list[Part]:
    shown = [_shown(part) for part in parts]
    edits = prose_edits("".join(shown))
    start, done = 0, []
    for part, text in zip(parts, shown, strict=True):
        end = start + len(text)
        own = [
            Edit(edit.start - start, edit.end - start, edit.text)
            for edit in edits
            if start <= edit.start and edit.end <= end
        ]
        done.append((TEXT, apply(part[1], own), "") if part[0] == TEXT else part)
        start = end
    return done


def _shown(part: Part) -> str:
    if part[0] != TEXT:
        return "" if part[0] == TAG else HIDDEN
    if "&" in part[1]:
        raise Unsure
    return part[1]


def words_of(parts: Iterable[Part]) -> str:
    """Give the plain words of a heading."""
    told = "".join(part[1] if part[0] == TEXT else part[2] for part in parts)
    return " ".join(html.unescape(told).split())


def headings_of(
    titles: Iterable[tuple[int, str]], chinese: Chinese, raw: Iterable[str]
) -> tuple[Heading, ...]:
    """Give the headings of *titles*, each with level and words, their ids such as nothing of the
    *raw* HTML has.
    """
    wanted = [*titles]
    if not wanted:
        return ()
    taken = {*chinese.taken, *(found for piece in raw for found in RAW_ID.findall(piece))}
    ids = unique_ids((words for _, words in wanted), taken)
    return tuple(Heading(id_, *title) for id_, title in zip(ids, wanted, strict=True))


def picture(
    chinese: Chinese, match: re.Match[str], end: str, raw: list[str], *, alone: bool = False
) -> str:
    """Give the HTML of the picture of a *match*; *alone* in its paragraph it is a figure.

    What is shown of it is added to the *raw* HTML of the text.
    """
    address, words, title = match["address"], match["words"], match["title"]
    found = chinese.show(address, words)
    if found:
        raw.append(found.html)
        shown = f'<span class="photo__frame">{found.html}</span>'
    else:
        shown = _image(address, words, None if alone else title, end, alone=alone)
    if not alone:
        return shown
    caption = cleaned(title or "") or (found.caption if found else "")
    return f'<figure class="figure">{shown}{_caption(caption)}</figure>'


def _caption(words: str) -> str:
    if not words:
        return ""
    parts = set_parts([(TEXT, words, "")])
    return f'<figcaption class="figure__caption">{escape(parts[0][1])}</figcaption>\n'


def _image(address: str, words: str, title: str | None, end: str, *, alone: bool) -> str:
    """Write a picture as it is, its attributes in the order of the serializer."""
    told = "" if title is None else f' title="{attribute(cleaned(title))}"'
    kind = ' class="figure__image"' if alone else ""
    return (
        f'<img alt="{attribute(words)}"{kind} decoding="async" loading="lazy" '
        f'src="{attribute(address)}"{told}{end}'
    )
