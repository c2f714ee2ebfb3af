"""Gives templates the words of the interface: ``word(key, **values)``, ``label(key)``, and the
filter ``day``.

The words stand in catalogues, ``theme/words/<language>.toml``: the campaign's language names the
one that is used, and its file may replace single words (``[words]``).

Settings: ``SECOND_LANGUAGE``, a catalogue whose words stand beside the first ones ("" for none).
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.words import handlers

    handlers.connect()
