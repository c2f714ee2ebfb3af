"""Everything editors wrote is checked in one go: heads, bodies, names, the campaign's data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cached_property, partial
from pathlib import Path

from plugins.campaign.addresses import former_slugs, story_slug, tag_slug
from plugins.campaign.data import inspect_campaign
from plugins.campaign.figures import Figures
from plugins.campaign.records import CampaignFile
from plugins.campaign.states import State, opens_at, state_of
from plugins.editing.albums import check_album, check_places, check_sizes
from plugins.editing.bodies import check_body, check_link, leads_to_withdrawn
from plugins.editing.folders import GALLERIES, AlbumFolder, read_folders
from plugins.editing.heads import PAGE_KEYS, STORY_KEYS, THEME_KEYS, check_head
from plugins.editing.kept import Found, KeptStories, Stamp, found_in, stamp_of
from plugins.editing.named import check_unused, named_in
from plugins.editing.names import (
    check_albums,
    check_stories,
    check_tags,
    check_values_once,
    tags_of,
)
from plugins.editing.pictures import Names, is_photo
from plugins.editing.rules.house import HouseWords, read_house_words
from plugins.editing.shown import told_of_album
from plugins.editing.site import (
    ALWAYS_THERE,
    ANCHORS_OF_LISTS,
    DRAWING_NAME,
    ON_EVERY_PAGE,
    Site,
    Told,
)
from plugins.editing.sources import Source, read_source
from plugins.editing.style import check_data_style, check_style
from plugins.editing.widths import check_widths
from plugins.editing.withheld import pictures_of, withheld
from plugins.problems import Problem, Severity, did_you_mean, read_text
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


def check_published(content: Content, published: Mapping[str, str]) -> Iterator[Problem]:
    """Find the addresses of stories that readers know and that no file gives any more.

    *published* has the titles of the stories by their addresses.
    """
    stories = [text for text in content.texts if text.part == "stories"]
    given = {address for text in stories for address in text.addresses}
    fresh = {text.slug: text.source.path for text in stories if text.address not in published}
    for address, title in sorted(published.items()):
        if address not in given:
            slug = address.rstrip("/").rpartition("/")[2]
            near = get_close_matches(slug, fresh, n=1)
            path = fresh[near[0]] if near else content.folder / "stories"
            what = f"发布过的地址 {address}（{title}）没有了"
            mend = (
                f"文件改了名，就在新文件的开头加一行 formerly: {slug}；"
                "不要这一篇了，就恢复文件，写上 status: withdrawn"
            )
            yield Problem(path, 1, what, mend, Severity.WARNING, rule="lost-address")


def _beside_albums(albums: Iterable[AlbumFolder]) -> Iterator[str]:
    """Give what stands beside the pages of *albums*, and their redirects."""
    for album in albums:
        yield from BESIDE_ALBUMS
        yield from (f"/{GALLERIES}/{slug}/" for slug in album.formerly)


def _is_picture(name: str) -> bool:
    """Tell whether a file in content/pictures can be one."""
    return is_photo(name) or bool(DRAWING_NAME.fullmatch(name))


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


def check_references(file: CampaignFile, stories: list[str], site: Site) -> Iterator[Problem]:
    """Check that the stories, pictures, share targets and the album that the campaign names are
    there.
    """
    if file.campaign is None:
        return
    for place, slug in file.campaign.told():
        if f"/stories/{slug}/" in site.withdrawn:
            what, mend = f"首页用到的“{slug}”已经撤下，首页不再显示它", "换一篇，或去掉这个名字"
            problem = file.problem("withdrawn-link", place, what, mend)
            yield replace(problem, severity=Severity.WARNING)
        elif slug and slug not in stories:
            near = get_close_matches(slug, stories, n=1)
            mend = did_you_mean(near[0]) if near else "写 content/stories 里一篇已发布报道的名字"
            told = site.told_of_waiting(f"/stories/{slug}/", slug)
            told = told or Told("unknown-story", f"没有已发布的报道“{slug}”", mend)
            yield file.problem(told.rule, place, told.what, told.mend)
    for place, name in file.campaign.shown():
        if wrong := site.told_of_picture(name):
            yield file.problem(wrong.rule, place, wrong.what, wrong.mend)
    album = file.campaign.home_gallery
    if album and (wrong := told_of_album(album, album, site)):
        yield file.problem(wrong.rule, ("home_gallery",), wrong.what, wrong.mend)
    for number, target in enumerate(file.campaign.share.targets):
        if target and target not in TARGETS:
            what, mend = f"不能分享到“{target}”", f"可以写的有 {'、'.join(TARGETS)}"
            yield file.problem("unknown-target", ("share", "targets", number), what, mend)


def check_words(file: CampaignFile, catalogues: Path) -> Iterator[Problem]:
    """Check that there are words for the campaign's language, and that those it replaces exist."""
    if file.campaign is None:
        return
    try:
        known = read_catalogue(catalogues, file.campaign.campaign.language)
    except WordError as error:
        what, _, mend = str(error).rpartition("：")
        yield file.problem("unknown-language", ("campaign", "language"), what, mend)
        return
    for key, text in file.campaign.words.items():
        for misfit in misfits(known, {key: text}):
            place = ("words", key) if ("words", key) in file.spots else ("words", *key.split("."))
            yield file.problem("word-form", place, misfit.what, misfit.mend)


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
