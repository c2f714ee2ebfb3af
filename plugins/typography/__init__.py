"""Sets Chinese as it should be set: slugs in pinyin, headlines that break between words, ruby,
figures, quotations, tables of contents.

Settings: none; the campaign's file names words that a headline never breaks (``whole_words``).
Options of the Markdown extension stand in ``MARKDOWN["extension_configs"]`` under
``plugins.typography.blocks:ChineseMarkdown``: ``table_label``, ``show``, ``taken``.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.typography import handlers

    handlers.connect()
