"""Quick readers read what Pelican's and ours read."""

from __future__ import annotations

from pathlib import Path

import pytest
from pelican.generators import Generator
from pelican.readers import MarkdownReader
from pelican.settings import read_settings

from plugins.typography.handlers import EXTENSION, ChineseReader
from publishing.engine.readers import Converter, quicken

CONTENT = Path(__file__).parents[3] / "content"
STORIES = sorted(CONTENT.rglob("*.md"))
pytestmark = pytest.mark.usefixtures("no_plugins")
READERS = {"Pelican's": MarkdownReader, "ours": ChineseReader}


def settings_for(name, **changes):
    """Give Pelican's own settings, or those of our site as far as readers ask."""
    options = {"md": READERS[name]}
    settings = read_settings(None, override={"READERS": options, "DEFAULT_LANG": "zh"} | changes)
    if name == "ours":
        standard = ("meta", "fenced_code", "tables")
        configs = {f"markdown.extensions.{each}": {} for each in standard}
        settings["MARKDOWN"] = {
            "extension_configs": configs | {EXTENSION: {}},
            "output_format": "html5",
        }
    return settings


def generator_of(settings, path=CONTENT):
    """Give a generator as Pelican makes it."""
    return Generator(
        context={"generated_content": {}, "static_links": set(), "static_content": {}},
        settings=settings,
        path=str(path),
        theme=settings["THEME"],
        output_path="output",
    )


def read(generator, path):
    """Give what *generator* reads at *path*: HTML, and the metadata as text."""
    html, metadata = generator.readers.readers["md"].read(str(path))
    return html, {name: repr(value) for name, value in metadata.items()}


@pytest.mark.parametrize("fields", [["summary"], ["summary", "title"], []])
@pytest.mark.parametrize("name", READERS)
def test_reads_the_same(name, fields):
    """HTML, metadata, fields with Markdown, table of contents and minutes are the same."""
    plain = generator_of(settings_for(name, FORMATTED_FIELDS=fields))
    quick = generator_of(settings_for(name, FORMATTED_FIELDS=fields))
    quicken(quick.readers.readers["md"])
    for path in STORIES:
        assert read(quick, path) == read(plain, path)


def test_needs_no_python_markdown():
    """Not one of this site's stories asks for a Python-Markdown."""
    reader = generator_of(settings_for("ours")).readers.readers["md"]
    converter = Converter(reader.settings["MARKDOWN"])
    for path in STORIES:
        converter.converted(path.read_text("utf-8"))
    assert converter.markdown.made == 0


def test_reads_what_the_shortcut_declines(tmp_path):
    """A text with raw HTML is read too, with its headings."""
    path = tmp_path / "story.md"
    path.write_text("title: 题\n\n## 一\n\n<div>原样</div>\n\n## 二\n", "utf-8")
    plain, quick = (generator_of(settings_for("ours")) for _ in range(2))
    quicken(quick.readers.readers["md"])
    assert read(quick, path) == read(plain, path)
    assert "yi" in read(quick, path)[1]["toc"]


def test_reader_of_somebody_else_stays():
    """A subclass may do anything with its text, so it is left alone."""
    reader = Other(settings_for("Pelican's"))
    before = dict(vars(reader))
    quicken(reader)
    assert vars(reader) == before


class Other(MarkdownReader):
    """A reader of somebody else."""
