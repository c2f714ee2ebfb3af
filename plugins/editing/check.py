"""Everything editors wrote is checked in one go: heads, bodies, names, the campaign's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from plugins.campaign.records import CampaignFile
from plugins.campaign.states import State
from plugins.editing.albums import check_album, check_places, check_sizes
from plugins.editing.bodies import check_body, check_link, leads_to_withdrawn
from plugins.editing.content import KEYS, Content, Text
from plugins.editing.folders import GALLERIES
from plugins.editing.heads import check_head
from plugins.editing.kept import Found, KeptStories, found_in
from plugins.editing.named import check_unused, named_in
from plugins.editing.names import (
    check_albums,
    check_stories,
    check_tags,
    check_values_once,
)
from plugins.editing.pictures import is_photo
from plugins.editing.references import check_published, check_references, check_words
from plugins.editing.rules.house import HouseWords, read_house_words
from plugins.editing.site import (
    Site,
)
from plugins.editing.sources import Source
from plugins.editing.style import check_data_style, check_style
from plugins.editing.widths import check_widths
from plugins.problems import Problem, Severity, read_text


@dataclass(frozen=True, slots=True)
class Style:
    """What is told of how texts are written and of how good pictures are, which stops nothing."""

    words: HouseWords
    of_words: tuple[Problem, ...]
    """What is wrong with the house list."""
    today: date

    @classmethod
    def of(cls, folder: Path, today: date) -> Style:
        """Make it for the content *folder*."""
        words, problems = read_house_words(folder)
        return cls(words, tuple(problems), today)

    def of_text(self, source: Source, part: str) -> Iterator[Problem]:
        """Look through the file of *source*, which stands in the folder *part*."""
        return check_style(source, read_text(source.path), part, self.today, self.words)

    def of_data(self, file: CampaignFile) -> Iterator[Problem]:
        """Look through the sentences in the campaign's data, unless they cannot be read."""
        if file.campaign:
            yield from check_data_style(file.path, read_text(file.path), self.words)

    def of_albums(self, content: Content) -> Iterator[Problem]:
        """Look through the albums, at all photos, and at the house list."""
        for album in content.albums:
            if album.source.body_line:
                yield from self.of_text(album.source, GALLERIES)
            yield from check_widths(album.folder / name for name in album.pictures)
        photos = filter(is_photo, content.pictures())
        yield from check_widths(content.folder / "pictures" / name for name in photos)
        yield from self.of_words


def check_content(
    folder: Path,
    campaign: str = "campaign.toml",
    catalogues: Path | None = None,
    kept: KeptStories | None = None,
    now: datetime | None = None,
    *,
    style: bool = False,
    published: Mapping[str, str] | None = None,
    is_preview: bool = False,
) -> list[Problem]:
    """Check every story, theme page, page and album below the content *folder*, and the *campaign*
    file; gives what is wrong, by file and line.

    Words that the campaign replaces must stand in the theme's *catalogues*, if those are given.
    Stories that are *kept* as they are now are not read again. *now* is aware and in the zone of
    the site, else the present in UTC; it says which stories are public. With *style*, also what no
    build tells is told. *published* are the stories that readers see, titles by addresses: those
    that no file gives any more are told. In a preview, which shows stories that are not public,
    what leads to one of them stops only a public site.
    """
    kept, now = kept or KeptStories(), now or datetime.now(UTC)
    content = Content.read(folder, campaign, kept, now)
    look = Style.of(folder, now.date()) if style else None
    words = check_words(content.campaign, catalogues) if catalogues else ()
    kept.withheld = content.withheld()
    kept.files = len(content.texts) + len(content.albums)
    found = [*_problems(content, kept, look)]
    found = [*_lightened(found, content, kept), *words] if is_preview else [*found, *words]
    found += check_published(content, published or {})
    return sorted(found, key=lambda problem: problem.order)


def _lightened(found: list[Problem], content: Content, kept: KeptStories) -> Iterator[Problem]:
    """Let what was *found* stop a preview only if it is wrong where drafts are shown, too."""
    is_stopped = any(problem.severity is Severity.BUILD for problem in found)
    again = KeptStories(before=kept.before)
    stopping = [*_problems(content, again, None, has_drafts=True)] if is_stopped else []
    for problem in found:
        least = problem.severity if problem in stopping else Severity.PUBLISHING
        yield replace(problem, severity=min(problem.severity, least))


