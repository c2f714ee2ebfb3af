"""The campaign's whole site around a corpus: our theme, our plugins, stories by the thousand."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.corpus import CATEGORIES, Story, StoryFolder, stories
from benchmarks.parts.runs import HERE

SAMPLE = HERE / "tests" / "site" / "sample"
THEMES = ("culture", "civility")
SITE_URL = "http://127.0.0.1:8000"
SETTINGS = '''"""Our settings, for the site of this folder."""

from pathlib import Path

from pelicanconf import *  # noqa: F403

KEPT = Path(__file__).parent
PATH = str(KEPT / "content")
OUTPUT_PATH = str(KEPT / "output")
SITEURL = "{url}"
COMMENT_ARCHIVE = str(KEPT / "archive")
SEARCH_CACHE = str(KEPT / "cache" / "search")
PICTURE_CACHE = str(KEPT / "cache" / "pictures")
CARD_CACHE = str(KEPT / "cache" / "cards")
'''


@dataclass(frozen=True, slots=True)
class WholeSite:
    """The site in one folder: ``settings.py`` and ``content/``, ``archive/`` beside them."""

    folder: Path

    @property
    def stories(self) -> StoryFolder:
        """Its stories."""
        return StoryFolder(self.folder / "content" / "stories", _head)

    def make(self, count: int) -> None:
        """Write settings, the sample's campaign and *count* stories."""
        content = self.folder / "content"
        shutil.rmtree(content, ignore_errors=True)
        shutil.copytree(SAMPLE, content)
        (self.folder / "settings.py").write_text(SETTINGS.format(url=SITE_URL), "utf-8")
        self.stories.write(stories(count))


def _head(story: Story) -> str:
    lines = {
        "title": story.title,
        "date": story.date,
        "theme": THEMES[CATEGORIES.index(story.category) % len(THEMES)],
        "tags": ", ".join(story.tags),
        "summary": story.summary,
        "picture": "scene.svg",
        "picture_alt": "画面",
        "comments": "open",
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + "\n"
