"""Numbers as newspapers print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from plugins.typography.numbers import data, measured, number, wan


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (9464, "9,464"),
        ("9464", "9,464"),
        (1234567, "1,234,567"),
        ("1234.50", "1,234.50"),
        (-3000, "-3,000"),
        (0, "0"),
        ("120万", "120万"),
        ("9,464", "9,464"),
        ("11.2%", "11.2%"),
        ("007", "007"),
        ("１２３４", "１２３４"),
        ("NaN", "NaN"),
        ("", ""),
    ],
)
def test_number_parts_thousands(value, shown):
    """Plain numbers get separators; whatever is not one stays as the editor wrote it."""
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1200000, "120万"),
        (93000, "9.3万"),
        (43200, "4.32万"),
        ("43200", "4.32万"),
        (260000000, "2.6亿"),
        (1.2e12, "1.2万亿"),
        (10000, "1万"),
        (9999, "9,999"),
        (4500, "4,500"),
        (12345, "1.23万"),
        (12350, "1.24万"),
        (99_999_999, "1亿"),
        (-93000, "-9.3万"),
        (Decimal("120000.5"), "12万"),
        ("800+", "800+"),
        ("", ""),
    ],
)
def test_wan_counts_in_ten_thousands(value, shown):
    """From ten thousand on a number is told in 万 and 亿, to two decimals at most."""
    assert wan(value) == shown


def test_data_keeps_the_exact_number():
    """Machines get the number, readers what is shown; both are escaped."""
    assert data(1200000, "一百二十万") == '<data value="1200000">一百二十万</data>'
    assert data('"<', "<b>") == '<data value="&#34;&lt;">&lt;b&gt;</data>'


@pytest.mark.parametrize(
    ("value", "unit", "whole"),
    [
        pytest.param("120", "万", "1200000", id="万"),
        pytest.param("4.32", "万人", "43200", id="decimals"),
        pytest.param("260", "多万人次", "2600000", id="万 within"),
        pytest.param("2.6", "亿", "260000000", id="亿"),
        pytest.param("9,464", "个", "9464", id="thousands parted"),
        pytest.param("11.2", "%", "11.2", id="percent"),
    ],
)
def test_figures_keep_the_whole_number(value, unit, whole):
    """A figure shows what the editor wrote, and machines read the number it stands for."""
    assert measured(value, unit) == f'<data value="{whole}">{value}</data>'


def test_figures_may_be_words():
    """What is no number is shown as it is."""
    assert measured("首个", "个") == "首个"
