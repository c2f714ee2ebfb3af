"""Fills the disk of the archive, and that of the releases: readers keep the pages they have,
visitors go on writing, and what was decided is published by itself when there is room again.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from chaos import building
from chaos.disk import Limited, Mounted, small_disk
from chaos.full_database import READ, read
from chaos.rows import Row, none_of
from chaos.stage import Program, Service, make_site, send_form, settings_of, wait_for
from comments_service.models import Action
from tests.living_site import LivingSite

PUBLISHER = [sys.executable, "-m", "invoke", "publisher", "--alone"]
FULL = ("No space left", "File too large", "disk I/O error", "disk is full")
"""What a program says that could not write."""
PAGE_BYTES = 4000
"""A limit that the archive's small files keep below, and pages do not."""
FOLDERS = {"archive": 0, "releases": PAGE_BYTES}
"""Each with the limit that stands for its being full where no disk can be mounted."""
FIGURES = "accountability/index.html"
"""Counts the days that are over by the clock, which differs between publisher and site."""
WORDS = "磁盘满时通过的留言"


def run(folder: Path, quick: bool, *, may_mount: bool = True) -> list[Row]:
    """Fill both, one after the other; without *may_mount* by a limit."""
    rows = []
    for name, most_bytes in FOLDERS.items():
        root = folder / name
        with small_disk(root / "var" / name, most_bytes=most_bytes, may_mount=may_mount) as disk:
            site = make_site(root)
            rows += [Row(f"{name}: how the disk was filled", "-", disk.kind, True)]
            rows += [Row(f"{name}: {row.what}", *_rest(row)) for row in _filled(site, disk, name)]
            site.close()
    return rows


def _rest(row: Row) -> tuple[str, str, bool]:
    return row.asked, row.measured, row.is_met


def _filled(site: LivingSite, disk: Mounted | Limited, name: str) -> list[Row]:
    """Approve a message, and build, while the disk is full; then free it and wait."""
    publisher = Program(PUBLISHER, settings_of(site), site.root / "publisher.log")
    with Service.of(site) as service, publisher:
        first = site.post_approved()
        wait_for(lambda: is_live(site, first), "a message is published while there is room")
        pages = read(service)
        disk.fill([publisher])
        sent = send_form(service.port, "/messages/new", {"thread": "first", "text": WORDS})
        site.decide(first + 1, Action.APPROVE)
        wait_for(lambda: publisher.has_said(*FULL), "the publisher says that the disk is full")
        rows = [
            Row("a message is taken meanwhile", "303", str(sent.status), sent.status == 303),
            *(_built_without_room(site, disk) if name == "releases" else ()),
        ]
        missed = sum(pages[path] != page for path, page in read(service).items())
        rows.append(none_of("pages that readers missed", missed, len(READ), "pages"))
        disk.free()
        wait_for(lambda: is_live(site, first + 1), "the message is published when there is room")
        is_shown = WORDS in read(service)["/stories/first/"]
        rows.append(
            Row("published by itself after that", "yes", "yes" if is_shown else "no", is_shown)
        )
    site.build()
    return [*rows, as_built_anew(site)]


def _built_without_room(site: LivingSite, disk: Mounted | Limited) -> list[Row]:
    """Edit a story and build, in place and anew: both fail with a sentence."""
    site.write_story("second", body="改过的正文。")
    limit = disk.most_bytes if isinstance(disk, Limited) else resource.RLIM_INFINITY
    log, codes = site.root / "build.log", []
    for force in (False, True):
        build = Program(
            building.command(site, force=force),
            settings_of(site),
            log,
            lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)),
        )
        build.start()
        codes.append(build.wait())
    told = build.has_said(*FULL)
    measured = f"{codes[0]}, {codes[1]}, {'said' if told else 'not said'}"
    return [Row("builds fail and say why", "1, 1", measured, codes == [1, 1] and told)]


def is_live(site: LivingSite, number: int) -> bool:
    """Say whether a message is on the site."""
    return site.comment(number).live_at is not None


def as_built_anew(site: LivingSite) -> Row:
    """Compare what is published with a clean build of content and database."""
    published, clean = site.tree(), site.clean_build(site.root / "clean")
    names = (published.keys() | clean.keys()) - {FIGURES}
    differ = sum(published.get(name) != clean.get(name) for name in names)
    return none_of("files that differ from those of a clean build", differ, len(clean), "files")
