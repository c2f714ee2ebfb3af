"""Pelican's side of the campaign's data."""

from __future__ import annotations

import logging
import tomllib
from dataclasses import fields
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from plugins.campaign.addresses import former_slugs, story_slug, tag_slug
from plugins.campaign.changes import modified_at, read_corrections, read_update, read_withdrawal
from plugins.campaign.figures import Figure
from plugins.campaign.generator import WITHDRAWN, ListsGenerator, WithdrawnGenerator
from plugins.campaign.lists import StoryList, by_tag
from plugins.campaign.records import Campaign
from plugins.campaign.stories import (
    Kinship,
    Lazily,
    by_theme,
    newest_first,
    with_neighbours,
)
from plugins.editing.handlers import campaign_of
from plugins.offering import offer

log = logging.getLogger(__name__)

FIGURES = "plugins.campaign.marks:FigureMarkdown"
"""Named by text, as the extension of typography is."""

OF_PICTURES = ("picture", "picture_alt", "picture_caption")
"""What a head tells of the picture of a page."""


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(read_data)
    signals.content_object_init.connect(prepare_content)
    signals.get_generators.connect(use_generators)
    signals.article_generator_finalized.connect(set_withdrawn_apart)
    signals.all_generators_finalized.connect(join_stories)


def read_data(pelican: Any) -> None:
    """Read the campaign's file, before anything is generated."""
    settings = pelican.settings
    campaign = campaign_of(settings)
    settings["WHOLE_WORDS"] = campaign.campaign.whole_words
    configs = settings["MARKDOWN"].setdefault("extension_configs", {})
    note = partial(note_of_figures, settings)
    configs[FIGURES] = {"figures": campaign.told_figures, "note": note}
    settings["AUDIT"] = read_audit(Path(settings["PATH"]))
    warn_of_gaps(campaign, settings)


def note_of_figures(
    settings: dict[str, Any], figures: tuple[Figure, ...], as_of: str, source: str
) -> str:
    """Word when *figures* were counted and where they come from."""
    words = settings["WORDS"]
    shown = words("figures.between").join(figure.shown for figure in figures)
    text: str = words("figures.note", figures=shown, when=as_of, source=source)
    return text


def read_audit(content: Path) -> dict[str, Any] | None:
    """Read what the last audit measured, for the accessibility statement; None before the first."""
    path = content / "audit.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else None


def warn_of_gaps(campaign: Campaign, settings: dict[str, Any]) -> None:
    """Say what a public site should not be without."""
    if not settings.get("PRODUCTION"):
        return
    name, footer = settings.get("CAMPAIGN_FILE", "campaign.toml"), campaign.footer
    if not footer.icp:
        log.warning("%s: footer: 没有 icp：境内网站要显示备案号", name)
    if not footer.police:
        log.warning(
            "%s: footer: 没有 police：境内网站开通30天内到公安机关备案，并显示备案号",
            name,
        )
    if not (footer.report_phone or footer.report_email):
        log.warning("%s: footer: 没有 report_phone 和 report_email：至少写一样", name)


def use_generators(pelican: Any) -> tuple[type[Generator], ...]:
    """Have the lists of stories written, and what stands in the place of withdrawn ones."""
    return ListsGenerator, WithdrawnGenerator


def prepare_content(content: Content) -> None:
    """Give stories and theme pages the attributes that templates use, those too that a head leaves
    out: what a page looked at must be known for the next build.
    """
    if isinstance(content, Article | Page):
        vars(content).update({name: content.metadata.get(name, "") for name in OF_PICTURES})
    if isinstance(content, Article):
        prepare_story(content)
    elif isinstance(content, Page) and Path(str(content.source_path)).parent.name == "themes":
        address = f"themes/{content.slug}/"
        vars(content).update(
            template="theme_page", override_url=address, override_save_as=f"{address}index.html"
        )


