"""Everything editors wrote is checked in one go: heads, bodies, names, the campaign's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from plugins.campaign.addresses import former_slugs, story_slug, tag_slug
from plugins.campaign.data import CampaignFile, inspect_campaign
from plugins.campaign.places import line_of
from plugins.editing.bodies import check_body
from plugins.editing.heads import PAGE_KEYS, STORY_KEYS, THEME_KEYS, check_head
from plugins.editing.names import check_slugs, check_stories, check_tags, tags_of
from plugins.editing.site import ALWAYS_THERE, Site
from plugins.editing.sources import Source, read_source
from plugins.problems import Problem
from plugins.sharing.targets import TARGETS
from plugins.words.catalogue import WordError, misfits, read_catalogue

KEYS = {"stories": STORY_KEYS, "themes": THEME_KEYS, "pages": PAGE_KEYS}
"""The folders of texts, and what their heads may hold."""
BESIDE = {
    "stories": ("messages.json", "messages.xml"),
    "themes": ("feed.json", "feed.xml"),
    "pages": (),
}
"""Files that stand beside a page of each folder."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file of an editor, and the page it makes."""

    part: str
    """The folder it stands in, one of KEYS."""
    file: str
    """Its path below the content folder."""
    source: Source

    @property
    def slug(self) -> str:
        """The page's name in its address."""
        if self.part == "stories":
            return story_slug(self.file)
        return self.source.value("slug")

    @property
    def address(self) -> str:
        """Where the page stands."""
        return f"/{self.slug}/" if self.part == "pages" else f"/{self.part}/{self.slug}/"

    @property
    def is_published(self) -> bool:
        """Whether it is no draft."""
        return self.source.value("status") != "draft"


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in the content folder."""

    folder: Path
    texts: tuple[Text, ...]
    campaign: CampaignFile

    @classmethod
    def read(cls, folder: Path, campaign: str = "campaign.toml") -> Content:
        """Read everything below *folder*; *campaign* names the file of the campaign's data."""
        paths = [(part, path) for part in KEYS for path in sorted((folder / part).glob("**/*.md"))]
        texts = (
            Text(part, path.relative_to(folder).as_posix(), read_source(path))
            for part, path in paths
        )
        return cls(folder, tuple(texts), inspect_campaign(folder / campaign))

    def sources(self, part: str) -> list[Source]:
        """Give the files of one folder."""
        return [text.source for text in self.texts if text.part == part]

    def slugs(self, part: str) -> list[str]:
        """Give the slugs of one folder's published pages."""
        return [text.slug for text in self.texts if text.part == part and text.is_published]

    def own_tags(self) -> Mapping[str, str]:
        """Give the addresses that the campaign gives to single tags."""
        return self.campaign.campaign.tags if self.campaign.campaign else {}

    def site(self) -> Site:
        """Say what the texts may refer to."""
        published = [text for text in self.texts if text.is_published]
        return Site(
            themes=frozenset(self.slugs("themes")),
            pictures=frozenset(path.name for path in (self.folder / "pictures").glob("*")),
            addresses={text.address: text.source.body for text in published},
            files={text.file: text.address for text in published},
            others=ALWAYS_THERE.union(self._others(published)),
        )

    def _others(self, published: list[Text]) -> Iterator[str]:
        """Give what stands beside pages, the pages of tags, and redirects."""
        for text in published:
            yield from (text.address + name for name in BESIDE[text.part])
            yield from (f"/tags/{tag_slug(t, self.own_tags())}/" for t in tags_of(text.source))
            former = former_slugs(text.source.value("formerly"))
            yield from (f"/stories/{slug}/" for slug in former)


def check_content(
    folder: Path, campaign: str = "campaign.toml", catalogues: Path | None = None
) -> list[Problem]:
    """Check every story, theme page and page below the content *folder*, and the *campaign* file;
    gives what is wrong, by file and line.

    Words that the campaign replaces must stand in the theme's *catalogues*, if those are given.
    """
    content = Content.read(folder, campaign)
    words = check_words(content.campaign, catalogues) if catalogues else ()
    return sorted([*_problems(content), *words])


def _problems(content: Content) -> Iterator[Problem]:
    site = content.site()
    for text in content.texts:
        yield from text.source.problems
        if text.source.body_line:
            yield from check_head(text.source, KEYS[text.part], site)
            yield from check_body(text.source, text.address, text.file, site)
    readable = [source for source in content.sources("stories") if source.body_line]
    yield from check_stories(content.sources("stories"))
    yield from check_tags(readable, content.own_tags())
    for part in ("themes", "pages"):
        yield from check_slugs(content.sources(part))
    yield from _check_endings(content.folder)
    yield from content.campaign.problems
    yield from check_references(content.campaign, content.slugs("stories"), site.pictures)


def check_references(
    file: CampaignFile, stories: list[str], pictures: frozenset[str]
) -> Iterator[Problem]:
    """Check that the stories, pictures and share targets that the campaign names are there."""
    if file.campaign is None:
        return
    for place, slug in file.campaign.told():
        if slug and slug not in stories:
            near = get_close_matches(slug, stories, n=1)
            mend = f"did you mean {near[0]}?" if near else "name one of content/stories, no draft"
            yield file.problem(place, f"there is no published story {slug!r}", mend)
    site = Site(frozenset(), pictures)
    for place, name in file.campaign.shown():
        if name not in pictures:
            yield file.problem(place, f"there is no picture {name!r}", site.mend_picture(name))
    for number, target in enumerate(file.campaign.share.targets):
        if target and target not in TARGETS:
            what = f"there is no share target {target!r}"
            yield file.problem(
                ("share", "targets", number), what, f"known are {', '.join(TARGETS)}"
            )


def check_words(file: CampaignFile, catalogues: Path) -> Iterator[Problem]:
    """Check that there are words for the campaign's language, and that those it replaces exist."""
    if file.campaign is None:
        return
    try:
        known = read_catalogue(catalogues, file.campaign.campaign.language)
    except WordError as error:
        what, _, mend = str(error).rpartition(": ")
        yield file.problem(("campaign", "language"), what, mend)
        return
    for key, text in file.campaign.words.items():
        for told in misfits(known, {key: text}):
            what, _, mend = told.removeprefix("words: ").rpartition(": ")
            place = ("words", key) if ("words", key) in file.lines else ("words", *key.split("."))
            yield Problem(file.path, line_of(place, file.lines), f"words: {what}", mend)


def _check_endings(folder: Path) -> Iterator[Problem]:
    """Find files that stand among the texts but would not be read, as first-day.md.txt."""
    for part in KEYS:
        for path in sorted((folder / part).glob("**/*")):
            is_hidden = path.name.startswith(".") or path.name == "Thumbs.db"
            if path.is_file() and path.suffix != ".md" and not is_hidden:
                mend = "let the name end in .md, in small letters, or put the file elsewhere"
                yield Problem(path, 1, f"{path.name} is no text of the site", mend)
