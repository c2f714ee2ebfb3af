"""Which of a campaign's stories, albums and themes are looked at; the page types name them in
braces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from plugins.campaign.addresses import story_slug, tag_slug
from plugins.campaign.data import read_campaign
from plugins.editing.folders import read_folders
from plugins.editing.names import tags_of
from plugins.editing.sources import Source, read_source

Subjects: TypeAlias = dict[str, str]

STORIES_PER_PAGE = 6
"""Of the audited site, so that few stories fill a page."""
DEMO: Subjects = {
    "story": "stage-goal",
    "quiet": "city-temperature",
    "busy": "u-stations",
    "closed": "spirit-and-values",
    "theme": "livelihood",
    "tag": "hong-ma-jia",
    "album": "volunteers-2015",
    "photo": "01-stars",
    "older": "1",
    "hit": "红马甲",
    "actions": "actions",
    "gallery": "gallery",
}
"""Those of the project's own campaign: a story with messages, one without, one with so many that
the older ones stand on pages of their own, one that takes none any more; the first of further pages
of the list; a word that is found; the parts of the home page that not every campaign has.
"""


def subjects_of(content: Path) -> Subjects:
    """Give those of the campaign in *content*: what another one than the demonstration has of them,
    the first of each kind.
    """
    read = (read_source(path) for path in sorted((content / "stories").rglob("*.md")))
    stories = {story_slug(each.path): each for each in read if each.value("status") != "draft"}
    return DEMO if DEMO["story"] in stories else dict(_found(content, stories))


def _found(content: Path, stories: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """Give what there is; one story is enough to have messages on it."""
    yield from zip(("story", "quiet", "closed"), stories, strict=False)
    yield from (("busy", slug) for slug in [*stories][:1])
    campaign = read_campaign(content / "campaign.toml")
    tags = [tag for story in stories.values() for tag in tags_of(story)][:1]
    yield from (("tag", tag_slug(tag, campaign.tags)) for tag in tags)
    yield from (("hit", tag) for tag in tags)
    themes = sorted((content / "themes").glob("*.md"))
    yield from (("theme", read_source(path).value("slug")) for path in themes[:1])
    yield from (("actions", "actions") for _ in campaign.sections[:1])
    for album in [album for album in read_folders(content) if album.is_published][:1]:
        yield from (("album", album.slug), ("gallery", "gallery"))
        yield "photo", next(iter(album.slugs().values()))
    if len(stories) > STORIES_PER_PAGE:
        yield "older", "1"