def prepare_story(story: Any) -> None:
    """Give a story its address, and what its head says of it; its tags, theirs."""
    head, own = story.metadata, story.settings["CAMPAIGN"].tags
    story.tags = getattr(story, "tags", [])
    for tag in story.tags:
        tag.slug = tag_slug(tag.name, own)
    corrections = read_corrections(head.get("correction", ()))
    update = read_update(head["updated"]) if head.get("updated") else None
    vars(story).update(
        slug=story_slug(str(story.source_path)),
        lead=head.get("summary", ""),
        tag_names=[tag.name for tag in story.tags],
        source=head.get("source", ""),
        source_url=head.get("source_url", ""),
        credit=head.get("credit", ""),
        corrections=corrections,
        revision=update,
        modified=modified_at(story.date, corrections, update),
        formerly=former_slugs(head.get("formerly", "")),
        withdrawal=read_withdrawal(head["withdrawn"]) if head.get("withdrawn") else None,
    )


def set_withdrawn_apart(generator: ArticlesGenerator) -> None:
    """Take withdrawn stories from where Pelican would write them as they were."""
    generator.settings[WITHDRAWN] = newest_first(generator.hidden_articles)
    generator.hidden_articles = []


def join_stories(generators: list[Generator]) -> None:
    """Bring stories, themes and campaign data together, and to every template."""
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    pages = next(g for g in generators if isinstance(g, PagesGenerator))
    campaign = articles.settings["CAMPAIGN"]
    articles.articles = newest_first(articles.articles)
    themes = sorted(
        (page for page in pages.pages if page.template == "theme_page"),
        key=lambda page: int(page.order),
    )
    connect_themes(articles.articles, themes)
    lists = lists_of(articles.articles, themes, articles.settings["STORIES_PER_PAGE"])
    articles.settings["STORY_LISTS"] = lists
    view = view_of(campaign, {article.slug: article for article in articles.articles})
    offer(
        generators,
        campaign=view,
        themes=themes,
        articles=articles.articles,
        pages=pages.pages,
        lead_stories=view.lead_stories,
        audit=articles.settings["AUDIT"],
    )


def connect_themes(articles: list[Any], themes: list[Any]) -> None:
    """Join each story with its theme, its neighbours and its relatives."""
    pages, groups = {theme.slug: theme for theme in themes}, by_theme(articles)
    for theme in themes:
        theme.stories = groups.get(theme.slug, [])
    kinship = Kinship(articles)
    for article in articles:
        article.theme_page = pages.get(article.theme)
        article.related = Lazily(partial(kinship.related, article))
    for siblings in groups.values():
        for article, older, newer in with_neighbours(siblings):
            article.previous_in_theme, article.next_in_theme = older, newer


def lists_of(articles: list[Any], themes: list[Any], length: int) -> list[StoryList[Any]]:
    """List all stories, those of each tag and those of each theme; a theme gets its first view."""
    lists = [StoryList(template="archives", base="/stories/", stories=articles, length=length)]
    for tag, tagged in by_tag(articles):
        base, about = f"/{tag.url}", {"tag": tag}
        lists.append(
            StoryList(template="tag", base=base, stories=tagged, length=length, about=about)
        )
    for theme in themes:
        base, about = f"/{theme.url}", {"theme": theme}
        of_theme = StoryList(
            template="theme_list", base=base, stories=theme.stories, length=length, about=about
        )
        theme.first_view = of_theme.first_view
        lists.append(of_theme)
    return lists


def view_of(campaign: Campaign, stories: dict[str, Any]) -> SimpleNamespace:
    """Give the campaign as templates see it: names of stories have become the stories; the checks
    have seen to it that none but withdrawn ones are missing.
    """
    view = SimpleNamespace(**_shallow(campaign.campaign), **_shallow(campaign))
    view.lead_stories = [stories[slug] for slug in campaign.lead_stories if slug in stories]
    view.sections = [
        SimpleNamespace(**_shallow(section) | {"story": stories.get(section.story)})
        for section in campaign.sections
    ]
    return view


def _shallow(record: Any) -> dict[str, Any]:
    return {item.name: getattr(record, item.name) for item in fields(record)}
