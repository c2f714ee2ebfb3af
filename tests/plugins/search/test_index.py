"""Pagefind's index, made by its real program."""

from __future__ import annotations

import secrets
import stat

import pytest

from plugins.search import index
from plugins.search.documents import Document
from plugins.search.index import KEPT, SearchError, cached_index, make_index, publish_index
from publishing.release import BuildError
from tests.living_site import read_tree


def make_document(**changes):
    """Make a story's document, with *changes*."""
    values = {
        "url": "stories/first/",
        "language": "zh-CN",
        "title": "认得那件红马甲",
        "lead": "实名登记。",
        "about": "2015年12月9日",
        "tags": ("红马甲",),
        "content": "<p>孩子走丢了怎么办？</p>",
    }
    return Document(**(values | changes))


DOCUMENTS = [make_document(), make_document(url="stories/second/", title="街角有座U站")]


def test_same_stories_give_the_same_files(tmp_path):
    """Two runs, one in the other order, write the same names and bytes."""
    publish_index(DOCUMENTS, tmp_path / "cache-1", tmp_path / "1")
    publish_index(DOCUMENTS[::-1], tmp_path / "cache-2", tmp_path / "2")
    assert read_tree(tmp_path / "1") == read_tree(tmp_path / "2")


def test_only_what_the_search_page_loads_is_published(tmp_path):
    """Pagefind's own pages, styles and worker stay out."""
    publish_index(DOCUMENTS, tmp_path / "cache", tmp_path / "made")
    names = {name.partition("_")[0] for name in read_tree(tmp_path / "made")}
    assert names == {
        "fragment/zh-cn",
        "index/zh-cn",
        "pagefind-entry.json",
        "pagefind.js",
        "pagefind.zh-cn",
        "wasm.unknown.pagefind",
    }


def test_unchanged_stories_are_not_indexed_again(tmp_path, monkeypatch):
    """While the stories are the same, Pagefind is not asked; once they differ, it is."""
    publish_index(DOCUMENTS, tmp_path / "cache", tmp_path / "1")
    monkeypatch.setattr(index, "get_executable", lambda: tmp_path / "nowhere")
    publish_index(DOCUMENTS, tmp_path / "cache", tmp_path / "2")
    assert read_tree(tmp_path / "1") == read_tree(tmp_path / "2")
    with pytest.raises(SearchError, match="nowhere"):
        publish_index([make_document(title="改了")], tmp_path / "cache", tmp_path / "3")


def test_cache_keeps_what_was_used_last(tmp_path):
    """Indexes that were not used for long go; nothing unfinished is left."""
    pages = [{"a/": make_document(title=f"第{number}篇").page()} for number in range(KEPT + 1)]
    *folders, _ = [cached_index(pages[number], tmp_path) for number in (*range(KEPT), 0)]
    newest = cached_index(pages[KEPT], tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([folders[0], *folders[2:], newest])


def test_failure_of_the_program_is_told(tmp_path, monkeypatch):
    """What Pagefind said is in the sentence, and no index is kept."""
    program = tmp_path / "pagefind"
    program.write_text("#!/bin/sh\necho the disk is full >&2\nexit 3\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(index, "get_executable", lambda: program)
    with pytest.raises(SearchError, match=r"exit code 3\); it said: the disk is full"):
        publish_index(DOCUMENTS, tmp_path / "cache", tmp_path / "made")
    assert list((tmp_path / "cache").iterdir()) == []


def test_failure_stops_the_build(sqlite_site, tmp_path, monkeypatch):
    """Where the stories cannot be indexed, the build says why and readers keep the old release."""
    before = sqlite_site.release
    sqlite_site.write_story("third", body=f"没有编过索引的正文{secrets.token_hex(8)}")
    monkeypatch.setattr(index, "get_executable", lambda: tmp_path / "nowhere")
    with pytest.raises(BuildError, match=r"^Pagefind could not index the stories: .*nowhere"):
        sqlite_site.build()
    assert sqlite_site.release == before


def test_no_configuration_but_ours(tmp_path, monkeypatch):
    """Pagefind's environment variables change nothing."""
    pages = {document.url: document.page() for document in DOCUMENTS}
    plain, strange = tmp_path / "plain", tmp_path / "strange"
    plain.mkdir()
    strange.mkdir()
    usual = read_tree(make_index(pages, plain))
    monkeypatch.setenv("PAGEFIND_GLOB", "*.nothing")
    assert read_tree(make_index(pages, strange)) == usual


def test_messages_do_not_change_the_index(sqlite_site):
    """Approved messages, republished or built anew, leave the index as it is."""
    before = index_of(sqlite_site)
    assert any(name.startswith("pagefind/fragment/") for name in before)
    sqlite_site.post_approved(text="红马甲和灯")
    sqlite_site.publish()
    assert index_of(sqlite_site) == before
    sqlite_site.build(force=True)
    assert index_of(sqlite_site) == before


def index_of(site):
    """Give the published files of the index."""
    return {name: content for name, content in site.tree().items() if name[:9] == "pagefind/"}
