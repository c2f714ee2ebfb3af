from __future__ import annotations

import io

import pytest
import pyvips
from PIL import Image

from plugins.galleries.metadata import read_description
from plugins.galleries.records import Description
from theme.illustrations.photographs import PhotographError, main, make_photographs, read_list

WIDTH = 400
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="420" viewBox="0 0 640 420">'
    '<path d="M0 0H320V420H0Z" fill="#C3272B"/><path d="M320 0H640V420H320Z" fill="#1E7B7A"/></svg>'
)
ENTRY = {
    "file": '"01.jpg"',
    "drawing": '"scene.svg"',
    "caption": '"志愿者在路口。"',
    "caption_en": '"Volunteers at a crossing."',
}


def write_list(album, *entries):
    """Write an album's list; each entry changes ENTRY, a value of None leaves its line out."""
    album.mkdir(parents=True, exist_ok=True)
    texts = []
    for changes in entries:
        lines = [f"{key} = {value}" for key, value in {**ENTRY, **changes}.items() if value]
        texts.append("\n".join(["[[photograph]]", *lines, ""]))
    (album / "photographs.toml").write_text("\n".join(texts), "utf-8")
    return album / "photographs.toml"


@pytest.fixture
def album(tmp_path):
    """Give the folder of an album whose list has one entry."""
    (tmp_path / "drawings").mkdir()
    (tmp_path / "drawings" / "scene.svg").write_text(DRAWING, "utf-8")
    write_list(tmp_path / "albums" / "opening", {})
    return tmp_path / "albums" / "opening"


@pytest.fixture
def make(album):
    """Give a function that makes what is to be made, and gives the names of what was."""
    folder = album.parent.parent
    return lambda: make_photographs(folder / "drawings", folder / "albums", width=WIDTH)


def opened(path):
    """Read a picture."""
    return Image.open(io.BytesIO(path.read_bytes())).convert("RGB")


def at(path, x, y):
    """Give the colour at a point, of the mean around it."""
    image = opened(path).crop((x - 8, y - 8, x + 8, y + 8))
    return image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))


def test_an_entry_becomes_a_photograph(album, make):
    """It has the shape of a camera's and the colours of its drawing."""
    assert make() == ["opening/01.jpg"]
    assert opened(album / "01.jpg").size == (400, 300)
    assert at(album / "01.jpg", 100, 150) == pytest.approx((0xC3, 0x27, 0x2B), abs=4)
    assert at(album / "01.jpg", 300, 150) == pytest.approx((0x1E, 0x7B, 0x7A), abs=4)


def test_it_is_as_large_as_a_cameras(album, tmp_path):
    """Twelve million pixels, and as many bytes as their kind has."""
    make_photographs(tmp_path / "drawings", tmp_path / "albums")
    assert opened(album / "01.jpg").size == (4000, 3000)
    assert 800_000 < (album / "01.jpg").stat().st_size < 4_000_000


def test_it_says_what_its_entry_says(album, make):
    """Captions, credit and day are in the file, for the pipeline to read."""
    more = {"alt": '"红马甲"', "credit": '"插画：本站"', "taken": "2015-12-05"}
    write_list(album, more)
    make()
    image = pyvips.Image.new_from_file(album / "01.jpg")
    blobs = (image.get(f"{name}-data") for name in ("exif", "xmp", "iptc"))
    assert read_description(*blobs) == Description(
        caption="志愿者在路口。", alt="红马甲", credit="插画：本站", taken="2015-12-05"
    )


def test_nothing_is_made_twice(album, make):
    """A file that fits is left alone."""
    make()
    before = (album / "01.jpg").stat().st_mtime_ns
    assert make() == []
    assert (album / "01.jpg").stat().st_mtime_ns == before


def test_what_is_made_is_the_same_each_time(album, make):
    """The grain of the paper is no chance."""
    make()
    before = (album / "01.jpg").read_bytes()
    (album / "01.jpg").unlink()
    assert make() == ["opening/01.jpg"]
    assert (album / "01.jpg").read_bytes() == before


def test_a_changed_entry_remakes_its_photograph_only(album, make):
    """Others stay as they are."""
    write_list(album, {}, {"file": '"02.jpg"'})
    make()
    write_list(album, {}, {"file": '"02.jpg"', "caption": '"别的图说。"'})
    assert make() == ["opening/02.jpg"]


def test_a_changed_drawing_remakes_its_photographs(album, make, tmp_path):
    """The photograph follows the drawing."""
    make()
    drawing = tmp_path / "drawings" / "scene.svg"
    drawing.write_text(DRAWING.replace("#C3272B", "#000000"), "utf-8")
    assert make() == ["opening/01.jpg"]
    assert at(album / "01.jpg", 100, 150) == pytest.approx((0, 0, 0), abs=6)


