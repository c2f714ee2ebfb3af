"""Reads the numbers of comments from addresses and forms: plain digits only."""

from __future__ import annotations

import re

from werkzeug.routing import IntegerConverter

DIGITS = re.compile(r"[0-9]{1,19}\Z")
"""ASCII only: Python and werkzeug would read １ as well."""
LARGEST = 2**63 - 1


class NumberConverter(IntegerConverter):
    """``<number:...>`` in an address; anything but a comment's number is not found."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """Give the number; what is too large for a database is nobody's."""
        return min(int(value), LARGEST)


def read_number(text: str | None) -> int | None:
    """Give the number that *text* writes, None for anything else."""
    return min(int(text), LARGEST) if text and DIGITS.match(text) else None
