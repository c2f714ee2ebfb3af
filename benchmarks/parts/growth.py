"""What does one photo more cost, and does memory stay the same with many times as many?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.parts.album import AlbumSite
from benchmarks.parts.bench import Bench, Group
from benchmarks.parts.runs import run
from benchmarks.parts.speed import speed, staged
from benchmarks.parts.table import Question, Row, known
from tests.living_site import read_tree

ONE_MORE = Question(
    what="one photo added: picture stage",
    limit=0,
    unit=" ms",
    words="≤ 1.2 × its encoding + 100 ms",
)
ELSEWHERE = Question(
    what="one photo added: rewritten beside the albums, home, feeds and site map", limit=0
)
LIMITS = {"jpeg": ("JPEG", 250), "standard": ("AVIF and JPEG", 400)}
"""By recipe: what it makes, and the most memory."""
PEAKS = {
    recipe: Question(what=f"peak memory, 2 workers, {name}", limit=limit, unit=" MB")
    for recipe, (name, limit) in LIMITS.items()
}
GROWTHS = {
    recipe: Question(what=f"memory with many photos against few, {name}", limit=1.1, unit="×")
    for recipe, (name, _) in LIMITS.items()
}
ITS_OWN = re.compile(
    r"galleries/(index\.html|bench/.*)|pictures/photo-.*|(.*/)?feed\.\w+|sitemap\.xml|index\.html"
)
"""What a change of an album may rewrite: its pages and pictures, and what lists or finds them."""


def growth(bench: Bench) -> Iterator[Row]:
    """Make an album; add photos to it; make larger ones."""
    count, times = bench.form.few, bench.form.times
    site = bench.site("growth", count, bench.photos[: -times - 1])
    first = staged(site, "standard", expected=count, watch_memory=True)
    yield known("the picture stage alone, AVIF and JPEG", speed(count, [first.run]))
    yield from _one_more(bench, site)
    yield from _memory(bench, first.run.memory)


GROWTH = Group((ONE_MORE, ELSEWHERE, *PEAKS.values(), *GROWTHS.values()), growth)


def _one_more(bench: Bench, site: AlbumSite) -> Iterator[Row]:
    """Add one photo after the other to an album; then compare the site before and after one."""
    *new, last = bench.photos[-bench.form.times - 1 :]
    stages, encodings = [], []
    for number, photo in enumerate(new, site.count):
        site.add(photo, number)
        stages.append(staged(site, "standard", expected=number + 1).seconds)
        encodings.append(_seconds_barely(photo, bench.folder / "one"))
    yield _in_proportion(bench, median(stages), median(encodings))
    site.build()
    before = read_tree(site.public)
    site.add(last, site.count)
    site.build()
    yield from _rewritten(before, read_tree(site.public))


def _memory(bench: Bench, standard: float) -> Iterator[Row]:
    """Compare the most memory that few and many photos take; for few, *standard* is known."""
    form = bench.form
    for recipe, question in PEAKS.items():
        few = standard if recipe == "standard" else _peak(bench, recipe, form.few)
        if form.is_short:
            yield question.noted(f"{few:.0f} MB ({form.few} photos)")
            continue
        count = form.many[recipe]
        many = _peak(bench, recipe, count)
        yield question.answered(max(few, many), note=f"{form.few} and {count:,} photos")
        told = f"{few:.0f} MB with {form.few}, {many:.0f} MB with {count:,}"
        yield GROWTHS[recipe].answered(many / few, note=told)


def _seconds_barely(photo: Path, target: Path) -> float:
    """Give the seconds that the bare library takes to make the files of one photo."""
    bare = (sys.executable, "-m", "benchmarks.parts.bare", "--one", "standard")
    return float(run([*bare, photo, target]).output)


def _in_proportion(bench: Bench, stage: float, encoding: float) -> Row:
    """Answer whether one photo took little more than its encoding; both in seconds."""
    limit = 1000 * (1.2 * encoding + 0.1)
    peers = f"its encoding by libvips: {1000 * encoding:.0f} ms"
    note = f"to {bench.form.few}; at most {limit:.0f} ms"
    if bench.form.is_short:
        return ONE_MORE.noted(f"{1000 * stage:.0f} ms ({note})", peers=peers)
    return replace(ONE_MORE, limit=limit).answered(1000 * stage, note=note, peers=peers)


def _rewritten(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Row]:
    """Say which files of a site are others than before."""
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    others = [name for name in changed if not ITS_OWN.fullmatch(name)]
    yield ELSEWHERE.answered(len(others), note=", ".join([f"of {len(after)} files", *others[:3]]))
    pages = [name for name in changed if not name.startswith(("pictures/", "galleries/bench/"))]
    shown = ", ".join(pages)
    yield known("one photo added: what was rewritten", f"{len(changed)} files", shown)


def _peak(bench: Bench, recipe: str, count: int) -> float:
    """Give the most megabytes while the photos of an album are made; nothing of it stays."""
    site = bench.site(f"memory-{recipe}-{count}", count)
    stage = staged(site, recipe, expected=count, watch_memory=True)
    site.remove()
    return stage.run.memory
