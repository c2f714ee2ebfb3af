"""What a build says of itself."""

from pathlib import Path

import pytest

from publishing.release import Release
from publishing.told import outcome

FIRST, SECOND = Release(Path("releases/000001")), Release(Path("releases/000002"))


@pytest.mark.parametrize(
    ("before", "is_changed", "told"),
    [
        pytest.param(None, True, "Published release 000002", id="the first one"),
        pytest.param(FIRST, True, "Published release 000002", id="a new one"),
        pytest.param(SECOND, True, "Brought release 000002 up to date", id="edited in place"),
        pytest.param(SECOND, False, "Up to date: release 000002", id="nothing to do"),
    ],
)
def test_outcome_is_told(before, is_changed, told):
    """Only a new release is published; one that was changed in place, or left alone, says so."""
    assert outcome(SECOND, before, is_changed=is_changed) == told
