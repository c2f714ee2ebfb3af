"""Mended texts are written back as their editor's program wrote them."""

from __future__ import annotations

import pytest

from plugins.editing.mending import mend_file, texts_in
from plugins.editing.rules.house import HouseWord, HouseWords

WORDS = HouseWords.of({"帐号": HouseWord("账号", is_mended=True)})
TEXT = "title: 你好,世界\ndate: 2015-12-05\n\n登记帐号.\n"
MENDED = "title: 你好，世界\ndate: 2015-12-05\n\n登记账号。\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["unix", "windows"])
def test_forms_stay(tmp_path, mark, line_end):
    """A byte order mark, the ends of lines and the rights of a file stay as they were."""
    path = tmp_path / "稿子 一.md"
    path.write_bytes(mark + TEXT.encode().replace(b"\n", line_end))
    path.chmod(0o640)
    assert mend_file(path, WORDS)
    assert path.read_bytes() == mark + MENDED.encode().replace(b"\n", line_end)
    assert path.stat().st_mode & 0o777 == 0o640
    assert not mend_file(path, WORDS)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-16")[2:],
        "title: café\n\nça,va\n".encode("latin-1"),
        "title: 日本,語\n\nかな\n".encode("shift-jis"),
        "title: 臺灣\n\n說明,書\n".encode("big5"),
        b"",
        MENDED.encode(),
        b"\xff\x00\n\n,",
    ],
    ids=["utf-16 without a mark", "latin", "japanese", "big5", "empty", "mended", "bytes"],
)
def test_what_cannot_be_read_stays(tmp_path, content):
    """What may be read in several ways, or has nothing to mend, is not written."""
    path = tmp_path / "a.md"
    path.write_bytes(content)
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert not mend_file(path, WORDS)
    assert path.read_bytes() == content
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_all_texts_and_nothing_else(tmp_path):
    """Stories, themes, pages and albums are mended; what stands elsewhere is not."""
    texts = ("stories/2016/a.md", "themes/b.md", "pages/c.md", "galleries/d/index.md")
    others = ("stories/a.txt", "galleries/d/other.md", "notes.md", "campaign.toml")
    for name in (*texts, *others):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, "utf-8")
    assert list(texts_in(tmp_path)) == [tmp_path / name for name in texts]
    assert [mend_file(path, WORDS) for path in texts_in(tmp_path)] == [True] * len(texts)
    assert {(tmp_path / name).read_text("utf-8") for name in texts} == {MENDED}
    assert {(tmp_path / name).read_text("utf-8") for name in others} == {TEXT}
    assert not any(mend_file(path, WORDS) for path in texts_in(tmp_path))


def test_a_linked_file_stays_linked(tmp_path):
    """A text that is a link into another folder is mended there, and stays a link."""
    (tmp_path / "real.md").write_text(TEXT, "utf-8")
    (tmp_path / "link.md").symlink_to("real.md")
    assert mend_file(tmp_path / "link.md", WORDS)
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text("utf-8") == MENDED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(TEXT.encode("gb18030"), MENDED.encode(), id="gb18030"),
        pytest.param(TEXT.encode("utf-16"), MENDED.encode(), id="utf-16"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), MENDED.encode(), id="big end first"),
        pytest.param(
            TEXT.replace("\n", "\r\n").encode("gb18030"),
            MENDED.replace("\n", "\r\n").encode(),
            id="gb18030 of Windows",
        ),
        pytest.param(
            TEXT.replace("\n", "\r").encode(), MENDED.replace("\n", "\r").encode(), id="macintosh"
        ),
        pytest.param(
            TEXT.replace("date: ", "date：").replace("title: ", "title：  ").encode(),
            MENDED.encode(),
            id="full-width colons",
        ),
        pytest.param(
            (TEXT.replace("\n\n", "\n\ndate：还没有定\n")).encode(),
            (MENDED.replace("\n\n", "\n\ndate：还没有定\n")).encode(),
            id="colon of the text",
        ),
    ],
)
def test_other_forms_are_mended(tmp_path, before, after):
    """Another encoding becomes UTF-8 when there is no doubt, and colons of the head plain ones."""
    path = tmp_path / "a.md"
    path.write_bytes(before)
    assert mend_file(path, WORDS)
    assert path.read_bytes() == after
    assert not mend_file(path, WORDS)
