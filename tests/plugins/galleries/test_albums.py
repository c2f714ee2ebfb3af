"""Albums are read from their folders into what their pages show."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugins.editing.folders import read_folder
from plugins.galleries.albums import (
    Wall,
    album_sources,
    read_album,
    read_albums,
    unnamed_without_alt,
)
from plugins.galleries.options import OPTIONS, GalleryOptions
from plugins.galleries.records import Description, Made, Photo
from plugins.problems import Severity
from tests.plugins.writing import brief

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = {"title": "街角", "date": "2015-12-05", "summary": "一句话。"}
OPTIONS_OF_MARKDOWN = {
    "extension_configs": {
        "plugins.typography.blocks:ChineseMarkdown": {},
        "markdown.extensions.meta": {},
    },
    "output_format": "html5",
}


def write_album(content, body="", pictures=("1.jpg", "2.jpg"), folder="walk", **changes):
    """Write an album whose pictures are never opened; gives its folder."""
    path = content / "galleries" / folder
    path.mkdir(parents=True)
    head = "\n".join(f"{key}: {value}" for key, value in (HEAD | changes).items())
    (path / "index.md").write_text(f"{head}\n\n{body}\n", "utf-8")
    for name in pictures:
        (path / name).write_bytes(b"x")
    return path


def made(*sources, **told):
    """Give the photos of *sources*, all with what *told* says of them."""
    description = Description(**told)
    return {
        source: Photo(
            source=source, made=Made(digest="0", width=4, height=3, description=description)
        )
        for source in sources
    }


def read(path, *bad, **told):
    """Read the album in *path*; the pictures named *bad* cannot be shown."""
    folder = read_folder(path)
    photos = made(*(folder.source_of(name) for name in folder.pictures if name not in bad), **told)
    return read_album(folder, photos, options=OPTIONS_OF_MARKDOWN, zone=ZONE)


def names_of(album):
    """Give the names of an album's pictures."""
    return [Path(photo.photo.source).name for photo in album.photos]


def shape_of(album):
    """Give the parts of an album: the HTML of texts, the names of pictures."""
    return [
        [Path(photo.photo.source).name for photo in part.photos]
        if isinstance(part, Wall)
        else part.html
        for part in album.parts
    ]


def test_head(tmp_path):
    """What the head says becomes the album; its date is aware, in the site's zone."""
    head = {"theme": "culture", "credit": "编辑部", "cover": "2.JPG", "originals": "yes"}
    path = write_album(tmp_path, pictures=("1.jpg", "2.jpg"), date="2015-12-05 08:30", **head)
    album = read(path)
    assert (album.title, album.summary, album.theme, album.credit) == (
        "街角",
        "一句话。",
        "culture",
        "编辑部",
    )
    assert album.date == datetime(2015, 12, 5, 8, 30, tzinfo=ZONE)
    assert album.date.tzinfo is ZONE
    assert album.cover is album.photos[1]
    assert album.options == GalleryOptions(originals=True)
    assert (album.slug, album.address) == ("walk", "/galleries/walk/")
    assert album.path == path / "index.md"


def test_head_with_no_more_than_is_needed(tmp_path):
    """The first picture is the cover, and no option is on."""
    album = read(write_album(tmp_path, "![画面](2.jpg)"))
    assert names_of(album) == ["2.jpg", "1.jpg"]
    assert album.cover is album.photos[0]
    assert album.options == GalleryOptions()
    assert (album.theme, album.credit) == ("", "")


def test_options_come_from_the_head():
    """Each option takes its own words, and what is none of them counts as not given."""
    assert OPTIONS == {"originals": {"yes": True, "no": False}}
    assert GalleryOptions.from_head({"originals": "yes", "title": "x"}).originals
    assert not GalleryOptions.from_head({"originals": "no"}).originals
    assert not GalleryOptions.from_head({"originals": "maybe"}).originals


