"""Everything editors wrote is checked in one go: heads, bodies, names, the campaign's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from plugins.campaign.addresses import former_slugs, story_slug, tag_slug
from plugins.campaign.data import CampaignFile, inspect_campaign
from plugins.campaign.places import line_of
from plugins.editing.albums import check_album, check_places, check_sizes
from plugins.editing.bodies import check_body
from plugins.editing.folders import GALLERIES, AlbumFolder, read_folders
from plugins.editing.heads import PAGE_KEYS, STORY_KEYS, THEME_KEYS, check_head
from plugins.editing.names import (
    check_albums,
    check_stories,
    check_tags,
    check_values_once,
    tags_of,
)
from plugins.editing.pictures import Names, is_photo
from plugins.editing.shown import told_of_album
from plugins.editing.site import ALWAYS_THERE, ANCHORS_OF_LISTS, DRAWING_NAME, ON_EVERY_PAGE, Site
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
BESIDE_ALBUMS = ("/galleries/feed.json", "/galleries/feed.xml")
"""Files that stand beside the list of albums, if there are any."""


@dataclass(frozen=True)
class Text:
    """A file of an editor, and the page it makes."""

    part: str
    """The folder it stands in, one of KEYS."""
    file: str
    """Its path below the content folder."""
    source: Source

    @cached_property
    def slug(self) -> str:
        """The page's name in its address."""
        if self.part == "stories":
            return story_slug(self.file)
        return self.source.value("slug")

    @cached_property
    def address(self) -> str:
        """Where the page stands."""
        return f"/{self.slug}/" if self.part == "pages" else f"/{self.part}/{self.slug}/"

    @property
    def is_published(self) -> bool:
        """Whether it is no draft."""
        return self.source.value("status") != "draft"

    @property
    def anchors(self) -> frozenset[str]:
        """What the theme sets anchors to, besides those of the text."""
        if self.part != "stories":
            return ON_EVERY_PAGE
        corrections = {"corrections"} if self.source.value("correction") else set()
        form = {"message-form"} if self.source.value("comments") != "closed" else set()
        return ON_EVERY_PAGE.union({"messages"}, corrections, form)


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in the content folder."""

    folder: Path
    texts: tuple[Text, ...]
    albums: tuple[AlbumFolder, ...]
    campaign: CampaignFile

    @classmethod
    def read(cls, folder: Path, campaign: str = "campaign.toml") -> Content:
        """Read everything below *folder*; *campaign* names the file of the campaign's data."""
        paths = [(part, path) for part in KEYS for path in _files(folder / part, "**/*.md")]
        texts = (
            Text(part, path.relative_to(folder).as_posix(), read_source(path))
            for part, path in paths
        )
        albums = read_folders(folder)
        return cls(folder, tuple(texts), albums, inspect_campaign(folder / campaign))

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
        albums = [album for album in self.albums if album.is_published]
        pictures = frozenset(path.name for path in _files(self.folder / "pictures", "*"))
        usable = frozenset(filter(_is_picture, pictures))
        photos = {
            album.source_of(name): f"{album.address}{slug}/"
            for album in albums
            for name, slug in album.slugs().items()
        }
        return Site(
            themes=frozenset(self.slugs("themes")),
            pictures=usable,
            misnamed=pictures - usable,
            photos=photos,
            sources=Names.of([*photos, *(f"pictures/{name}" for name in usable)]),
            albums=frozenset(album.slug for album in albums),
            anchors=self._anchors(published, albums),
            addresses={text.address: text.source.body for text in published}
            | {album.address: album.source.body for album in albums},
            files={text.file: text.address for text in published},
            others=ALWAYS_THERE.union(self._others(published), photos.values()),
        )

    def _anchors(self, texts: list[Text], albums: list[AlbumFolder]) -> dict[str, frozenset[str]]:
        """Give the anchors that the theme sets, by the page's address."""
        sections = self.campaign.campaign.sections if self.campaign.campaign else ()
        home = ANCHORS_OF_LISTS["/"].union(section.id for section in sections)
        of_albums = dict.fromkeys((album.address for album in albums), ON_EVERY_PAGE)
        of_texts = {text.address: text.anchors for text in texts}
        return of_texts | of_albums | {**ANCHORS_OF_LISTS, "/": home}

    def _others(self, published: list[Text]) -> Iterator[str]:
        """Give what stands beside pages, the pages of tags, and redirects."""
        if any(album.is_published for album in self.albums):
            yield from BESIDE_ALBUMS
        for text in published:
            yield from (text.address + name for name in BESIDE[text.part])
            yield from (f"/tags/{tag_slug(t, self.own_tags())}/" for t in tags_of(text.source))
            former = former_slugs(text.source.value("formerly"))
            yield from (f"/stories/{slug}/" for slug in former)


