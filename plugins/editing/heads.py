"""The head of a story or page: its lines ``key: value``, and what each key may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from comment_archive.directory import BOARD
from comment_archive.files import THREAD_ID

LINE = re.compile(r"(?P<key>[A-Za-z_-]+)(?P<colon>[:：])\s*(?P<value>.*)")
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M")
MARKER = re.compile("<!--/?slot ")
PICTURE = re.compile(r"!\[[^\]]*\]\((?:\{static\})?/?pictures/([^)\s]+)")
RESERVED = frozenset(
    {"assets", "desk", "health", "messages", "pictures", "stories", "themes", BOARD}
)
"""First parts of addresses that pages cannot have, because something else stands there."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake of an editor, told so that he can mend it."""

    path: Path
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        """Write it as ``file:line: what: how to mend``."""
        return f"{self.path}:{self.line}: {self.what}: {self.mend}"


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown file, its head taken apart."""

    path: Path
    values: dict[str, str]
    lines: dict[str, int]
    """The line on which each key stands."""
    body: str
    body_line: int
    """The line on which it begins; 0 for a file that cannot be read."""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, what: str, mend: str) -> Problem:
        """Make a problem at the line of *key*."""
        return Problem(self.path, self.lines.get(key, 1), what, mend)


@dataclass(frozen=True, slots=True)
class Site:
    """What a head may refer to."""

    themes: frozenset[str]
    pictures: frozenset[str]


Check = Callable[[Source, Site, str], Iterator[Problem]]


def read_source(path: Path) -> Source:
    """Take *path* apart; what cannot be understood becomes a problem of the source."""
    source = Source(path, {}, {}, "", 0)
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        source.problems.append(
            Problem(path, 1, f"the file is not UTF-8 (byte {error.start})", "save it as UTF-8")
        )
        return source
    number = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            break
        _read_line(source, number, line)
    return Source(
        path, source.values, source.lines, "\n".join(lines[number:]), number + 1, source.problems
    )


def _read_line(source: Source, number: int, line: str) -> None:
    found = LINE.fullmatch(line.lstrip("\ufeff"))
    if found is None:
        mend = "write key: value, and an empty line between the head and the text"
        source.problems.append(
            Problem(source.path, number, "this line of the head has no key", mend)
        )
        return
    key = found["key"].lower()
    if found["colon"] == "：":
        mend = f"write {key}: with a plain colon and a space"
        source.problems.append(
            Problem(source.path, number, f"a full-width colon follows {key}", mend)
        )
    if key in source.values:
        mend = f"keep one of the lines {source.lines[key]} and {number}"
        source.problems.append(Problem(source.path, number, f"{key} stands twice", mend))
    source.values[key], source.lines[key] = found["value"].strip(), number


def _anything(source: Source, site: Site, key: str) -> Iterator[Problem]:
    yield from ()


def _date(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.values[key]
    for form in DATES:
        try:
            datetime.strptime(value, form)  # noqa: DTZ007 -- only the form is looked at
        except ValueError:
            continue
        return
    yield source.problem(
        key, f"{key} is {value!r}", "write a day that exists, as 2015-12-05 or 2015-12-05 08:30"
    )


def _one_of(*allowed: str) -> Check:
    def check(source: Source, site: Site, key: str) -> Iterator[Problem]:
        if source.values[key] not in allowed:
            yield source.problem(
                key, f"{key} is {source.values[key]!r}", f"write {' or '.join(allowed)}"
            )

    return check


def _theme(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if source.values[key] not in site.themes:
        known = ", ".join(sorted(site.themes))
        yield source.problem(
            key, f"there is no theme {source.values[key]!r}", f"write one of {known}"
        )


def _picture(source: Source, site: Site, key: str) -> Iterator[Problem]:
    name = source.values[key]
    if name not in site.pictures:
        near = get_close_matches(name, site.pictures, n=1)
        mend = (
            f"did you mean {near[0]}?"
            if near
            else "put the file into content/pictures, or mend the name"
        )
        yield source.problem(key, f"there is no picture {name!r}", mend)


def _thread(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.values[key]
    if not THREAD_ID.fullmatch(value) or value == BOARD:
        yield source.problem(
            key,
            f"{key} is {value!r}",
            f"use small letters, digits and hyphens, up to 80; {BOARD} is taken",
        )


def _address(source: Source, site: Site, key: str) -> Iterator[Problem]:
    value = source.values[key]
    if not THREAD_ID.fullmatch(value) or value in RESERVED:
        taken = ", ".join(sorted(RESERVED))
        mend = f"use small letters, digits and hyphens, up to 80; taken are {taken}"
        yield source.problem(key, f"{key} is {value!r}", mend)


def _tags(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if set("，、；;") & set(source.values[key]):
        mend = "put plain commas between them, as 红马甲, U站"
        yield source.problem(key, f"{key} are not separated", mend)


def _whole_number(source: Source, site: Site, key: str) -> Iterator[Problem]:
    if not re.fullmatch("[0-9]{1,4}", source.values[key]):
        yield source.problem(
            key, f"{key} is {source.values[key]!r}", "write a whole number, such as 1"
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a head, and what checks its value."""

    check: Check = _anything
    is_needed: bool = False


