"""A change of one picture costs its own files and the pages that show it, and nothing else."""

from __future__ import annotations

import dataclasses
import re

import pytest

from plugins.galleries.recipe import RECIPES, make_recipe
from publishing.build import build
from publishing.release import BuildError
from tests.living_site import LivingSite, read_tree
from tests.plugins.galleries.bad_pictures import truncated
from tests.site.albums import (
    differences,
    made_files,
    photograph,
    settings_of,
    told_by_build,
    write_album,
    write_text,
)

LISTS = {
    "feed.json",
    "feed.xml",
    "galleries/feed.json",
    "galleries/feed.xml",
    "galleries/index.html",
    "index.html",
    "sitemap.xml",
}
"""What tells of the newest album."""


def captioned(number):
    """Take a photo that says itself what is to be seen."""
    return photograph(number, captions={"zh-CN": f"第{number}幅"})


@pytest.fixture
def site(tmp_path):
    """Give a built site with two albums."""
    site = LivingSite.make(tmp_path, f"sqlite:///{tmp_path / 'comments.db'}")
    write_album(site, "corner", {f"{n:02}.jpg": captioned(n) for n in (1, 2, 3)})
    write_album(site, "older", {"01.jpg": captioned(9)}, date="2014-01-01")
    site.build()
    yield site
    site.close()


def folder_of(site, slug="corner"):
    """Give the folder of an album."""
    return site.root / "content" / "galleries" / slug


def files_of(tree, stem):
    """Name the files that were made of the photo with that *stem*."""
    return {name for name in tree if re.fullmatch(rf"(pictures/)?{stem}-\w{{10}}-\d+\.\w+", name)}


def rebuilt(site, capsys):
    """Build *site*; gives which files differ, of how many pictures something was made, and how the
    release was before.
    """
    before = site.tree()
    capsys.readouterr()
    site.build(force=True)
    lines = re.findall(r"^Pictures: \d+ of (\d+)$", capsys.readouterr().err, re.MULTILINE)
    return differences(before, site.tree()), int(lines[-1]) if lines else 0, before


def test_nothing_changed_makes_nothing(site, capsys):
    """A second build gives the same release, does not open a picture and writes no file."""
    made, times = made_files(site), site.times()
    assert rebuilt(site, capsys)[:2] == (set(), 0)
    assert made_files(site) == made
    assert site.times() == times


def test_release_and_cache_share_their_files(site):
    """A picture takes its room on the disk once, where the system can do that."""
    for name, (inode, _) in made_files(site).items():
        assert (site.release.public / "pictures" / name).stat().st_ino == inode


def test_touched_photo_makes_nothing(site, capsys):
    """A photo whose content is what it was is looked at and told from its digest."""
    made = made_files(site)
    path = folder_of(site) / "01.jpg"
    path.write_bytes(path.read_bytes())
    assert rebuilt(site, capsys)[:2] == (set(), 1)
    assert made_files(site) == made


def test_added_photo_makes_its_own_files_and_its_albums_pages(site, capsys):
    """The other album, all stories and themes, the search and all pictures stay."""
    made = made_files(site)
    (folder_of(site) / "04.jpg").write_bytes(captioned(4))
    changed, looked_at, _ = rebuilt(site, capsys)
    assert looked_at == 1
    now = made_files(site)
    assert now.keys() - made.keys() == files_of(now, "04")
    assert made.items() <= now.items()
    pages = {f"galleries/corner/{slug}index.html" for slug in ("", "01/", "02/", "03/", "04/")}
    assert changed == LISTS | pages | files_of(site.tree(), "04")


def test_photo_added_to_an_older_album_leaves_home_alone(site, capsys):
    """The home page shows the newest album only."""
    (folder_of(site, "older") / "02.jpg").write_bytes(captioned(8))
    changed, _, before = rebuilt(site, capsys)
    pages = {f"galleries/older/{slug}index.html" for slug in ("", "01/", "02/")}
    added = files_of(site.tree(), "02") - files_of(before, "02")
    assert changed == LISTS - {"index.html"} | pages | added


def test_replaced_photo_has_new_addresses(site, capsys):
    """Its former files go from release and cache, and no page names them."""
    made = made_files(site)
    (folder_of(site) / "02.jpg").write_bytes(captioned(20))
    changed, looked_at, before = rebuilt(site, capsys)
    assert looked_at == 1
    now, tree = made_files(site), site.tree()
    assert files_of(now, "02").isdisjoint(files_of(made, "02"))
    assert made.keys() - now.keys() == files_of(made, "02")
    pages = {f"galleries/corner/{slug}index.html" for slug in ("", "01/", "02/", "03/")}
    files = files_of(tree, "02") | files_of(before, "02")
    assert changed <= LISTS | pages | files
    assert files <= changed
    old = [name.encode() for name in files_of(before, "02")]
    assert not [name for name, content in tree.items() for each in old if each in content]


def test_removed_photo_leaves_nothing(site, capsys):
    """Its page and files go."""
    (folder_of(site) / "03.jpg").unlink()
    changed, looked_at, before = rebuilt(site, capsys)
    assert looked_at == 0
    gone = files_of(before, "03") | {"galleries/corner/03/index.html"}
    assert before.keys() - site.tree().keys() == gone
    assert not files_of(made_files(site), "03")
    assert not [name for name in changed if name.startswith("galleries/older/")]


