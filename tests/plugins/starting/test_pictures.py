"""The picture of a new story: found among those that are there, or copied under a safe name."""

from __future__ import annotations

import pytest

from plugins.starting.asking import WrongAnswer
from plugins.starting.pictures import Picture, read_picture, safe_name
from tests.site.albums import photograph

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'


@pytest.fixture
def content(tmp_path):
    """Give a content folder with a drawing and a photo."""
    folder = tmp_path / "content" / "pictures"
    folder.mkdir(parents=True)
    (folder / "crossing.svg").write_bytes(DRAWING)
    (folder / "Beach.JPG").write_bytes(photograph(1))
    return folder.parent


@pytest.fixture
def elsewhere(tmp_path):
    """Give a folder of an editor with pictures and other things."""
    folder = tmp_path / "我的 图片"
    folder.mkdir()
    (folder / "雨天 (1).JPG").write_bytes(photograph(2))
    (folder / "same.jpg").write_bytes(photograph(1))
    (folder / "beach.jpg").write_bytes(photograph(3))
    (folder / "插画.svg").write_bytes(DRAWING + b"\n")
    (folder / "active.svg").write_bytes(b"<svg><script>1</script></svg>")
    (folder / "broken.jpg").write_bytes(photograph(2)[:40])
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99))
    (folder / "note.txt").write_text("x")
    return folder


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("crossing.svg", "crossing.svg"),
        ("Ｃrossing.svg", "crossing.svg"),
        ("content/pictures/crossing.svg", "crossing.svg"),
        ("beach.jpg", "Beach.JPG"),
        ("", ""),
        ("无", ""),
    ],
)
def test_picture_that_is_there(content, text, name):
    """Names are found as editors write them; none is a picture as well."""
    assert read_picture(text, content) == Picture(name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("雨天 (1).JPG", "yu-tian-1.jpg"),
        ("插画.svg", "cha-hua.svg"),
        ("beach.jpg", "beach-2.jpg"),
    ],
)
def test_picture_from_elsewhere_gets_a_safe_name(content, elsewhere, file, name):
    """A file is copied under small letters, digits and hyphens, and over nothing."""
    path = elsewhere / file
    assert read_picture(str(path), content) == Picture(name, path)
    assert read_picture(f"'{path}'", content) == Picture(name, path)


def test_the_same_picture_is_not_copied_twice(content, elsewhere):
    """A file with the content of one that is there stands for that."""
    assert read_picture(str(elsewhere / "same.jpg"), content) == Picture("Beach.JPG")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("crosing.svg", "是不是 crossing.svg？"),
        ("nothing-like-it", "打 \\? 列出有哪些"),
        ("？", "Beach.JPG\n  crossing.svg"),
        ("active.svg", "不是能用的插画"),
        ("broken.jpg", "^broken.jpg："),
        ("phone.heic", "HEIC"),
        ("note.txt", "note.txt 不是图片"),
    ],
)
def test_what_cannot_be_shown_is_told(content, elsewhere, text, told):
    """A slip, a broken file and what is no picture are said, and asked again."""
    path = elsewhere / text
    with pytest.raises(WrongAnswer, match=told):
        read_picture(str(path) if path.exists() else text, content)


def test_names_of_copies():
    """Nothing speakable has a name too, and a taken one a number, whatever its case."""
    assert safe_name("🎉.PNG", []) == "picture.png"
    assert safe_name("a b.jpg", ["A-B.JPG", "a-b-2.jpg"]) == "a-b-3.jpg"
