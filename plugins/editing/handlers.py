"""Pelican's side of the checks."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator

from plugins.editing.heads import check_content

log = logging.getLogger(__name__)


class EditingError(Exception):
    """Editors' mistakes; each is logged as an error of its own."""


def connect() -> None:
    """Connect the handlers."""
    signals.initialized.connect(check_before_reading)
    signals.article_generator_finalized.connect(leave_out_drafts)


def check_before_reading(pelican: Any) -> None:
    """Refuse to build while a head has a mistake; raises EditingError with all of them."""
    problems = check_content(Path(pelican.settings["PATH"]))
    for problem in problems:
        log.error("%s", problem)
    if problems:
        raise EditingError("\n".join(map(str, problems)))


def leave_out_drafts(generator: ArticlesGenerator) -> None:
    """Keep unfinished stories out of the release."""
    generator.drafts = []
