"""What tests of builds have in common."""

from __future__ import annotations

import pytest
from blinker import ANY, NamedSignal
from pelican.plugins import signals

from tests.publishing.engine.minimal import Minimal


@pytest.fixture
def no_plugins():
    """Leave out what a site built before in the same process connected."""
    kept = [
        (signal, receiver)
        for signal in vars(signals).values()
        if isinstance(signal, NamedSignal)
        for receiver in list(signal.receivers_for(ANY))
    ]
    for signal, receiver in kept:
        signal.disconnect(receiver)
    yield
    for signal, receiver in kept:
        signal.connect(receiver)


@pytest.fixture
def minimal(tmp_path, no_plugins):
    """Give a copy of the minimal site, not yet built."""
    return Minimal.make(tmp_path)
