"""Whether there is what the data and readers name: stories, pictures, albums, words, addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from plugins.campaign.records import CampaignFile
from plugins.editing.content import Content
from plugins.editing.shown import told_of_album
from plugins.editing.site import (
    Site,
    Told,
)
from plugins.problems import Problem, Severity, did_you_mean
from plugins.sharing.targets import TARGETS
from plugins.words.catalogue import WordError, misfits, read_catalogue


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
