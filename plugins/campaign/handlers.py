"""Pelican's side of the campaign's data."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pelican import signals
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from comment_archive.files import write_aside
from plugins.campaign.data import Campaign, CampaignError, read_campaign
from plugins.campaign.stories import neighbours, newest_first, of_theme, related
from plugins.offering import offer


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(read_data)
    signals.content_object_init.connect(prepare_content)
    signals.all_generators_finalized.connect(join_stories)


def read_data(pelican: Any) -> None:
    """Read the campaign's file, bundle the style sheets: before anything is generated."""
    settings = pelican.settings
    path = Path(settings["PATH"]) / settings.get("CAMPAIGN_FILE", "campaign.toml")
    settings["CAMPAIGN"] = read_campaign(path)
    require_pictures(settings["CAMPAIGN"], path)
    static, output = Path(settings["THEME"]) / "static", Path(settings["OUTPUT_PATH"])
    sheets = [path.read_bytes().strip() for path in sorted((static / "css").glob("*.css"))]
    settings["STYLESHEET"] = write_asset(output, "site.css", b"\n".join(sheets) + b"\n")
    settings["ICON"] = write_asset(output, "icon.svg", (static / "icon.svg").read_bytes())


def require_pictures(campaign: Campaign, path: Path) -> None:
    """Make sure that every picture of the data is there; raises CampaignError naming others."""
    folder = path.parent / "pictures"
    missing = sorted(name for name in campaign.pictures() if not (folder / name).is_file())
    if missing:
        names = ", ".join(missing)
        raise CampaignError(f"{path}: there is no picture {names}: put it into {folder}")


def write_asset(output: Path, name: str, content: bytes) -> str:
    """Write a file whose name changes with its content, so that caches may keep it for ever; gives
    its address.
    """
    stem, _, suffix = name.rpartition(".")
    address = f"assets/{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
    write_aside(output / address, content)
    return f"/{address}"


def prepare_content(content: Content) -> None:
    """Give stories and theme pages the attributes that templates use."""
    if isinstance(content, Article):
        tags = [tag.name for tag in getattr(content, "tags", [])]
        vars(content).update(lead=content.metadata.get("summary", ""), tag_names=tags)
    elif isinstance(content, Page) and Path(str(content.source_path)).parent.name == "themes":
        address = f"themes/{content.slug}/"
        vars(content).update(
            template="theme_page", override_url=address, override_save_as=f"{address}index.html"
        )


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
    view = view_of(campaign, {article.slug: article for article in articles.articles})
    offer(
        generators,
        campaign=view,
        themes=themes,
        articles=articles.articles,
        lead_stories=view.lead_stories,
        stylesheet=articles.settings["STYLESHEET"],
        icon=articles.settings["ICON"],
    )


def connect_themes(articles: list[Any], themes: list[Any]) -> None:
    """Join each story with its theme, its neighbours and its relatives."""
    pages = {theme.slug: theme for theme in themes}
    for theme in themes:
        theme.stories = of_theme(articles, theme.slug)
    for article in articles:
        article.theme_page = pages.get(article.theme)
        siblings = of_theme(articles, article.theme)
        article.previous_in_theme, article.next_in_theme = neighbours(siblings, article)
        article.related = related(articles, article)


def view_of(campaign: Campaign, stories: dict[str, Any]) -> SimpleNamespace:
    """Give the campaign as templates see it: names of stories have become the stories."""
    view = SimpleNamespace(**_shallow(campaign.campaign), **_shallow(campaign))
    view.lead_stories = [_story(slug, stories) for slug in campaign.lead_stories]
    view.sections = [
        SimpleNamespace(
            **_shallow(section)
            | {"story": _story(section.story, stories) if section.story else None}
        )
        for section in campaign.sections
    ]
    return view


def _shallow(record: Any) -> dict[str, Any]:
    return {item.name: getattr(record, item.name) for item in fields(record)}


def _story(slug: str, stories: dict[str, Any]) -> Any:
    if slug not in stories:
        raise CampaignError(
            f"campaign.toml: there is no published story {slug!r}: name one of content/stories"
        )
    return stories[slug]
