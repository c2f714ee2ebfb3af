"""What stands in the content folder: its texts, albums and data, and what they may refer to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

from plugins.campaign.addresses import former_slugs, story_slug, tag_slug
from plugins.campaign.data import inspect_campaign
from plugins.campaign.figures import Figures
from plugins.campaign.records import CampaignFile
from plugins.campaign.states import State, opens_at, state_of
from plugins.editing.folders import GALLERIES, AlbumFolder, read_folders
from plugins.editing.heads import PAGE_KEYS, STORY_KEYS, THEME_KEYS
from plugins.editing.kept import Found, KeptStories, Stamp, stamp_of
from plugins.editing.names import (
    tags_of,
)
from plugins.editing.pictures import Names, is_photo
from plugins.editing.site import (
    ALWAYS_THERE,
    ANCHORS_OF_LISTS,
    DRAWING_NAME,
    ON_EVERY_PAGE,
    Site,
)
from plugins.editing.sources import Source, read_source
from plugins.editing.withheld import pictures_of, withheld

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
    """Of a story that is kept, only what the others must know of it."""
    stamp: Stamp
    """What its file was like before it was read."""
    now: datetime
    known: Found | None = None

    @classmethod
    def read(cls, folder: Path, file: str, kept: KeptStories, now: datetime) -> Text:
        """Read the *file* below *folder* as it stands *now*, unless it is *kept* what it says."""
        path = folder / file
        part, stamp = file.partition("/")[0], stamp_of(path)
        known = kept.look(file, stamp) if part == "stories" else None
        source = known.source(path) if known else read_source(path)
        return cls(part, file, source, stamp, now, known)

    def whole(self) -> Source:
        """Give all that the file holds."""
        return read_source(self.source.path) if self.known else self.source

    def body(self) -> str:
        """Give its text."""
        return self.whole().body

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

    @cached_property
    def state(self) -> State:
        """Where it stands between being written and being read."""
        return state_of(self.source.value, self.now)

    @property
    def is_published(self) -> bool:
        """Whether readers see it."""
        return self.state is State.PUBLISHED

    @property
    def opens(self) -> datetime:
        """From when on readers see it."""
        return opens_at(self.source.value, self.now)

    @property
    def pictures(self) -> list[str]:
        """The pictures that it names, as it does."""
        return self.known.pictures if self.known else pictures_of(self.source)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the page stands, and where a story stood before."""
        former = former_slugs(self.source.value("formerly"))
        return self.address, *(f"/stories/{slug}/" for slug in former)

    @property
    def anchors(self) -> frozenset[str]:
        """What the theme sets anchors to, besides those of the text."""
        if self.part != "stories":
            return ON_EVERY_PAGE
        corrections = {"corrections"} if self.source.value("correction") else set()
        form = {"message-form"} if self.source.value("comments") != "closed" else set()
        return ON_EVERY_PAGE.union({"messages"}, corrections, form)


