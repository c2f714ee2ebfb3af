"""The archive that benchmarks fill is one that the product itself could have written."""

from __future__ import annotations

from benchmarks.parts.full_archive import fill_archive, thread_names
from comment_archive.files import PAGE_LENGTH, Archive
from tests.living_site import read_tree


def rewritten(archive, folder):
    """Write every series of *archive* into *folder* by the product's own writer."""
    other = Archive(folder)
    pairs = [(archive.thread(name), other.thread(name)) for name in archive.threads()]
    for old, new in [*pairs, (archive.wall(), other.wall())]:
        head = old.head()
        new.write_head(head)
        is_wall = old.folder == archive.wall().folder
        for page in range(1, (head.last - 1) // PAGE_LENGTH + 2):
            first, last = (page - 1) * PAGE_LENGTH + 1, page * PAGE_LENGTH
            new.write_page(
                page,
                (
                    (comment.wall_position if is_wall else comment.position, comment)
                    for comment in old.between(first, last)
                ),
            )


def test_bytes_are_those_of_the_product(tmp_path):
    """Each file has the bytes that the archive's own writer gives the same messages."""
    fill_archive(tmp_path / "filled", thread_names(4), 260, busiest=120)
    archive = Archive(tmp_path / "filled")
    rewritten(archive, tmp_path / "rewritten")
    assert read_tree(tmp_path / "filled") == read_tree(tmp_path / "rewritten")


def test_messages_are_shared_out(tmp_path):
    """The first thread gets what is asked for, the others the same as one another; all of it is on
    the wall, each message once, and answers name a message of their own thread.
    """
    fill_archive(tmp_path, thread_names(4), 260, busiest=120)
    archive = Archive(tmp_path)
    assert [archive.thread(name).head().count for name in archive.threads()] == [120, 47, 47, 46]
    wall = list(archive.wall().between(1, 260))
    assert [comment.wall_position for comment in wall] == list(range(1, 261))
    for name in archive.threads():
        own = list(archive.thread(name).between(1, 260))
        assert [comment.position for comment in own] == list(range(1, len(own) + 1))
        assert own == [comment for comment in wall if comment.thread == name]
        for comment in own:
            if parent := comment.reply_to:
                answered = own[parent.position - 1]
                assert (parent.number, parent.author) == (answered.number, answered.author)


def test_it_is_the_same_each_time(tmp_path):
    """Two fills of the same size give the same bytes; threads without messages have no folder."""
    for name in ("one", "two"):
        fill_archive(tmp_path / name, thread_names(5), 3)
    assert read_tree(tmp_path / "one") == read_tree(tmp_path / "two")
    assert Archive(tmp_path / "one").threads() == thread_names(3)
