"""Which pictures go with a withdrawn story: those that nothing else shows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from plugins.editing.pictures import Names
from plugins.editing.sources import Source

NAMED = re.compile(r"""\bpictures/([^\s"'<>()?#]+)""")
"""A picture of the site as a text names it, whatever form that has."""


def pictures_of(source: Source) -> list[str]:
    """Give the pictures in ``content/pictures`` that *source* names, as they stand there."""
    return sorted({source.value("picture"), *NAMED.findall(source.body)} - {""})


def withheld(gone: Iterable[str], shown: Iterable[str], names: Names) -> frozenset[str]:
    """Give which of the pictures that withdrawn stories name (*gone*) no other text does (*shown*),
    as paths below the content folder; *names* are those of all pictures.
    """
    found = {names.find(f"pictures/{name}") for name in gone}
    return frozenset(found - {names.find(f"pictures/{name}") for name in shown} - {""})
