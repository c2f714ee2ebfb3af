"""Garbage is looked for where it is worth while."""

from __future__ import annotations

import gc
import subprocess
import sys

from publishing.engine.memory import no_collection

PROGRAM = """
import sys
from publishing.engine.memory import is_short_lived

class Ring:
    def __init__(self):
        self.own = self
    def __del__(self):
        print("looked for")

if "short" in sys.argv:
    is_short_lived()
Ring()
"""


def test_short_lived():
    """A process that says so is not gone through when it ends; any other is."""
    said = [
        subprocess.run([sys.executable, "-c", PROGRAM, *more], capture_output=True, check=True)
        for more in (["short"], [])
    ]
    assert [each.stdout.decode().split() for each in said] == [[], ["looked", "for"]]


def test_no_collection():
    """Afterwards it is as it was."""
    with no_collection():
        assert not gc.isenabled()
        with no_collection():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
