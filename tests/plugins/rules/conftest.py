"""What the tests of rules share."""

from __future__ import annotations

from datetime import date

import pytest


@pytest.fixture
def today():
    """Give a day after those of the demonstration."""
    return date(2016, 1, 15)
