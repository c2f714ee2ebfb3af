"""Pelican's side of the search."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator

from plugins.editing.handlers import SHOW_UNPUBLISHED
from plugins.offering import offer
from plugins.search.documents import Document
from plugins.search.index import Indexing, SearchError
from plugins.search.parts import number_of_parts
from plugins.typography.reading import digest_of
from plugins.words.catalogue import Words

log = logging.getLogger(__name__)

FOLDER = "pagefind"
"""Where the index stands below the site's root; theme/templates/search.html names it."""


def connect() -> None:
    """Connect the handlers."""
    signals.all_generators_finalized.connect(start_index)
    signals.finalized.connect(finish_index)


def start_index(generators: list[Generator]) -> None:
    """Start to index all stories, beside the rendering of their pages; tell templates of how many
    parts the index will be.
    """
    articles = next(g for g in generators if isinstance(g, ArticlesGenerator))
    settings = articles.settings
    offer(generators, search_parts=number_of_parts(len(articles.articles)))
    if articles.articles and not settings.get(SHOW_UNPUBLISHED):  # Pagefind takes a second
        documents = documents_of(articles.articles, settings)
        settings["SEARCH_INDEXING"] = Indexing(documents, Path(settings["SEARCH_CACHE"]))


def finish_index(pelican: Any) -> None:
    """Publish the index."""
    settings = pelican.settings
    indexing: Indexing | None = settings.pop("SEARCH_INDEXING", None)
    if indexing is None:
        return
    try:
        indexing.publish(Path(settings["OUTPUT_PATH"]) / FOLDER)
    except SearchError as error:
        log.error("%s", error)


def documents_of(articles: Sequence[Any], settings: dict[str, Any]) -> list[Document]:
    """Give what is indexed of the stories, the oldest first, from *articles*, newest first."""
    language = settings["CAMPAIGN"].campaign.language
    return [document_of(article, language, settings["WORDS"]) for article in articles[::-1]]


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
        content_digest=getattr(article, "digest", None) or digest_of(article.content),
        read=partial(getattr, article, "content"),
    )
