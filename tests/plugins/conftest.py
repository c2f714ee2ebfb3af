"""Fixtures for tests of plugins."""

from __future__ import annotations

import shutil

import pytest

from tests.living_site import SAMPLE


@pytest.fixture
def content(tmp_path):
    """Give a content folder with two themes, a picture, a page, and no story, which the campaign's
    data do not name either.
    """
    folder = tmp_path / "content"
    shutil.copytree(SAMPLE, folder)
    for path in (folder / "stories").glob("*.md"):
        path.unlink()
    campaign = folder / "campaign.toml"
    lines = campaign.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("lead_stories", "story"))]
    campaign.write_text("".join(kept), "utf-8")
    return folder