def test_text_between_pictures(tmp_path):
    """Paragraphs of pictures become walls, adjacent ones a single one; all else stays text."""
    body = """
前文“引号”。

![一](1.jpg)

![二](2.jpg "图说 · 某人")
![三](3.jpg)  ![四](4.jpg)

## 小标题

- 一项

> 引文

![五](5.jpg)
"""
    path = write_album(tmp_path, body, [f"{number}.jpg" for number in range(1, 7)])
    assert shape_of(read(path)) == [
        "<p>前文“引号”。</p>",
        ["1.jpg", "2.jpg", "3.jpg", "4.jpg"],
        '<h2 id="xiao-biao-ti">小标题</h2>\n<ul>\n<li>一项</li>\n</ul>\n'
        "<blockquote>\n<p>引文</p>\n</blockquote>",
        ["5.jpg", "6.jpg"],
    ]


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        pytest.param("前![一](1.jpg)后", ["<p>前后</p>", ["1.jpg", "2.jpg"]], id="within a line"),
        pytest.param("- ![一](1.jpg)\n- ![二](2.jpg)", [["1.jpg", "2.jpg"]], id="list"),
        pytest.param(
            "> 引文![一](1.jpg)\n\n后",
            ["<blockquote>\n<p>引文</p>\n</blockquote>", ["1.jpg"], "<p>后</p>", ["2.jpg"]],
            id="quotation",
        ),
        pytest.param("[![一](1.jpg)](/about/)", [["1.jpg", "2.jpg"]], id="link"),
        pytest.param("![一](1.jpg)\n\n![一](1.jpg)", [["1.jpg", "2.jpg"]], id="twice"),
        pytest.param(
            "`![一](1.jpg)`",
            ["<p><code>![一](1.jpg)</code></p>", ["1.jpg", "2.jpg"]],
            id="code",
        ),
        pytest.param(
            "note: 一\n\n后", ["<p>note: 一</p>\n<p>后</p>", ["1.jpg", "2.jpg"]], id="key"
        ),
        pytest.param("", [["1.jpg", "2.jpg"]], id="no text"),
        pytest.param(
            "<p>\x02wall:0\x03</p>\n\n![一](1.jpg)",
            ["<p>wall:0</p>", ["1.jpg", "2.jpg"]],
            id="signs that only we write",
        ),
    ],
)
def test_pictures_anywhere_in_a_text(tmp_path, body, shape):
    """Wherever a picture stands, it is shown once, and the text around it stays."""
    assert shape_of(read(write_album(tmp_path, body))) == shape


def test_pictures_that_the_text_does_not_name(tmp_path):
    """They follow by name, 2 before 10, and are told apart."""
    pictures = ("10.jpg", "2.jpg", "1.jpg", "图10.png", "图9.png", "B.GIF", "a.webp")
    album = read(write_album(tmp_path, "![画面](2.jpg)", pictures))
    assert names_of(album) == [
        *("2.jpg", "1.jpg", "10.jpg", "a.webp", "B.GIF", "图9.png", "图10.png")
    ]
    assert [photo.is_named for photo in album.photos] == [True, *[False] * 6]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        pytest.param("a b.jpg", "<a b.jpg>", id="blank, as Markdown wants it"),
        pytest.param("a b.jpg", "a b.jpg", id="blank, plainly"),
        pytest.param("a b.jpg", "a%20b.jpg", id="blank, encoded"),
        pytest.param("a#1.jpg", "a#1.jpg", id="number sign"),
        pytest.param("100%.jpg", "100%.jpg", id="percent sign"),
        pytest.param("50%25.jpg", "50%25.jpg", id="percent sign like an encoded one"),
        pytest.param("it's.jpg", "it's.jpg", id="quote"),
        pytest.param('"x".jpg', '<"x".jpg>', id="quotes"),
        pytest.param("a(1).jpg", "a(1).jpg", id="brackets"),
        pytest.param("a&b.jpg", "a&b.jpg", id="ampersand"),
        pytest.param("a_b_c.jpg", "a_b_c.jpg", id="underlines"),
        pytest.param("街角.jpg", "街角.jpg", id="Han"),
        pytest.param("街角.jpg", "%E8%A1%97%E8%A7%92.jpg", id="Han, encoded"),
        pytest.param("街角１.JPG", "街角1.jpg", id="case and width"),
        pytest.param("caf\u00e9.jpg", "cafe\u0301.jpg", id="accent in two signs"),
        pytest.param("1.jpg", "./1.jpg", id="from here"),
        pytest.param("1.jpg", "../../galleries/walk/1.jpg", id="from elsewhere"),
        pytest.param("1.jpg", "/galleries/walk/1.jpg", id="from the root"),
    ],
)
def test_names_of_files(tmp_path, name, written):
    """A picture is found under any name that it might be written with."""
    (photo,) = read(write_album(tmp_path, f'![画面]({written} "图说")', [name])).photos
    assert (photo.photo.source, photo.alt) == (f"galleries/walk/{name}", "画面")
    assert photo.caption == "图说"


def test_exact_name_wins(tmp_path):
    """Of names that differ in case or by an encoded sign, the one written is meant."""
    pictures = ("a.jpg", "A.jpg", "b%20.jpg", "b .jpg")
    body = "![一](a.jpg)![二](A.jpg)![三](b%20.jpg)![四](b .jpg)"
    album = read(write_album(tmp_path, body, pictures))
    assert names_of(album) == list(pictures)