def _is_picture(name: str) -> bool:
    """Tell whether a file in content/pictures can be one."""
    return is_photo(name) or bool(DRAWING_NAME.fullmatch(name))


def check_content(
    folder: Path, campaign: str = "campaign.toml", catalogues: Path | None = None
) -> list[Problem]:
    """Check every story, theme page, page and album below the content *folder*, and the *campaign*
    file; gives what is wrong, by file and line.

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
            yield from _check_emptiness(text)
    readable = [source for source in content.sources("stories") if source.body_line]
    yield from check_stories(content.sources("stories"))
    yield from check_tags(readable, content.own_tags())
    for part in ("themes", "pages"):
        yield from check_values_once(content.sources(part), "slug")
    yield from check_values_once(content.sources("themes"), "order")
    for album in content.albums:
        yield from check_album(album, site)
    yield from check_albums([album for album in content.albums if album.is_there])
    yield from check_places(content.folder)
    yield from check_sizes(_photos(content.folder / "pictures"))
    yield from _check_endings(content.folder)
    yield from _check_folders(content.folder)
    yield from content.campaign.problems
    yield from check_references(content.campaign, content.slugs("stories"), site)


def _check_emptiness(text: Text) -> Iterator[Problem]:
    """Find a published story that has a head and nothing else."""
    source = text.source
    is_whole = bool(source.every) and not source.problems
    if text.part == "stories" and text.is_published and is_whole and not source.body.strip():
        mend = "write it below an empty line, or add a line status: draft"
        yield Problem(source.path, max(source.body_line - 1, 1), "the story has no text", mend)


def check_references(file: CampaignFile, stories: list[str], site: Site) -> Iterator[Problem]:
    """Check that the stories, pictures, share targets and the album that the campaign names are
    there.
    """
    if file.campaign is None:
        return
    for place, slug in file.campaign.told():
        if slug and slug not in stories:
            near = get_close_matches(slug, stories, n=1)
            mend = f"did you mean {near[0]}?" if near else "name one of content/stories, no draft"
            yield file.problem(place, f"there is no published story {slug!r}", mend)
    for place, name in file.campaign.shown():
        if wrong := site.told_of_picture(name):
            yield file.problem(place, *wrong)
    album = file.campaign.home_gallery
    if album and (wrong := told_of_album(album, album, site)):
        yield file.problem(("home_gallery",), *wrong)
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
        for path in _files(folder / part, "**/*"):
            if path.suffix != ".md" and path.name != "Thumbs.db":
                mend = "let the name end in .md, in small letters, or put the file elsewhere"
                yield Problem(path, 1, f"{path.name} is no text of the site", mend)


def _check_folders(folder: Path) -> Iterator[Problem]:
    """Find texts outside of the folders that are read, as content/story/first-day.md."""
    for path in _files(folder, "**/*.md"):
        if path.relative_to(folder).parts[0] not in (*KEYS, GALLERIES):
            mend = f"move it to {', '.join(KEYS)} or {GALLERIES}"
            yield Problem(path, 1, f"{path.name} stands in no folder of texts", mend)


def _photos(folder: Path) -> Iterator[Path]:
    return (path for path in _files(folder, "*") if is_photo(path.name))


def _files(folder: Path, pattern: str) -> list[Path]:
    """Give the files below *folder* that fit *pattern*, without what a dot hides."""
    paths = sorted(path for path in folder.glob(pattern) if path.is_file())
    return [
        path
        for path in paths
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