class Bodies(Mapping[str, str]):
    """The texts of pages by their addresses; each is read when somebody asks for it."""

    def __init__(self, readers: Mapping[str, Callable[[], str]]) -> None:
        self._readers = readers

    def __getitem__(self, address: str) -> str:
        """Give the text of the page at *address*."""
        return self._readers[address]()

    def __iter__(self) -> Iterator[str]:
        """Go through all addresses."""
        return iter(self._readers)

    def __len__(self) -> int:
        """Count the pages."""
        return len(self._readers)

    def __contains__(self, address: object) -> bool:
        """Say whether there is a page at *address*; its text is not read for it."""
        return address in self._readers


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in the content folder."""

    folder: Path
    files: tuple[str, ...]
    """Every file below it, but what a dot hides."""
    texts: tuple[Text, ...]
    albums: tuple[AlbumFolder, ...]
    campaign: CampaignFile

    @classmethod
    def read(cls, folder: Path, campaign: str, kept: KeptStories, now: datetime) -> Content:
        """Read everything below *folder* as it stands *now*, but what is *kept* of stories;
        *campaign* names the file of the campaign's data.
        """
        files = tuple(sorted(_files(folder), key=lambda file: file.split("/")))
        texts = (
            Text.read(folder, file, kept, now)
            for part in KEYS
            for file in files
            if file.startswith(f"{part}/") and file.endswith(".md")
        )
        albums = read_folders(folder)
        return cls(folder, files, tuple(texts), albums, inspect_campaign(folder / campaign))

    def sources(self, part: str) -> list[Source]:
        """Give the files of one folder."""
        return [text.source for text in self.texts if text.part == part]

    def stories(self, *, has_drafts: bool = False) -> list[str]:
        """Give the slugs of the stories that are shown, also by a site that *has_drafts*."""
        shown = tuple(State) if has_drafts else (State.PUBLISHED,)
        stories = (text for text in self.texts if text.part == "stories")
        return [text.slug for text in stories if text.state in shown]

    def pictures(self) -> list[str]:
        """Name the files that stand in the folder of pictures."""
        names = (file.split("/") for file in self.files if file.startswith("pictures/"))
        return [parts[1] for parts in names if len(parts) == 2]

    def withheld(self) -> frozenset[str]:
        """Give the pictures that only withdrawn stories show."""
        gone = [text for text in self.texts if text.state is State.WITHDRAWN]
        if not gone:
            return frozenset()
        campaign = self.campaign.campaign
        shown = {name for _, name in campaign.shown()} if campaign else set()
        shown.update(*(text.pictures for text in self.texts if text not in gone))
        shown.update(*(pictures_of(album.source) for album in self.albums))
        names = Names.of(f"pictures/{name}" for name in self.pictures())
        return withheld({name for text in gone for name in text.pictures}, shown, names)

    def own_tags(self) -> Mapping[str, str]:
        """Give the addresses that the campaign gives to single tags."""
        return self.campaign.campaign.tags if self.campaign.campaign else {}

    def figures(self) -> Figures | None:
        """Give the figures that texts may name; None when the data cannot be read."""
        return self.campaign.campaign.known_figures if self.campaign.campaign else None

    def site(self, *, has_drafts: bool = False) -> Site:
        """Say what the texts may refer to; *has_drafts* for a site that shows what is not public,
        too.
        """
        gone = [text for text in self.texts if text.state is State.WITHDRAWN]
        open_to = (State.PUBLISHED, State.SCHEDULED, *[State.DRAFT] * has_drafts)
        linked = [text for text in self.texts if text.state in open_to]
        published = linked if has_drafts else [text for text in linked if text.is_published]
        albums = [album for album in self.albums if album.is_shown(has_drafts=has_drafts)]
        pictures = frozenset(self.pictures())
        usable = frozenset(filter(_is_picture, pictures))
        photos = {
            album.source_of(name): f"{album.address}{slug}/"
            for album in albums
            for name, slug in album.slugs().items()
        }
        return Site(
            themes=frozenset(text.slug for text in published if text.part == "themes"),
            pictures=usable,
            misnamed=pictures - usable,
            photos=photos,
            sources=Names.of([*photos, *(f"pictures/{name}" for name in usable)]),
            albums=frozenset(album.slug for album in albums),
            anchors=self._anchors(linked, albums),
            figures=self.figures(),
            addresses=Bodies(
                {text.address: text.body for text in linked}
                | {album.address: partial(getattr, album.source, "body") for album in albums}
            ),
            files={text.file: text.address for text in (*linked, *gone)},
            others=ALWAYS_THERE.union(
                self._others(linked), photos.values(), _beside_albums(albums)
            ),
            opens={} if has_drafts else self._opens(set(self._others(published))),
            withdrawn=frozenset(address for text in gone for address in text.addresses),
        )

    def _opens(self, others: set[str]) -> dict[str, datetime]:
        """Say from when on there is what is not there yet: pages of editors, and what comes with
        them beside the *others* that are there.
        """
        waiting = [text for text in self.texts if not text.is_published]
        found = {text.address: text.opens for text in waiting}
        for text in sorted(waiting, key=lambda text: text.opens, reverse=True):
            if text.state is State.SCHEDULED:
                found |= dict.fromkeys(set(self._others([text])) - others, text.opens)
        return found

    def _anchors(self, texts: list[Text], albums: list[AlbumFolder]) -> dict[str, frozenset[str]]:
        """Give the anchors that the theme sets, by the page's address."""
        sections = self.campaign.campaign.sections if self.campaign.campaign else ()
        home = ANCHORS_OF_LISTS["/"].union(section.id for section in sections)
        of_albums = dict.fromkeys((album.address for album in albums), ON_EVERY_PAGE)
        of_texts = {text.address: text.anchors for text in texts}
        return of_texts | of_albums | {**ANCHORS_OF_LISTS, "/": home}

    def _others(self, texts: list[Text]) -> Iterator[str]:
        """Give what stands beside pages, the pages of tags, and redirects."""
        tags = {tag for text in texts for tag in tags_of(text.source)}
        yield from (f"/tags/{tag_slug(tag, self.own_tags())}/" for tag in tags)
        for text in texts:
            yield from (text.address + name for name in BESIDE[text.part])
            former = former_slugs(text.source.value("formerly"))
            yield from (f"/stories/{slug}/" for slug in former)


def _beside_albums(albums: Iterable[AlbumFolder]) -> Iterator[str]:
    """Give what stands beside the pages of *albums*, and their redirects."""
    for album in albums:
        yield from BESIDE_ALBUMS
        yield from (f"/{GALLERIES}/{slug}/" for slug in album.formerly)


def _is_picture(name: str) -> bool:
    """Tell whether a file in content/pictures can be one."""
    return is_photo(name) or bool(DRAWING_NAME.fullmatch(name))


def _files(folder: Path, below: str = "") -> Iterator[str]:
    """Name the files below *folder*, without what a dot hides, and folders that are named as texts,
    with a slash behind; folders behind links are none.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name.endswith(".md"):
                    yield f"{below}{entry.name}/"
                yield from _files(Path(entry.path), f"{below}{entry.name}/")
            elif entry.is_file():
                yield f"{below}{entry.name}"
