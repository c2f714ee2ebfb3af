"""Typography within a real build by Pelican."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from pelican import Pelican
from pelican.settings import read_settings

from plugins.typography.handlers import EXTENSION, use_extension
from tests.living_site import ROOT

HEAD = "title: 深圳人的“红马甲”\ndate: 2015-12-05\nsummary: 摘要。\nslug: {slug}\n\n"
BODY = (
    '## 回看"五年"\n\n他说："好"。\n\n![旗](/pictures/scene.svg "小旗")\n\n### Messages & 行\n\n'
    + "字" * 900
)
TEMPLATE = """{% set it = article or page %}{{ it.title | headline }}
{{ it.minutes }}
{{ 9464 | number }} {{ 1200000 | wan }} {{ 1200000 | data }} {{ '"好"' | quotes }}
{% for heading in it.toc %}{{ heading.level }} #{{ heading.id }} {{ heading.text }}
{% endfor %}
{{ it.content | safe }}"""


@pytest.fixture
def run(tmp_path):
    """Give a function that builds a story and a page, and gives both files' text."""
    for kind in ("stories", "pages"):
        folder = tmp_path / "content" / kind
        folder.mkdir(parents=True)
        (folder / "first.md").write_text(HEAD.format(slug=f"in-{kind}") + BODY, "utf-8")
    templates = tmp_path / "theme" / "templates"
    templates.mkdir(parents=True)
    for name in ("article", "page"):
        (templates / f"{name}.html").write_text(TEMPLATE, "utf-8")

    def build(output="output", **overrides):
        settings = read_settings(
            str(ROOT / "pelicanconf.py"),
            override={
                "PATH": str(tmp_path / "content"),
                "OUTPUT_PATH": str(tmp_path / output),
                "THEME": str(tmp_path / "theme"),
                "PLUGINS": ["plugins.typography"],
                "DIRECT_TEMPLATES": [],
                "STATIC_PATHS": [],
            }
            | overrides,
        )
        Pelican(settings).run()
        files = ("stories/in-stories/index.html", "in-pages/index.html")
        return [(tmp_path / output / name).read_text("utf-8") for name in files]

    return build


def test_stories_and_pages_are_set(run):
    """Both get headings, reading time, blocks and filters."""
    for shown in run(WHOLE_WORDS=["深圳人"]):
        assert shown.startswith(
            "深圳人的<wbr>“红马甲”\n3\n9,464 120万 "
            '<data value="1200000">120万</data> “好”\n'
            "2 #hui-kan-wu-nian 回看“五年”\n3 #messages-xing Messages &amp; 行\n"
        )
        assert '<h2 id="hui-kan-wu-nian">回看“五年”</h2>' in shown
        assert "<p>他说：“好”。</p>" in shown
        assert '<figcaption class="figure__caption">小旗</figcaption>' in shown


def test_the_same_content_gives_the_same_bytes(run):
    """A second build of the same content is the first again."""
    assert run("one") == run("two")


def test_settings_stay_the_same_text():
    """The extension is named by text in the settings, so that a build can tell whether they
    changed.
    """
    pelican = SimpleNamespace(settings={"MARKDOWN": {}})
    use_extension(pelican)
    assert json.loads(json.dumps(pelican.settings)) == {
        "MARKDOWN": {"extension_configs": {EXTENSION: {}}}
    }
