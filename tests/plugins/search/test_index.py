"""Pagefind's index, made by its real program."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import replace

import pytest

from plugins.search import index
from plugins.search.documents import Document
from plugins.search.index import KEPT, LEAST_SECONDS, Indexing, SearchError, publish_index
from plugins.search.parts import LENGTH, number_of_parts, parts_of
from plugins.search.runner import make_index
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
    values |= changes
    content = values.pop("content")
    return Document(**values, content_digest=content, read=lambda: content)


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


def folders_in(cache):
    """Give the folders of indexes."""
    return {path for path in cache.iterdir() if path.is_dir()}


def grow_old(cache):
    """Let an hour pass for what is in the cache."""
    for folder in folders_in(cache):
        moment = folder.stat().st_mtime_ns - int(LEAST_SECONDS * 1e9)
        os.utime(folder, ns=(moment, moment))


def test_cache_keeps_what_another_build_is_about_to_use(tmp_path):
    """An index that a build found in the cache stays until it is published, however many others
    are made meanwhile.
    """
    cache = tmp_path / "cache"
    publish_index(DOCUMENTS, cache, tmp_path / "before")
    grow_old(cache)
    waiting = Indexing(DOCUMENTS, cache)
    for number in range(KEPT + 1):
        publish_index([make_document(title=f"第{number}篇")], cache, tmp_path / str(number))
    waiting.publish(tmp_path / "after")
    assert read_tree(tmp_path / "after") == read_tree(tmp_path / "before")


def test_cache_keeps_what_was_used_last(tmp_path):
    """Indexes that were not used for long go; nothing unfinished is left."""
    cache, seen = tmp_path / "cache", []
    for number in (*range(KEPT), 0, KEPT):
        publish_index([make_document(title=f"第{number}篇")], cache, tmp_path / str(len(seen)))
        seen.append(folders_in(cache))
        grow_old(cache)
    first, second = seen[0], seen[1] - seen[0]
    assert first <= seen[-1]
    assert not second & seen[-1]
    assert len(seen[-1]) == KEPT


def many(count, **changes):
    """Give documents, the oldest first; the story at each place is called as *changes* say."""
    return [
        make_document(url=f"stories/s{n}/", title=changes.get(f"s{n}", f"第{n}篇"))
        for n in range(count)
    ]


def test_many_stories_are_shared_out(tmp_path):
    """Of more stories than one index holds, the first index is as if there were no others, and
    what all have in common stands there alone.
    """
    publish_index(many(LENGTH), tmp_path / "cache", tmp_path / "few")
    publish_index(many(LENGTH + 1), tmp_path / "cache", tmp_path / "more")
    few, more = read_tree(tmp_path / "few"), read_tree(tmp_path / "more")
    assert {name: more[name] for name in few} == few
    further = more.keys() - few.keys()
    assert {name.partition("/")[0] for name in further} == {"2"}
    assert not [name for name in further if "wasm" in name or name.endswith(".js")]
    assert len([name for name in further if "/fragment/" in name]) == 1
    assert [number_of_parts(n) for n in (0, 1, LENGTH, LENGTH + 1)] == [1, 1, 1, 2]


def test_only_the_part_that_changed_is_indexed(tmp_path):
    """Of an edited story its own part alone is read and indexed again; so of a new one the last."""
    before = [part.fingerprint for part in parts_of(many(3 * LENGTH))]
    edited = [part.fingerprint for part in parts_of(many(3 * LENGTH, s300="改了"))]
    longer = [part.fingerprint for part in parts_of(many(3 * LENGTH + 1))]
    assert [old == new for old, new in zip(before, edited, strict=True)] == [True, False, True]
    assert longer[:3] == before
    read = []
    stories = [make_document(url=f"s{n}/") for n in range(LENGTH)]
    publish_index(stories, tmp_path / "cache", tmp_path / "1")
    watched = [replace(each, read=lambda: read.append(1) or "") for each in stories]
    new = replace(make_document(url="new/"), read=lambda: read.append("new") or "")
    publish_index([*watched, new], tmp_path / "cache", tmp_path / "2")
    assert read == ["new"]


def test_nothing_is_left_of_an_index_that_nobody_asked_for(tmp_path):
    """Where a build stops, its index stops too, and no file of it stays."""
    indexing = Indexing(DOCUMENTS, tmp_path)
    runner = indexing._runner
    del indexing
    assert runner.poll() is not None
    assert all(len(path.name) == 32 for path in folders_in(tmp_path))  # or it was finished before


def test_failure_of_the_program_is_told(tmp_path, monkeypatch):
    """What Pagefind said is in the sentence, and no index is kept."""
    program = tmp_path / "pagefind"
    program.write_text("#!/bin/sh\necho the disk is full >&2\nexit 3\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(index, "get_executable", lambda: program)
    with pytest.raises(SearchError, match=r"exit code 3\); it said: the disk is full"):
        publish_index(DOCUMENTS, tmp_path / "cache", tmp_path / "made")
    assert folders_in(tmp_path / "cache") == set()


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
    program = str(index.get_executable())
    usual = read_tree(make_index(program, write_site(tmp_path / "plain")))
    monkeypatch.setenv("PAGEFIND_GLOB", "*.nothing")
    assert read_tree(make_index(program, write_site(tmp_path / "strange"))) == usual


def write_site(folder):
    """Write the pages that Pagefind reads."""
    for document in DOCUMENTS:
        path = folder / document.url / "index.html"
        path.parent.mkdir(parents=True)
        path.write_text(document.page(), "utf-8")
    return folder


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
