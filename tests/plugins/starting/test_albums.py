"""Albums of folders: what is taken, in which order, what is written, and that nothing is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pelicanconf import MARKDOWN
from plugins.editing.check import check_content
from plugins.editing.folders import read_folder
from plugins.galleries.albums import read_album
from plugins.galleries.records import Made, Photo
from plugins.starting.albums import album_place, keep_album
from plugins.starting.asking import Asker, Unanswered
from plugins.starting.desk import Desk
from plugins.starting.files import BeginError
from plugins.starting.photos import by_time, look, photos_in, read_shot
from tests.site.albums import photograph, without

GIVEN = {"title": "街角的U站", "summary": "一天。"}
QUOTED = '他说："别急[慢慢走]" <喝口水> · 歇一歇'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)
GBK = "广.jpg".encode("gb18030").decode("utf-8", "surrogateescape")
TODAY = date(2016, 1, 1)


@pytest.fixture
def desk(tmp_path):
    """Give a campaign without any album."""
    (tmp_path / "content").mkdir()
    return Desk(tmp_path / "content", TODAY)


@pytest.fixture
def folder(tmp_path):
    """Give a folder as it comes from a camera, a telephone and a chat."""
    folder = tmp_path / "街角的 U站"
    folder.mkdir()
    days = {"10.jpg": date(2015, 12, 3), "2.jpg": date(2015, 12, 5), "雨天 (1).JPG": None}
    for number, (name, taken) in enumerate(days.items()):
        notes = {"captions": {"zh-CN": f"第{number}张"}, "credit": "摄影：甲", "taken": taken}
        (folder / name).write_bytes(photograph(number, **notes))
    said = {
        "captions": {"en": "Wait", "zh-CN": QUOTED},
        "alt": "两个人[在笑]",
        "credit": "摄影：乙",
    }
    (folder / "3.jpg").write_bytes(photograph(7, **said))
    return folder


def brought(desk, folder, *, given=GIVEN, in_time=False):
    """Make the album of *folder* without asking, as the task does."""
    looked = look(folder, lambda: None)
    shots = by_time(looked.shots) if in_time else looked.shots
    place = album_place(folder, desk.content, shots)
    asker = Asker(given=given, is_asking=False)
    return keep_album(asker, desk, place, shots, folder.name)


def names(path):
    """Name the pictures that the text at *path* shows, as the album's page does."""
    return [Path(photo.photo.source).name for photo in album_at(path).photos if photo.is_named]


def album_at(path):
    """Read the album as its page does."""
    place = read_folder(path.parent)
    photos = {}
    for name in place.pictures:
        made = Made(digest="", width=1, height=1, description=read_shot(path.parent / name).told)
        photos[place.source_of(name)] = Photo(source=place.source_of(name), made=made)
    zone = ZoneInfo("Asia/Shanghai")
    return read_album(place, photos, options=MARKDOWN, zone=zone)


def test_album_of_a_folder(desk, folder):
    """Pictures are copied as they are, 2 before 10, with the words and names their files hold."""
    kept = brought(desk, folder)
    assert (kept.is_new, kept.added) == (True, 4)
    assert kept.path.parent == desk.content / "galleries" / "jie-jiao-de-u-zhan"
    assert kept.copied == sum(path.stat().st_size for path in folder.iterdir())
    for path in folder.iterdir():
        assert (kept.path.parent / path.name).read_bytes() == path.read_bytes()
    assert kept.path.read_text("utf-8").splitlines()[:7] == [
        "title: 街角的U站",
        "date: 2015-12-03",
        "summary: 一天。",
        "cover: 2.jpg",
        "credit: 摄影：甲",
        "status: draft",
        "",
    ]
    album = album_at(kept.path)
    assert names(kept.path) == ["2.jpg", "3.jpg", "10.jpg", "雨天 (1).JPG"]
    second = album.photos[1]
    assert (second.caption, second.credit, second.alt) == (QUOTED, "摄影：乙", "两个人[在笑]")
    assert [photo.credit for photo in album.photos] == ["摄影：甲", "摄影：乙", *["摄影：甲"] * 2]


def test_only_missing_words_are_told(desk, folder):
    """The checks find the pictures whose files do not say what is to be seen, and nothing else."""
    kept = brought(desk, folder)
    found = [each for each in check_content(desk.content) if each.path == kept.path]
    assert [each.line for each in found] == [8, 10, 11]


def test_order_by_time(desk, folder):
    """As they were taken, what does not say behind."""
    kept = brought(desk, folder, in_time=True)
    assert names(kept.path) == ["10.jpg", "2.jpg", "3.jpg", "雨天 (1).JPG"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("again.jpg", photograph(0), "again.jpg：和 3.jpg 是同一张", id="double"),
        pytest.param("broken.jpg", photograph(5)[:3000], "broken.jpg：", id="cut short"),
        pytest.param("empty.jpg", b"", "empty.jpg：", id="empty"),
        pytest.param("phone.HEIC", HEIC, "phone.HEIC：", id="HEIC"),
        pytest.param("clip.mov", b"x", "clip.mov：不是图集能用的图片", id="film"),
        pytest.param("a\nb.jpg", photograph(6), "a?b.jpg：文件名里有看不见的字符", id="line end"),
        pytest.param(GBK, photograph(6), "??.jpg：文件名不是 UTF-8", id="name in GBK"),
    ],
)
def test_what_cannot_be_shown_is_told_in_a_line(tmp_path, name, content, told):
    """Doubles, broken files and other things are left out, each with its reason."""
    (tmp_path / "3.jpg").write_bytes(photograph(0))
    (tmp_path / name).write_bytes(content)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    looked = look(tmp_path, lambda: None)
    assert [shot.path.name for shot in looked.shots] == ["3.jpg"]
    assert len(looked.skipped) == 1
    assert looked.skipped[0].startswith(told)