STORY_KEYS: dict[str, Key] = {
    "title": Key(is_needed=True),
    "date": Key(_date, is_needed=True),
    "theme": Key(_theme, is_needed=True),
    "summary": Key(is_needed=True),
    "tags": Key(_tags),
    "picture": Key(_picture),
    "picture_alt": Key(),
    "picture_caption": Key(),
    "comments": Key(_one_of("open", "closed")),
    "thread": Key(_thread),
    "status": Key(_one_of("draft", "published")),
}
PAGE_KEYS: dict[str, Key] = {
    "title": Key(is_needed=True),
    "summary": Key(is_needed=True),
    "slug": Key(_address, is_needed=True),
}
THEME_KEYS: dict[str, Key] = PAGE_KEYS | {
    "order": Key(_whole_number, is_needed=True),
    "kicker": Key(is_needed=True),
}
"""What the heads of stories, pages and theme pages may and must hold."""


def check_content(folder: Path) -> list[Problem]:
    """Check every story, theme page and page below the content *folder*."""
    themes = [read_source(path) for path in _files(folder / "themes")]
    pictures = frozenset(path.name for path in (folder / "pictures").glob("*"))
    site = Site(frozenset(theme.values.get("slug", theme.path.stem) for theme in themes), pictures)
    stories = [read_source(path) for path in _files(folder / "stories")]
    pages = [read_source(path) for path in _files(folder / "pages")]
    problems: list[Problem] = []
    for sources, keys in ((stories, STORY_KEYS), (themes, THEME_KEYS), (pages, PAGE_KEYS)):
        for source in sources:
            problems += _check(source, keys, site)
    return sorted([*problems, *_check_names(stories), *_check_endings(folder)])


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("**/*.md"))


def _check(source: Source, keys: dict[str, Key], site: Site) -> Iterator[Problem]:
    yield from source.problems
    if not source.body_line:
        return
    for key in source.values.keys() - keys.keys():
        near = get_close_matches(key, keys, n=1)
        mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
        yield source.problem(key, f"{key} is not known", mend)
    for key, rule in keys.items():
        if source.values.get(key):
            yield from rule.check(source, site, key)
        elif rule.is_needed:
            yield source.problem(key, f"{key} is missing", f"add a line {key}: ...")
    if source.values.get("picture") and not source.values.get("picture_alt"):
        yield source.problem(
            "picture", "picture_alt is missing", "add a line that says what is to be seen"
        )
    yield from _check_body(source, site)


def _check_body(source: Source, site: Site) -> Iterator[Problem]:
    for number, line in enumerate(source.body.splitlines(), source.body_line):
        if MARKER.search(line):
            yield Problem(
                source.path, number, "this mark is kept for messages", "take it out of the text"
            )
        for name in sorted(set(PICTURE.findall(line)) - site.pictures):
            mend = "put the file into content/pictures, or mend the name"
            yield Problem(source.path, number, f"there is no picture {name!r}", mend)


def _check_endings(folder: Path) -> Iterator[Problem]:
    """Find files that stand among the texts but would not be read, as first-day.md.txt."""
    for part in ("stories", "themes", "pages"):
        for path in sorted((folder / part).glob("**/*")):
            is_hidden = path.name.startswith(".") or path.name == "Thumbs.db"
            if path.is_file() and path.suffix != ".md" and not is_hidden:
                mend = "let the name end in .md, in small letters, or put the file elsewhere"
                yield Problem(path, 1, f"{path.name} is no text of the site", mend)


def _check_names(stories: list[Source]) -> Iterator[Problem]:
    """Check that every story has an address and a thread of its own."""
    threads: dict[str, Path] = {}
    slugs: dict[str, Path] = {}
    for story in stories:
        slug = story.path.stem
        thread = story.values.get("thread") or slug
        if not THREAD_ID.fullmatch(slug) or slug == BOARD:
            mend = f"use a-z, 0-9 and hyphens, up to 80, as hotline-1998.md; {BOARD}.md is taken"
            yield Problem(story.path, 1, f"{story.path.name} cannot be an address", mend)
        elif slug in slugs:
            yield Problem(
                story.path,
                1,
                f"{slugs[slug]} has the same name",
                "give one of them another file name",
            )
        elif thread in threads:
            yield story.problem(
                "thread", f"{threads[thread]} has the thread {thread} already", "choose another one"
            )
        slugs.setdefault(slug, story.path)
        threads.setdefault(thread, story.path)
