"""Whatever files stand in an album, a build ends, shows the good ones and tells of each bad one."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from publishing.build import build
from publishing.release import BuildError
from tests.living_site import ROOT, LivingSite
from tests.plugins.galleries.bad_pictures import BAD, ODD, truncated
from tests.site.albums import photograph, settings_of, told_by_build, write_album
from tests.site.test_galleries import main_of, photos_of

PUBLIC = {"PRODUCTION": True, "SITEURL": "https://huisheng.example"}
FORM = re.compile(
    r"(?P<path>[^:]+):(?P<line>\d+): (?P<what>.+)：(?P<mend>[^：]+) \[picture-damaged\]"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give a site that had a good album, to which every bad and every odd file came."""
    folder = tmp_path_factory.mktemp("bad")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    album = write_album(site, "corner", {"first.jpg": photograph(1, captions={"zh-CN": "好的"})})
    site.build()
    for name, make in {**BAD, **ODD}.items():
        (album / name).write_bytes(make())
    words = "\n".join(f"![{number}号照片](<{name}>)" for number, name in enumerate(ODD, 1))
    text = (album / "index.md").read_text("utf-8")
    (album / "index.md").write_text(f"{text}\n{words}\n", "utf-8")
    site.album = album
    site.refusal = refusal(site)
    site.told = told_by_build(site)
    yield site
    site.close()


def refusal(site):
    """Try to publish *site*, which is refused; gives the lines that say why."""
    before = site.release, site.tree()
    with pytest.raises(BuildError) as error:
        build(settings_of(site, **PUBLIC), force=True)
    assert (site.release, site.tree()) == before
    return str(error.value).splitlines()


def test_every_bad_file_is_told_of_once(site):
    """A preview tells file, line, what is wrong and how to mend it, in the order of names."""
    found = [FORM.fullmatch(line) for line in site.told]
    assert [each["path"] for each in found] == [str(site.album / name) for name in sorted(BAD)]
    assert {each["line"] for each in found} == {"1"}


def test_publishing_is_refused_with_all_of_them(site):
    """A public site with bad files is not built, and the reasons are those of the preview; what
    readers see stays.
    """
    assert sorted(site.refusal) == sorted(site.told)


def test_every_good_file_is_shown(site):
    """Odd files are shown as all others are, in their order; bad ones have neither page nor
    place.
    """
    page = site.page("galleries/corner/index.html")
    addresses = photos_of(page)
    assert len(addresses) == len(ODD) + 1
    for address in addresses:
        shown = main_of(site.page(f"{address.strip('/')}/index.html"))
        (src,) = re.findall(r'class="photo-page__image" src="/([^"]+)"', shown)
        assert src in site.tree()
    words = re.findall(r'<img class="photo__image"[^>]* alt="([^"]*)"', page)
    assert words == [*(f"{number}号照片" for number, _ in enumerate(ODD, 1)), "好的"]


def test_pages_of_albums_are_all_of_good_files(site):
    """There is a page for each good file, and no other."""
    pages = [name for name in site.tree() if re.fullmatch(r"galleries/corner/.+/index\.html", name)]
    assert len(pages) == len(ODD) + 1


def test_file_that_went_bad_is_shown_as_it_was(sqlite_site):
    """Its last good files stay, and that is told; mended, it is shown anew and told of no more."""
    good = photograph(1, captions={"zh-CN": "街角"})
    album = write_album(sqlite_site, "corner", {"01.jpg": good})
    sqlite_site.build()
    before = sqlite_site.tree()
    (album / "01.jpg").write_bytes(truncated())
    (line,) = told_by_build(sqlite_site)
    assert line.startswith(f"{album / '01.jpg'}:1: 这个JPEG文件坏了，或者没有拷全")
    assert "（网站上先留着原来那张）：从相机或手机里重新拷一次" in line
    assert sqlite_site.tree() == before
    (album / "01.jpg").write_bytes(photograph(2, captions={"zh-CN": "街角"}))
    assert told_by_build(sqlite_site) == []
    assert names_of(sqlite_site.tree()).isdisjoint(names_of(before))


def names_of(tree):
    """Name the files that were made of photos."""
    return {name for name in tree if re.search(r"^pictures/.*-\d+\.\w+$", name)}


def test_bad_pictures_of_stories_leave_their_words(sqlite_site):
    """A story whose pictures cannot be shown is published in a preview, with the words of each."""
    pictures = sqlite_site.root / "content" / "pictures"
    for name in ("lead.jpg", "within.png"):
        (pictures / name).write_bytes(b"")
    story = sqlite_site.write_story(
        "third", body="![人群](/pictures/within.png)", date="2015-12-30"
    )
    story.write_text(story.read_text("utf-8").replace("scene.svg", "lead.jpg"), "utf-8")
    told = told_by_build(sqlite_site)
    mend = "文件是空的（0字节）：从相机或手机里重新拷一次 [picture-damaged]"
    assert told == [f"{pictures / name}:1: {mend}" for name in ("lead.jpg", "within.png")]
    page = main_of(sqlite_site.page("stories/third/index.html"))
    assert page.count('class="photo__missing"') == 2
    assert "人群" in page
    assert refusal(sqlite_site) == told


def test_album_without_a_good_picture_has_a_page(sqlite_site):
    """In a preview it is shown with its text alone."""
    album = write_album(sqlite_site, "corner", {"01.jpg": b"", "02.jpg": b"x"}, "照片还在路上。")
    assert len(told_by_build(sqlite_site)) == 2
    page = main_of(sqlite_site.page("galleries/corner/index.html"))
    assert "照片还在路上" in page
    assert photos_of(page) == []
    assert [name for name in sqlite_site.tree() if name.startswith("galleries/corner/")] == [
        "galleries/corner/index.html"
    ]
    assert album.name in sqlite_site.page("galleries/index.html")


@pytest.mark.parametrize(
    ("alt", "told"),
    [
        ("", "图片没有替代文字：在 [ 和 ] 之间写图上有什么 [alt-missing]"),
        (
            "IMG_1234",
            "图片的替代文字“IMG_1234”是文件名：在 [ 和 ] 之间写图上有什么 [alt-file-name]",
        ),
    ],
)
def test_missing_words_are_told_and_stop_publishing(sqlite_site, alt, told):
    """A preview warns with file and line of a picture without words; a public build is refused."""
    album = write_album(sqlite_site, "corner", {"01.jpg": photograph(1)}, f"![{alt}](01.jpg)")
    sentence = f"{album / 'index.md'}:5:1: {told}"
    assert told_by_build(sqlite_site) == [sentence]
    assert refusal(sqlite_site) == [sentence]


def test_publishing_bad_pictures_ends_with_an_error(tmp_path, sqlite_site):
    """The task that publishes tells of them on its last lines and gives another code than 0."""
    album = write_album(sqlite_site, "corner", {"01.jpg": b""})
    settings = tmp_path / "publishconf.py"
    lines = [
        f"{key} = {value!r}\n" for key, value in {**sqlite_site.plan().overrides, **PUBLIC}.items()
    ]
    settings.write_text("from pelicanconf import *\n" + "".join(lines), "utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "invoke", "build", "--settings", str(settings)],
        cwd=ROOT,
        env=os.environ | {"COMMENTS_VAR": str(tmp_path / "other"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode != 0
    assert f"{album / '01.jpg'}:1: 文件是空的（0字节）" in found.stderr + found.stdout
