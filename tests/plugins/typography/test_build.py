"""Typography within a real build by Pelican."""

from __future__ import annotations

import json
from types import SimpleNamespace

from plugins.typography.handlers import EXTENSION, use_extension

BODY = (
    '## 回看"五年"\n\n他说："好"。\n\n![旗](/pictures/scene.svg "小旗")\n\n### Messages & 行\n\n'
    "| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n\n" + "字" * 900
)
SHOWN = (
    '<h2 id="hui-kan-wu-nian">回看“五年”</h2>',
    '<h3 id="messages-xing">Messages &amp; 行</h3>',
    "<p>他说：“好”。</p>",
    '<figcaption class="figure__caption">小旗</figcaption>',
    'aria-label="表格1"',
)


def test_stories_are_set(sqlite_site):
    """A story gets a headline that breaks between words, contents, reading time and blocks."""
    sqlite_site.write_story("typeset", title='深圳人的"红马甲"', body=BODY)
    sqlite_site.build()
    page = sqlite_site.page("stories/typeset/index.html")
    assert [part for part in SHOWN if part not in page] == []
    assert "深圳<wbr>人的<wbr>" in page or "深圳人的<wbr>" in page
    assert "约3分钟读完" in page
    assert '<a href="#hui-kan-wu-nian">回看“五年”</a>' in page
    assert '<a href="#messages-xing">Messages &amp; 行</a>' in page


def test_pages_are_set(sqlite_site):
    """A page is set as a story is."""
    path = sqlite_site.root / "content" / "pages" / "about.md"
    path.write_text(path.read_text("utf-8") + "\n" + BODY, "utf-8")
    sqlite_site.build()
    page = sqlite_site.page("about/index.html")
    assert [part for part in SHOWN if part not in page] == []


def test_settings_stay_the_same_text():
    """The extension is named by text in the settings, so that a build can tell whether they
    changed.
    """
    pelican = SimpleNamespace(settings={"MARKDOWN": {}})
    use_extension(pelican)
    assert json.loads(json.dumps(pelican.settings)) == {
        "MARKDOWN": {"extension_configs": {EXTENSION: {}}}
    }
