"""Pelican's side of the search."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator

from plugins.search.documents import Document
from plugins.search.index import SearchError, publish_index
from plugins.words.catalogue import Words

log = logging.getLogger(__name__)

FOLDER = "pagefind"
"""Where the index stands below the site's root; theme/templates/search.html names it."""


def connect() -> None:
    """Connect the handler."""
    signals.all_generators_finalized.connect(index_stories)


def index_stories(generators: list[Generator]) -> None:
    """Write the index of all stories."""
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    settings = articles.settings
    language = settings["CAMPAIGN"].campaign.language
    words = settings["WORDS"]
    documents = [document_of(article, language, words) for article in articles.articles]
    if not documents:
        return
    try:
        publish_index(
            documents, Path(settings["SEARCH_CACHE"]), Path(settings["OUTPUT_PATH"]) / FOLDER
        )
    except SearchError as error:
        log.error("%s", error)


def document_of(article: Any, language: str, words: Words) -> Document:
    """Give what is indexed of a story."""
    theme = article.theme_page
    about = (words.day(article.date), theme.title if theme else "")
    return Document(
        url=article.url,
        language=language,
        title=article.title,
        lead=article.lead,
        about=" · ".join(part for part in about if part),
        tags=tuple(article.tag_names),
        content=article.content,
    )