@pytest.mark.parametrize(
    ("title", "told", "expected"),
    [
        pytest.param("图说 · 某人", {}, ("图说", "某人"), id="both"),
        pytest.param("甲 · 乙 · 某人", {}, ("甲 · 乙", "某人"), id="last dot"),
        pytest.param("阿里木·买买提", {}, ("阿里木·买买提", "编辑部"), id="dot of a name"),
        pytest.param("· 某人", {"caption": "图"}, ("图", "某人"), id="credit only"),
        pytest.param("", {"caption": "图", "credit": "丙"}, ("图", "编辑部"), id="from the file"),
        pytest.param("图说", {"caption": "图"}, ("图说", "编辑部"), id="the text's first"),
        pytest.param('他说\\"好\\" &amp; 笑', {}, ('他说"好" & 笑', "编辑部"), id="escapes"),
    ],
)
def test_captions_and_credits(tmp_path, title, told, expected):
    """A caption is the text's, else the file's; a credit the text's, else the album's."""
    path = write_album(tmp_path, f'![画面](1.jpg "{title}")', ["1.jpg"], credit="编辑部")
    (photo,) = read(path, **told).photos
    assert (photo.caption, photo.credit) == expected


def test_what_only_the_file_tells(tmp_path):
    """An album without a credit leaves that to the files, as the day is theirs."""
    told = {"credit": "丙", "taken": "2015-12-04", "alt": "画面", "caption": "图"}
    (photo,) = read(write_album(tmp_path, pictures=["1.jpg"]), **told).photos
    assert (photo.credit, photo.taken, photo.alt, photo.caption) == (
        "丙",
        "2015-12-04",
        "画面",
        "图",
    )


@pytest.mark.parametrize(
    ("written", "told", "alt"),
    [
        pytest.param("画面", {"alt": "别的"}, "画面", id="the text's"),
        pytest.param("", {"alt": "画面"}, "画面", id="the file's"),
        pytest.param("", {"caption": "图"}, "图", id="caption"),
        pytest.param("IMG_0001", {"alt": "DSC00012", "caption": "图"}, "图", id="names of files"),
        pytest.param("街角.jpg", {}, "", id="nothing"),
    ],
)
def test_words_for_those_who_cannot_see(tmp_path, written, told, alt):
    """They are never the name of a file."""
    (photo,) = read(write_album(tmp_path, f"![{written}](1.jpg)", ["1.jpg"]), **told).photos
    assert photo.alt == alt


def test_pictures_that_cannot_be_shown(tmp_path):
    """A bad picture is left out, and a wall of nothing else with it; the cover is another one."""
    body = "前\n\n![一](1.jpg)\n\n后\n\n![二](2.jpg)![三](3.jpg)"
    path = write_album(tmp_path, body, ["1.jpg", "2.jpg", "3.jpg"], cover="1.jpg")
    album = read(path, "1.jpg", "3.jpg")
    assert shape_of(album) == ["<p>前</p>", "<p>后</p>", ["2.jpg"]]
    assert album.cover is album.photos[0]
    assert read(path, "1.jpg", "2.jpg", "3.jpg").cover is None


def test_addresses_of_photos(tmp_path):
    """Each photo has an address of its own in its album, made of its file's name."""
    pictures = ["街角.jpg", "jie-jiao.png", "IMG_1.JPG", "！.jpg", "？.jpg", "01.jpg", "01.png"]
    album = read(write_album(tmp_path, "![画面](01.png)", pictures, folder="深圳北站"))
    slugs = {Path(photo.photo.source).name: photo.slug for photo in album.photos}
    assert slugs == {
        "01.jpg": "01",
        "01.png": "01-2",
        "IMG_1.JPG": "img-1",
        "jie-jiao.png": "jie-jiao",
        "街角.jpg": "jie-jiao-2",
        "！.jpg": "photo",
        "？.jpg": "photo-2",
    }
    assert album.photos[0].address == "/galleries/shen-zhen-bei-zhan/01-2/"


def test_addresses_stay(tmp_path):
    """Addresses depend neither on the order in the text nor on pictures that cannot be shown."""
    path = write_album(tmp_path, pictures=["a.jpg", "a.png"])
    before = {photo.photo.source: photo.slug for photo in read(path).photos}
    text = (path / "index.md").read_text("utf-8") + "![画面](a.png)"
    (path / "index.md").write_text(text, "utf-8")
    (photo,) = read(path, "a.jpg").photos
    assert photo.slug == before[photo.photo.source] == "a-2"