def test_album_that_becomes_a_draft_leaves_nothing(site):
    """Its pages and files go from the release and from the cache."""
    write_text(folder_of(site), "", status="draft")
    site.build()
    assert not [name for name in site.tree() if name.startswith("galleries/corner")]
    assert made_files(site).keys() == files_of(made_files(site), "01")


def test_caption_that_is_changed_makes_no_picture(site, capsys):
    """Words cost pages, not pictures."""
    write_text(folder_of(site), '![一只红背心](01.jpg "红背心")')
    changed, looked_at, _ = rebuilt(site, capsys)
    assert looked_at == 0
    assert not [name for name in changed if name.startswith(("pictures/", "galleries/older"))]
    assert "红背心" in site.page("galleries/corner/01/index.html")


def test_other_quality_makes_all_files_anew(site):
    """Every picture has new addresses; the former files go."""
    before, made = site.tree(), made_files(site)
    told_by_build(site, PICTURE_QUALITY="fine")
    now = made_files(site)
    assert len(now) == len(made)
    assert made.keys().isdisjoint(now)
    assert {f"pictures/{name}" for name in now} <= site.tree().keys()
    assert not {f"pictures/{name}" for name in made} & site.tree().keys()
    assert differences(before, site.tree()) >= {"galleries/older/01/index.html"}


def test_quality_of_one_format_makes_that_format_anew(site, monkeypatch):
    """The files of the other one stay as they are."""
    made = made_files(site)
    monkeypatch.setitem(RECIPES, "sharper", make_recipe(avif=55, effort=1, jpeg=90))
    told_by_build(site, PICTURE_QUALITY="sharper")
    now = made_files(site)
    assert {name for name in made if name.endswith(".avif")} == made.keys() & now.keys()
    assert all(now[name] == made[name] for name in made.keys() & now.keys())


def test_unknown_quality_is_refused(site):
    """The message names the setting and what it can be; what readers see stays."""
    before = site.release
    with pytest.raises(BuildError) as error:
        build(settings_of(site, PICTURE_QUALITY="best"))
    assert str(error.value) == "PICTURE_QUALITY is 'best': set it to one of standard, fine"
    assert site.release == before


def test_cluster_that_does_not_answer_is_told_of(site):
    """The message names the setting and its value, and says how to mend it."""
    (folder_of(site) / "04.jpg").write_bytes(captioned(4))
    with pytest.raises(BuildError) as error:
        build(settings_of(site, BUILD_CLUSTER="tcp//nowhere"))
    told = str(error.value)
    assert "\n" not in told
    assert told.startswith("BUILD_CLUSTER is ")
    assert "correct this" in told or "requirements-cluster.txt" in told


def test_empty_cluster_means_this_machine(site):
    """An operator may leave the setting empty."""
    (folder_of(site) / "04.jpg").write_bytes(captioned(4))
    assert told_by_build(site, BUILD_CLUSTER="") == []
    assert files_of(site.tree(), "04")


def test_lost_cache_is_made_again(site):
    """A file that somebody took out of the cache comes back, the same to the last byte."""
    before = site.tree()
    for name in sorted(made_files(site))[::2]:
        (site.root / "pictures-made" / name).unlink()
    site.build(force=True)
    assert site.tree() == before
    (site.root / "pictures-made" / "manifest.json").unlink()
    made = made_files(site)
    site.build(force=True)
    assert (site.tree(), made_files(site)) == (before, made)


def test_many_steps_end_as_one_build_does(site, tmp_path):
    """After albums were changed in every way, the release is what an empty cache gives, and the
    cache holds nothing else.
    """
    corner, older = folder_of(site), folder_of(site, "older")
    steps = [
        lambda: (corner / "00.jpg").write_bytes(captioned(10)),
        lambda: write_text(corner, "![壶](03.jpg)", originals="yes", cover="02.jpg"),
        lambda: (corner / "02.jpg").write_bytes(captioned(11)),
        lambda: (corner / "01.jpg").write_bytes(truncated()),
        lambda: (older / "01.jpg").unlink() or (older / "别的.jpg").write_bytes(captioned(9)),
        lambda: (older / "坏.jpg").write_bytes(b""),
        lambda: (corner / "01.jpg").write_bytes(captioned(12)),
        lambda: (older / "坏.jpg").unlink(),
        lambda: write_album(site, "third", {"01.jpg": captioned(12)}, date="2016-01-01"),
        lambda: (corner / "03.jpg").rename(corner / "30.jpg") and write_text(corner, "只有字。"),
        lambda: write_text(corner, "", originals="yes"),
    ]
    for step in steps:
        step()
        site.build()
    whole = settings_of(
        site, **{key: str(tmp_path / key) for key in ("PICTURE_CACHE", "CARD_CACHE")}
    )
    release, _ = build(dataclasses.replace(whole, releases=tmp_path / "clean"))
    clean, tree = read_tree(release.public), site.tree()
    assert differences(tree, clean) == set()
    cached, made = read_tree(site.root / "pictures-made"), read_tree(tmp_path / "PICTURE_CACHE")
    assert differences(cached, made) <= {"manifest.json"}