def test_each_picture_is_a_step(folder):
    """Progress is told for every file that may be a picture."""
    steps = []
    look(folder, lambda: steps.append(1))
    assert len(steps) == len(photos_in(folder)) == 4


def test_again_changes_nothing(desk, folder):
    """The same folder a second time adds no picture and no letter."""
    first = brought(desk, folder)
    before = {path.name: path.read_bytes() for path in first.path.parent.iterdir()}
    again = brought(desk, folder, given={})
    assert (again.is_new, again.added, again.copied) == (False, 0, 0)
    assert {path.name: path.read_bytes() for path in first.path.parent.iterdir()} == before


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_new_pictures_come_at_the_end(desk, folder, end):
    """What was written stays to the byte, whatever ends its lines; a name that is taken by another
    picture gets a number.
    """
    path = brought(desk, folder).path
    head = f"\ufefftitle: 改了{end}date: 2015-12-05{end}summary: 写了{end}"
    text = f"{head}{end}字。![好](3.jpg){end}尾巴"
    path.write_bytes(text.encode())
    (folder / "10.jpg").write_bytes(photograph(9))
    (folder / "20.jpg").write_bytes(photograph(10))
    kept = brought(desk, folder, given={})
    assert kept.added == 2
    added = f"{end}{end}![](10-2.jpg){end}![](20.jpg){end}"
    assert path.read_bytes() == (text + added).encode()
    assert (path.parent / "10.jpg").read_bytes() != (path.parent / "10-2.jpg").read_bytes()
    assert names(path) == ["3.jpg", "10-2.jpg", "20.jpg"]


def test_folder_of_the_content_is_used_in_place(desk, folder):
    """An album's folder gets its text where it is; later, lines for what the text does not name."""
    place = desk.content / "galleries" / "rainy"
    place.parent.mkdir()
    folder.rename(place)
    kept = brought(desk, place)
    assert (kept.path, kept.copied, kept.added) == (place / "index.md", 0, 4)
    (place / "new.jpg").write_bytes(photograph(11))
    again = brought(desk, place, given={})
    assert (again.added, names(again.path)[-1]) == (1, "new.jpg")
    assert len(photos_in(place)) == 5


def test_another_folder_of_the_same_name_is_another_album(desk, folder, tmp_path):
    """Pictures of two folders are not mixed because these are called alike."""
    first = brought(desk, folder)
    other = tmp_path / "other" / folder.name
    other.mkdir(parents=True)
    (other / "2.jpg").write_bytes(photograph(20))
    second = brought(desk, other)
    assert second.path.parent.name == f"{first.path.parent.name}-2"
    assert brought(desk, other, given={}).added == 0


def test_nothing_is_left_behind(desk, folder, tmp_path):
    """Without an answer, without pictures, or with a text that cannot be read, nothing is made."""
    with pytest.raises(Unanswered, match="--summary"):
        brought(desk, folder, given={})
    assert not (desk.content / "galleries").exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BeginError, match="没有能用的照片"):
        brought(desk, empty)
    path = brought(desk, folder).path
    path.write_bytes("title: 广东会馆\n\n字\n".encode("gb18030"))
    (folder / "30.jpg").write_bytes(photograph(30))
    with pytest.raises(BeginError, match="什么也没有改"):
        brought(desk, folder)
    assert not (path.parent / "30.jpg").exists()


def test_a_copy_that_breaks_off_leaves_nothing(desk, folder):
    """When a picture vanishes while the album is made, what was made of it vanishes, too; an album
    that was there stays as it was.
    """
    shots = look(folder, lambda: None).shots
    place = album_place(folder, desk.content, shots)
    asker = Asker(given=GIVEN, is_asking=False)
    (folder / "10.jpg").rename(folder.parent / "10.jpg")
    with pytest.raises(FileNotFoundError):
        keep_album(asker, desk, place, shots)
    assert list(desk.content.iterdir()) == []
    path = brought(desk, folder).path
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    with pytest.raises(FileNotFoundError):
        keep_album(asker, desk, path.parent, shots)
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before


def test_captions_of_each_kind(tmp_path):
    """XMP's Chinese goes before IPTC's, that before EXIF's; a camera's own words are none."""
    notes = {"captions": {"en": "Rain", "zh-CN": "雨"}, "description": "旧的说明"}
    photo = photograph(1, **notes)
    for number, content in enumerate([photo, without(photo, "xmp"), without(photo, "xmp", "iptc")]):
        (tmp_path / f"{number}.jpg").write_bytes(content)
    (tmp_path / "3.jpg").write_bytes(without(photograph(1), "xmp", "iptc"))
    captions = [shot.told.caption for shot in look(tmp_path, lambda: None).shots]
    assert captions[0] == "雨"
    assert captions[2:] == ["旧的说明", ""]
