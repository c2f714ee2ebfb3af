"""Names that may be had only once: addresses, threads, former addresses, tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from plugins.campaign.addresses import former_slugs, split_list, story_slug, tag_slug, thread_of
from plugins.editing.folders import AlbumFolder
from plugins.editing.pictures import folded
from plugins.editing.site import TAKEN
from plugins.editing.sources import Source
from plugins.problems import Problem

OWN = "campaign.toml, below [tags]"


def check_stories(stories: Sequence[Source]) -> Iterator[Problem]:
    """Check that every story has an address, a thread and former addresses of its own."""
    slugs: dict[str, Source] = {}
    for story in stories:
        slug = story_slug(story.path)
        if not slug or slug in TAKEN:
            mend = f"use letters and digits or Chinese; {' and '.join(sorted(TAKEN))} are taken"
            yield Problem(story.path, 1, f"{story.path.name} cannot be an address", mend)
        elif slug in slugs:
            what = f"{slugs[slug].path} has the address /stories/{slug}/ already"
            yield Problem(story.path, 1, what, "give one of them another file name")
        slugs.setdefault(slug, story)
    yield from _former(stories, slugs)
    yield from _threads(list(slugs.values()))


def _former(stories: Sequence[Source], slugs: Mapping[str, Source]) -> Iterator[Problem]:
    claims: dict[str, Source] = {}
    for story in stories:
        for name in former_slugs(story.value("formerly")):
            if name in slugs:
                what = f"{name} is the address of {slugs[name].path} now"
                yield story.problem("formerly", what, "leave it out")
            elif name in claims:
                what = f"{name} stands in {claims[name].path} already"
                yield story.problem("formerly", what, "leave it to one of them")
            claims.setdefault(name, story)


def _threads(stories: Sequence[Source]) -> Iterator[Problem]:
    threads: dict[str, Source] = {}
    for story in stories:
        former = former_slugs(story.value("formerly"))
        thread = thread_of(story_slug(story.path), former, story.value("thread"))
        if thread in threads:
            what = f"{threads[thread].path} has the thread {thread} already"
            yield story.problem("thread", what, "choose another one")
        threads.setdefault(thread, story)


def check_albums(folders: Sequence[AlbumFolder]) -> Iterator[Problem]:
    """Check that every album has an address of its own."""
    owners: dict[str, AlbumFolder] = {}
    for album in folders:
        first = owners.setdefault(album.slug, album)
        if not album.slug:
            what = f"the folder {album.folder.name} cannot be an address"
            yield Problem(album.source.path, 1, what, "name it with letters and digits or Chinese")
        elif first is not album:
            what = f"{first.folder} has the address {album.address} already"
            yield Problem(album.source.path, 1, what, "give one of the folders another name")


def check_values_once(sources: Sequence[Source], key: str) -> Iterator[Problem]:
    """Check that no two pages of one kind have the same value of *key*."""
    owners: dict[str, Source] = {}
    for source in sources:
        value = source.value(key)
        first = owners.setdefault(value, source)
        if value and first is not source:
            what = f"{first.path} has the {key} {value} already"
            yield source.problem(key, what, "choose another one")


def tags_of(story: Source) -> tuple[str, ...]:
    """Give the tags of a story's head."""
    return split_list(story.value("tags"))


def check_tags(stories: Sequence[Source], own: Mapping[str, str]) -> Iterator[Problem]:
    """Check that every tag is written in one way, and has an address that no other has.

    *own* are the addresses that the campaign gives to single tags.
    """
    uses = [(tag, story) for story in stories for tag in tags_of(story)]
    mistakes = _mistaken_tags(uses, own)
    for tag, story in uses:
        if tag in mistakes:
            what, mend = mistakes[tag]
            yield story.problem("tags", f"the tag {tag} {what}", mend)


def _mistaken_tags(
    uses: Sequence[tuple[str, Source]], own: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Say what is wrong with which tag, and how to mend it; of two tags that cannot both be, the
    one that more stories have is right.
    """
    places = {tag: f"{story.path}:{story.line('tags')}" for tag, story in reversed(uses)}
    by_use = [tag for tag, _ in Counter(tag for tag, _ in uses).most_common()]
    spellings: dict[str, str] = {}
    slugs: dict[str, str] = {}
    mistakes: dict[str, tuple[str, str]] = {}
    for tag in by_use:
        slug, its_own = tag_slug(tag, own), f'{OWN}: "{tag}" = "..."'
        if (other := spellings.setdefault(folded(tag), tag)) != tag:
            mistakes[tag] = f"is written {other} in {places[other]}", "write it the same everywhere"
        elif not slug:
            mistakes[tag] = "has no address", f"give it one in {its_own}"
        elif (other := slugs.setdefault(slug, tag)) != tag:
            what = f"has the address /tags/{slug}/, as {other} in {places[other]}"
            mistakes[tag] = what, f"give one its own in {its_own}"
    return mistakes
