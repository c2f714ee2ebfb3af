"""What editors' machines with Windows cannot do is done in another way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publishing.engine import bodies
from publishing.release import NO_PRIVILEGE, TOLD, Releases


def refuse_links(monkeypatch, number):
    """Let no link be made, as Windows refuses it."""

    def refuse(path, target):
        error = OSError("no right")
        error.winerror = number
        raise error

    monkeypatch.setattr(Path, "symlink_to", refuse)


def test_a_file_names_the_release_where_no_link_may_be(tmp_path, monkeypatch):
    """It is found again and follows each switch; once links may be made, the file is gone."""
    releases = Releases(tmp_path)
    with monkeypatch.context() as patch:
        refuse_links(patch, NO_PRIVILEGE)
        for _ in range(2):
            release = releases.fresh()
            releases.switch(release)
            assert releases.current() == release
    assert (tmp_path / TOLD).read_text("utf-8") == "000002"
    releases.switch(release := releases.fresh())
    assert releases.current() == release
    assert not (tmp_path / TOLD).exists()


def test_other_refusals_are_told(tmp_path, monkeypatch):
    """Only that one has another way."""
    refuse_links(monkeypatch, 5)
    with pytest.raises(OSError, match="no right"):
        Releases(tmp_path).switch(Releases(tmp_path).fresh())


def test_bodies_are_read_without_pread(tmp_path, monkeypatch):
    """The bytes are those that were written, in any order."""
    kept = bodies.Bodies(tmp_path)
    places = [kept.write("0", f"第{number}段\n\r\x1a") for number in range(5)]
    kept.finish()
    monkeypatch.delattr(os, "pread")
    assert [kept.read(each) for each in reversed(places)] == [
        f"第{number}段\n\r\x1a" for number in reversed(range(5))
    ]
    kept.close()
