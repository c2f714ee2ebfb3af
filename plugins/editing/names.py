"""Names that may be had only once: addresses, threads, former addresses, tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from plugins.campaign.addresses import former_slugs, split_list, story_slug, tag_slug, thread_of
from plugins.editing.folders import AlbumFolder
from plugins.editing.pictures import folded
from plugins.editing.site import TAKEN, Told
from plugins.editing.sources import Source
from plugins.problems import Problem


def check_stories(stories: Sequence[Source]) -> Iterator[Problem]:
    """Check that every story has an address, a thread and former addresses of its own."""
    slugs: dict[str, Source] = {}
    for story in stories:
        slug = story_slug(story.path)
        if not slug or slug in TAKEN:
            what = f"“{story.path.name}”读不成地址"
            mend = f"文件名用字母、数字或汉字；{'、'.join(sorted(TAKEN))} 已经有用"
            yield Problem(story.path, 1, what, mend, rule="bad-address")
        elif slug in slugs:
            what = f"地址 /stories/{slug}/ 已经归 {slugs[slug].path}"
            mend = "给其中一篇换个文件名"
            yield Problem(story.path, 1, what, mend, rule="duplicate-slug")
        slugs.setdefault(slug, story)
    yield from _former(slugs)
    yield from _threads(list(slugs.values()))


def _former(slugs: Mapping[str, Source]) -> Iterator[Problem]:
    """Check the former addresses of what stands at *slugs*."""
    claims: dict[str, Source] = {}
    for story in slugs.values():
        for name in former_slugs(story.value("formerly")):
            if name in slugs:
                what = f"{name} 现在是 {slugs[name].path} 的地址"
                yield story.problem("duplicate-former", "formerly", what, "删去它", part=name)
            elif name in claims:
                what, mend = f"{claims[name].path} 已经写了 {name}", "只留在其中一篇"
                yield story.problem("duplicate-former", "formerly", what, mend, part=name)
            claims.setdefault(name, story)


def _threads(stories: Sequence[Source]) -> Iterator[Problem]:
    threads: dict[str, Source] = {}
    for story in stories:
        former = former_slugs(story.value("formerly"))
        thread = thread_of(story_slug(story.path), former, story.value("thread"))
        if thread in threads:
            what = f"留言编号 {thread} 已经归 {threads[thread].path}"
            yield story.problem("duplicate-thread", "thread", what, "换一个编号")
        threads.setdefault(thread, story)


def check_albums(folders: Sequence[AlbumFolder]) -> Iterator[Problem]:
    """Check that every album has an address of its own."""
    owners: dict[str, AlbumFolder] = {}
    for album in folders:
        first = owners.setdefault(album.slug, album)
        if not album.slug:
            what, mend = f"文件夹名“{album.folder.name}”读不成地址", "用字母、数字或汉字命名"
            yield Problem(album.source.path, 1, what, mend, rule="bad-address")
        elif first is not album:
            what, mend = f"地址 {album.address} 已经归 {first.folder}", "给其中一个文件夹换个名字"
            yield Problem(album.source.path, 1, what, mend, rule="duplicate-slug")
    yield from _former({slug: album.source for slug, album in owners.items()})


def check_values_once(sources: Sequence[Source], key: str) -> Iterator[Problem]:
    """Check that no two pages of one kind have the same value of *key*."""
    owners: dict[str, Source] = {}
    for source in sources:
        value = source.value(key)
        first = owners.setdefault(value, source)
        if value and first is not source:
            what = f"{first.path} 已经用了 {key} {value}"
            yield source.problem(f"duplicate-{key}", key, what, "换一个")


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
            rule, what, mend = mistakes[tag]
            yield story.problem(rule, "tags", f"标签“{tag}”{what}", mend, part=tag)


def _mistaken_tags(uses: Sequence[tuple[str, Source]], own: Mapping[str, str]) -> dict[str, Told]:
    """Say what is wrong with which tag, and how to mend it; of two tags that cannot both be, the
    one that more stories have is right.
    """
    places = {tag: f"{story.path}:{story.line('tags')}" for tag, story in reversed(uses)}
    by_use = [tag for tag, _ in Counter(tag for tag, _ in uses).most_common()]
    spellings: dict[str, str] = {}
    slugs: dict[str, str] = {}
    mistakes: dict[str, Told] = {}
    for tag in by_use:
        slug, its_own = tag_slug(tag, own), f'在 campaign.toml 的 [tags] 里写 "{tag}" = "……"'
        if (other := spellings.setdefault(folded(tag), tag)) != tag:
            what = f"在 {places[other]} 写作“{other}”"
            mistakes[tag] = Told("tag-spelling", what, "各处写成一样")
        elif not slug:
            mistakes[tag] = Told("tag-address", "没有地址", its_own)
        elif (other := slugs.setdefault(slug, tag)) != tag:
            what = f"的地址 /tags/{slug}/ 与 {places[other]} 的“{other}”相同"
            mistakes[tag] = Told("tag-address", what, its_own)
    return mistakes
