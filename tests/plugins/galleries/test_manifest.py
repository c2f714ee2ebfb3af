from __future__ import annotations

import json

import pytest

from plugins.galleries.manifest import Manifest, read_entries
from plugins.galleries.records import Description, Made
from plugins.galleries.worker import Fault, Outcome

SOURCE = "galleries/album/照片.jpg"
FILES = (
    ("avif", "photo-0123456789-320.avif", 320),
    ("avif", "photo-0123456789-640.avif", 640),
    ("jpg", "photo-abcdef0123-640.jpg", 640),
)
MADE = Made(
    digest="ab" * 32,
    width=4000,
    height=3000,
    cells="a98cb8edc/543765876",
    description=Description(caption="扶老人过马路", credit="义工联", taken="2015-12-05"),
    files=FILES,
)


@pytest.fixture
def folders(tmp_path):
    """Give a cache that holds what was made of one picture, and the content with the picture."""
    cache, content = tmp_path / "cache", tmp_path / "content"
    cache.mkdir()
    for _, name, _ in FILES:
        (cache / name).write_bytes(b"made")
    (content / SOURCE).parent.mkdir(parents=True)
    (content / SOURCE).write_bytes(b"photo")
    return cache, content


def noted(folders, outcome=None, recipe="one"):
    """Note what became of the picture, by default that it was made, and save that."""
    manifest = Manifest(*folders, [SOURCE], recipe)
    manifest.take(outcome or Outcome(source=SOURCE, made=MADE))
    manifest.save()
    return manifest


def test_what_is_noted_comes_back(folders):
    """Every field of what was made is kept as it was."""
    noted(folders)
    manifest = Manifest(*folders, [SOURCE], "one")
    assert manifest.changed() == []
    assert manifest.photos()[SOURCE].made == MADE


def test_people_can_read_it(folders):
    """The file is JSON, a line a picture, and Han stands as it is."""
    noted(folders)
    text = (folders[0] / "manifest.json").read_text("utf-8")
    assert [line.split(":")[0] for line in text.splitlines()[1:-1]] == [f'"{SOURCE}"']
    assert "扶老人过马路" in text
    assert json.loads(text)["version"] == 1


def test_lasting_fault_comes_back(folders):
    """What is wrong with a content is known without a look."""
    noted(folders, Outcome(source=SOURCE, failure=Fault(what="it is torn", mend="glue it")))
    manifest = Manifest(*folders, [SOURCE], "one")
    assert manifest.changed() == []
    failure = manifest.failures()[0]
    assert (failure.what, failure.mend, failure.is_shown) == ("it is torn", "glue it", False)


def test_passing_fault_is_told_and_not_kept(folders):
    """What was made before stays, and the picture is tried again."""
    noted(folders)
    fault = Fault(what="no memory", mend="buy some", is_lasting=False)
    manifest = noted(folders, Outcome(source=SOURCE, failure=fault), recipe="two")
    assert [each.is_shown for each in manifest.failures()] == [True]
    assert Manifest(*folders, [SOURCE], "two").changed() == [SOURCE]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_bytes(b"another"), id="size"),
        pytest.param(lambda path: path.touch(), id="time"),
        pytest.param(lambda path: path.unlink(), id="gone"),
    ],
)
def test_changed_file_needs_a_look(folders, change):
    """Size and time of change tell; a file that is gone since is the worker's matter."""
    noted(folders)
    change(folders[1] / SOURCE)
    assert Manifest(*folders, [SOURCE], "one").changed() == [SOURCE]


def test_what_is_known_holds_for_its_recipe(folders):
    """A worker may trust it only if the recipe is the same."""
    noted(folders)
    assert Manifest(*folders, [SOURCE], "one").known(SOURCE) == MADE
    assert Manifest(*folders, [SOURCE], "two").known(SOURCE) is None


def test_fault_without_files_shows_nothing(folders):
    """When the last good files are lost, the bad picture is not shown, and not tried again."""
    noted(folders)
    noted(folders, Outcome(source=SOURCE, failure=Fault(what="torn", mend="glue")))
    (folders[0] / FILES[0][1]).unlink()
    manifest = Manifest(*folders, [SOURCE], "one")
    assert manifest.changed() == []
    assert manifest.photos() == {}
    assert [each.is_shown for each in manifest.failures()] == [False]


def test_unchanged_manifest_is_not_written(folders):
    """Saving twice writes once."""
    manifest = noted(folders)
    (folders[0] / "manifest.json").unlink()
    manifest.save()
    assert read_entries(folders[0] / "manifest.json") == {}


def test_name_with_a_path_is_never_there(folders):
    """A forged manifest leads nowhere: only plain names in the cache count."""
    noted(folders)
    path = folders[0] / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"photo-0123456789", b"../../photo"))
    manifest = Manifest(*folders, [SOURCE], "one")
    assert (manifest.changed(), manifest.photos()) == ([SOURCE], {})


def test_prune_removes_only_what_we_made(folders):
    """Files of pictures that are gone go; the manifest, locks and others' files stay."""
    noted(folders)
    others = {"manifest.json", ".lock", "IMG_1.jpg", "originals"}
    for name in others - {"manifest.json"}:
        (folders[0] / name).write_bytes(b"other")
    manifest = Manifest(*folders, [], "one")
    manifest.save()
    manifest.prune()
    assert {path.name for path in folders[0].iterdir()} == others