def test_all_albums(tmp_path):
    """Published albums are read, the newest first, and their pictures named beforehand."""
    write_album(tmp_path, folder="b", pictures=["10.jpg", "9.JPG", "x.svg", "Thumbs.db"])
    write_album(tmp_path, folder="a", pictures=["1.heic", ".hidden.jpg", "photographs.toml"])
    write_album(tmp_path, folder="c", date="2015-12-06")
    write_album(tmp_path, folder="draft", status="draft")
    (tmp_path / "galleries" / "bare").mkdir()
    (tmp_path / "galleries" / "bare" / "1.jpg").write_bytes(b"x")
    sources = album_sources(tmp_path)
    assert sources == tuple(
        f"galleries/{name}" for name in ("a/1.heic", "b/9.JPG", "b/10.jpg", "c/1.jpg", "c/2.jpg")
    )
    albums = read_albums(tmp_path, made(*sources), options=OPTIONS_OF_MARKDOWN, zone=ZONE)
    assert [album.slug for album in albums] == ["c", "a", "b"]
    assert sorted(photo.photo.source for album in albums for photo in album.photos) == sorted(
        sources
    )


def test_drafts_are_albums_of_a_preview(tmp_path):
    """A site that has drafts shows them, and says that they are."""
    write_album(tmp_path, folder="a", pictures=["1.jpg"])
    write_album(tmp_path, folder="draft", pictures=["2.jpg"], status="draft")
    sources = album_sources(tmp_path, has_drafts=True)
    assert sources == ("galleries/a/1.jpg", "galleries/draft/2.jpg")
    photos = made(*sources)
    albums = read_albums(tmp_path, photos, options=OPTIONS_OF_MARKDOWN, zone=ZONE, has_drafts=True)
    assert {album.slug: album.unpublished for album in albums} == {"a": "", "draft": "draft"}


def test_no_albums(tmp_path):
    """A site without albums has none."""
    assert album_sources(tmp_path) == ()
    assert read_albums(tmp_path, {}, options={}, zone=ZONE) == ()


def test_unnamed_pictures_without_words(tmp_path):
    """Of pictures that the text does not name, those of which nobody says a word are told."""
    path = write_album(tmp_path, "![](1.jpg)", ["1.jpg", "2.jpg", "3 4.jpg"])
    expected = [f"1:0 alt-missing: ]({name})" for name in ("2.jpg", "<3 4.jpg>")]
    told = list(zip(unnamed_without_alt(read(path)), expected, strict=True))
    assert {problem.path for problem, _ in told} == {path / "index.md"}
    assert [brief(*each) for each in told] == expected
    assert {problem.severity for problem, _ in told} == {Severity.PUBLISHING}
    assert unnamed_without_alt(read(path, caption="图说")) == []


def test_date_that_was_not_checked(tmp_path):
    """An album whose head has mistakes is not for reading."""
    with pytest.raises(ValueError, match="the date '2015' was not checked"):
        read(write_album(tmp_path, date="2015"))


signs = st.characters(exclude_categories=["Cs"], exclude_characters="/\0")
stems = st.text(signs, min_size=1, max_size=40).filter(lambda name: not name.startswith("."))
MARKUP = """![ ]( ) < > " ' ` \\ # - % * > · 1.jpg &amp; <p> {a|b} wall:0 \x02 \x03 [[图集：x]]"""
pieces = st.sampled_from([*MARKUP.split(" "), " ", "\n", "\n\n", "    ", "| a |\n| - |\n"])
bodies = st.lists(pieces | st.text(max_size=8), max_size=25).map("".join)


@settings(max_examples=60, deadline=None)
@given(name=stems, body=bodies, alt=st.text(max_size=10))
@example(name="\x02999999\x03", body="![a](<\x0212345\x03.jpg>)", alt="\x02wall:7\x03")
def test_no_name_and_no_body_stops_reading(name, body, alt):
    """Whatever files are called and texts hold, every picture is shown once."""
    with tempfile.TemporaryDirectory() as folder:
        text = f"{body}\n\n![{alt}](<{name}.jpg>)"
        path = write_album(Path(folder), "", ["1.jpg", f"{name}.jpg"])
        with (path / "index.md").open("a", encoding="utf-8", errors="ignore") as file:
            file.write(text)
        album = read(path)
    assert sorted(names_of(album)) == sorted({"1.jpg", f"{name}.jpg"})
    assert len({photo.address for photo in album.photos}) == len(album.photos)
    assert all(isinstance(part, Wall) or "\x02" not in part.html for part in album.parts)