def _problems(
    content: Content, kept: KeptStories, style: Style | None, *, has_drafts: bool = False
) -> Iterator[Problem]:
    with_drafts, named = content.site(has_drafts=True), set[str]()
    site = with_drafts if has_drafts else content.site()
    for text in content.texts:
        own = with_drafts if text.state is State.DRAFT else site
        named.update(text.known.figures if text.known else named_in(text.source, site.figures))
        if text.known and _leads_somewhere(text, text.known, own):
            kept.keep(text.file, text.known)
            yield from text.known.problems(text.source.path)
        else:
            yield from _check_text(text, own, kept, style)
    if style:
        yield from style.of_albums(content)
        yield from style.of_data(content.campaign)
    readable = [source for source in content.sources("stories") if source.body_line]
    yield from check_stories(content.sources("stories"))
    yield from check_tags(readable, content.own_tags())
    for part in ("themes", "pages"):
        yield from check_values_once(content.sources(part), "slug")
    yield from check_values_once(content.sources("themes"), "order")
    for album in content.albums:
        named.update(named_in(album.source, site.figures))
        problems = [*check_album(album, site if album.is_published else with_drafts)]
        yield from problems if album.is_published else _eased(problems)
    yield from check_albums([album for album in content.albums if album.is_there])
    yield from check_places(content.folder)
    photos = filter(is_photo, content.pictures())
    yield from check_sizes(content.folder / "pictures" / name for name in photos)
    yield from _check_places(content)
    yield from content.campaign.problems
    yield from check_unused(content.campaign, named)
    yield from check_references(content.campaign, content.stories(has_drafts=has_drafts), site)


def _leads_somewhere(text: Text, known: Found, site: Site) -> bool:
    """Say whether no link of a story that is kept has lost its end since then."""
    return not any(
        check_link(link, text.address, text.file, site)
        or leads_to_withdrawn(link, text.address, text.file, site)
        for link in known.links
    )


def _check_text(text: Text, site: Site, kept: KeptStories, style: Style | None) -> list[Problem]:
    """Check one text; what was found in a story is *kept*."""
    source, links = text.whole(), set[str]()
    problems = [*source.problems]
    if source.body_line:
        problems += check_head(source, KEYS[text.part], site)
        problems += check_body(source, text.address, text.file, site, links=links)
        problems += _check_emptiness(text, source)
        problems += style.of_text(source, text.part) if style else ()
    problems = _eased(problems) if text.state is State.DRAFT else problems
    if text.part == "stories":
        kept.looked += 1
        figures = named_in(source, site.figures)
        if found := found_in(source, text.stamp, links, figures, problems):
            kept.keep(text.file, found)
    return problems


def _eased(problems: Iterable[Problem]) -> list[Problem]:
    """Let what stops publishing not stop it in a draft, which is not published."""
    return [
        replace(each, severity=Severity.WARNING) if each.severity is Severity.PUBLISHING else each
        for each in problems
    ]


def _check_emptiness(text: Text, source: Source) -> Iterator[Problem]:
    """Find a published story that has a head and nothing else."""
    is_whole = bool(source.every) and not source.problems
    is_ready = text.state in (State.PUBLISHED, State.SCHEDULED)
    if text.part == "stories" and is_ready and is_whole and not source.body.strip():
        line, mend = max(source.body_line - 1, 1), "空一行再写正文，或者加一行“status: draft”"
        yield Problem(source.path, line, "报道没有正文", mend, rule="empty-text")


def _check_places(content: Content) -> Iterator[Problem]:
    """Find files that would not be read: among the texts, as first-day.md.txt, and texts outside of
    their folders, as content/story/first-day.md.
    """
    for file in content.files:
        part, name, path = file.partition("/")[0], file.rpartition("/")[2], content.folder / file
        is_within, is_text = part in KEYS and part != file, name.endswith(".md")
        if file.endswith("/"):
            mend = "把里面的文件移出来，给文件夹换个名字"
            yield Problem(path, 1, f"{path.name} 是文件夹，不是文章", mend, rule="stray-file")
        elif is_within and not is_text and name != "Thumbs.db":
            mend = "文件名以小写的 .md 结尾，或者把文件放到别处"
            yield Problem(path, 1, f"{name} 不会当作文章读取", mend, rule="stray-file")
        elif is_text and not is_within and part != GALLERIES:
            mend = f"移到 {'、'.join([*KEYS, GALLERIES])} 之一"
            yield Problem(path, 1, f"{name} 不在放文章的文件夹里", mend, rule="stray-file")