@pytest.mark.parametrize(("focus", "share"), [(0, 0.571), (0.5, 0.5), (1, 0.429)])
def test_the_part_that_is_kept_can_be_chosen(album, make, focus, share):
    """The border between the two colours moves with it."""
    write_list(album, {"focus": str(focus)})
    make()
    row = opened(album / "01.jpg").crop((0, 150, WIDTH, 151))
    red = sum(row.getpixel((x, 0))[0] > 0x70 for x in range(WIDTH))
    assert red / WIDTH == pytest.approx(share, abs=0.01)


def test_a_photograph_on_no_list_is_removed(album, make):
    """A renamed one would otherwise stand in the album twice; an editor's own picture stays."""
    make()
    own = io.BytesIO()
    Image.new("RGB", (8, 6)).save(own, "JPEG")
    (album / "own.jpg").write_bytes(own.getvalue())
    write_list(album, {"file": '"crossing.jpg"'})
    assert make() == ["opening/crossing.jpg"]
    assert sorted(path.name for path in album.glob("*.jpg")) == ["crossing.jpg", "own.jpg"]


def test_nothing_is_left_beside_a_photograph(album, make):
    """Files are written aside, and then moved."""
    make()
    assert [path.name for path in sorted(album.iterdir())] == ["01.jpg", "photographs.toml"]


def test_each_photograph_is_told(album, tmp_path):
    """One line a picture, with where it comes from."""
    told = []
    make_photographs(tmp_path / "drawings", tmp_path / "albums", told.append, width=WIDTH)
    write_list(album)
    make_photographs(tmp_path / "drawings", tmp_path / "albums", told.append, width=WIDTH)
    assert told == [
        "opening/01.jpg from scene.svg",
        "opening/01.jpg removed, photographs.toml has no entry for it",
    ]


def test_the_command_says_how_many(album, tmp_path, capsys):
    """Folders may be named on the command line."""
    write_list(album)
    assert main([str(tmp_path / "albums"), str(tmp_path / "drawings")]) == 0
    assert capsys.readouterr().out == f"0 photographs made in {tmp_path / 'albums'}\n"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({"titel": '"x"'}, "entry 1: there is no 'titel': take one of", id="key"),
        pytest.param({"caption": None}, "entry 1: it has no caption: write it", id="missing"),
        pytest.param({"caption": '""'}, "entry 1: it has no caption: write it", id="empty"),
        pytest.param({"taken": '"2015"'}, "taken = '2015' is of the wrong kind", id="day"),
        pytest.param({"focus": "2"}, "focus = 2 is outside: write 0", id="focus"),
        pytest.param({"file": '"../1.jpg"'}, "no name of a JPEG: write one such", id="path"),
        pytest.param({"file": '"1.png"'}, "no name of a JPEG: write one such", id="suffix"),
    ],
)
def test_a_wrong_entry_is_told(album, entry, expected):
    """The list, the entry and the mend are named."""
    path = write_list(album, entry)
    with pytest.raises(PhotographError, match=expected) as caught:
        read_list(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[photograph]", "no TOML in UTF-8"),
        ("photograph = 1", r"nothing but entries that begin with \[\[photograph\]\]"),
        ("photograph = [1]", r"nothing but entries that begin with \[\[photograph\]\]"),
        ("[photo]", r"nothing but entries that begin with \[\[photograph\]\]"),
    ],
)
def test_a_wrong_list_is_told(album, text, expected):
    """The list and the mend are named."""
    (album / "photographs.toml").write_text(text, "utf-8")
    with pytest.raises(PhotographError, match=expected):
        read_list(album / "photographs.toml")


def test_two_entries_of_one_name_are_told(album):
    """One would overwrite the other."""
    with pytest.raises(PhotographError, match=r"two entries make 01\.jpg: give one another name"):
        read_list(write_list(album, {}, {}))


def test_a_missing_drawing_is_told(album, make):
    """Before anything is made of the album."""
    write_list(album, {}, {"file": '"02.jpg"', "drawing": '"none.svg"'})
    with pytest.raises(PhotographError, match=r"02\.jpg: the drawing .*none\.svg cannot be read"):
        make()
    assert not (album / "01.jpg").exists()


def test_a_drawing_that_is_none_is_told(album, make, tmp_path):
    """It is named, with how to mend it."""
    (tmp_path / "drawings" / "scene.svg").write_text("<svg", "utf-8")
    with pytest.raises(PhotographError, match=r"scene\.svg cannot be rendered: open it"):
        make()
