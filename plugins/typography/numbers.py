"""Numbers as Chinese newspapers print them: 9,464, 120万, 2.6亿."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
LARGE = ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
"""Units of the large numbers (GB/T 15835-2011: 万 and 亿 may stand for zeros)."""
SMALLEST = LARGE[-1][0]


def number(value: object) -> str:
    """Part the thousands of a number; text that is not a plain number stays as it is.

    A year is a plain number too: don't give it to this filter.
    """
    text = str(value)
    return f"{Decimal(text):,}" if PLAIN.fullmatch(text) else text


def wan(value: object) -> str:
    """Write a number in 万 or 亿 with at most two decimals, below 10,000 with thousands parted.

    Text that is not a plain number stays as it is.
    """
    text = str(value)
    if not PLAIN.fullmatch(text):
        return text
    exact = Decimal(text)
    if abs(exact) < SMALLEST:
        return number(text)
    in_units = (
        ((exact / size).quantize(Decimal("0.01"), ROUND_HALF_UP), unit) for size, unit in LARGE
    )
    rounded, unit = next(pair for pair in in_units if abs(pair[0]) >= 1)
    return f"{rounded:f}".rstrip("0").rstrip(".") + unit


def data(value: object, shown: str) -> Markup:
    """Give ``<data>`` that shows *shown* and keeps the exact *value*."""
    return Markup('<data value="{}">{}</data>').format(str(value), shown)


def exact(value: str, unit: str) -> str:
    """Give the whole number of *value* as an editor wrote it, with the 万 or 亿 of its *unit*
    multiplied in; empty for text that is no number.
    """
    plain = value.replace(",", "")
    if not PLAIN.fullmatch(plain):
        return ""
    size = next((size for size, sign in LARGE if sign in unit), Decimal(1))
    number = f"{Decimal(plain) * size:f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def measured(value: str, unit: str) -> str:
    """Give ``<data>`` that shows *value* as an editor wrote it and keeps the whole number; text
    that is no number stays as it is.
    """
    number = exact(value, unit)
    return data(number, value) if number else value
