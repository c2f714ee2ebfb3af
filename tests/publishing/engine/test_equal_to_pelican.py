"""Without our plugins, the engine gives what the program ``pelican`` gives."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("processes", [1, 3])
def test_full_build(minimal, processes):
    """Every file of a full build is the program's own, however many processes make it."""
    minimal.processes = processes
    minimal.build()
    assert minimal.tree() == minimal.stock()
