"""How long does a full build take from nothing? Against stock Pelican and Hugo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from benchmarks.parts.bench import Group
from benchmarks.parts.builders import Builder, Ours, Stock, cold, differing
from benchmarks.parts.runs import Run, cpu_of, in_turn, seconds_of
from benchmarks.parts.table import Question, Row, figure, known
from benchmarks.parts.yard import Yard, took

Runs = Mapping[str, Sequence[Run]]

WALL = Question(
    what="minimal, 10,000 stories: stock Pelican's time", limit=4, unit="×", is_smallest=True
)
CPU = Question(
    what="minimal, 10,000 stories: stock Pelican's CPU", limit=2.5, unit="×", is_smallest=True
)
HUGO_WALL = Question(what="minimal, 10,000 stories: of Hugo's time", limit=1.5, unit="×")
HUGO_FEW = Question(what="minimal, 1,000 stories: of Hugo's time", limit=2.5, unit="×")
EQUAL = Question(what="minimal: files other than stock Pelican's", limit=0)
WHOLE = Question(
    what="our theme, 10,000 stories: stock Pelican's time", limit=4, unit="×", is_smallest=True
)
WHOLE_EQUAL = Question(what="our theme: files other than stock Pelican's", limit=0)
FLAT = Question(what="CPU a story at 10,000 against 1,000", limit=1.0, unit="×")
MANY_FLAT = Question(what="CPU a story at 30,000 against 10,000", limit=1.1, unit="×")


def against_peers(yard: Yard) -> Iterator[Row]:
    """Build the minimal site with everybody, in two sizes."""
    for count in (yard.form.few, yard.form.stories):
        builders = _minimal(yard, count)
        runs = _in_turn(builders, yard.form.times)
        yield from _absolute(f"minimal, {count:,} stories", runs)
        other = differing(builders["ours"].tree(), builders["stock"].tree())
        if count == yard.form.stories:
            yield EQUAL.answered(len(other), note=f"of {count:,} stories and their lists")
        if yard.form.is_short:
            continue
        if count == yard.form.few:
            yield HUGO_FEW.answered(_times(runs, "ours", "Hugo"))
            continue
        yield WALL.answered(_times(runs, "stock", "ours"))
        yield CPU.answered(cpu_of(runs["stock"]) / cpu_of(runs["ours"]))
        yield HUGO_WALL.answered(_times(runs, "ours", "Hugo"))


def growth(yard: Yard) -> Iterator[Row]:
    """Build ours alone in three sizes, in turn."""
    if yard.form.is_short:
        return
    few, stories, many = sizes = (yard.form.few, yard.form.stories, yard.form.many)
    builders = {str(size): Ours(folder=yard.minimal(size).folder) for size in sizes}
    runs = _in_turn(builders, yard.form.times)
    each = {size: cpu_of(runs[str(size)]) / size for size in sizes}
    note = {size: figure(1000 * cost, " ms") for size, cost in each.items()}
    yield FLAT.answered(each[stories] / each[few], note=f"{note[stories]}, {note[few]}")
    yield MANY_FLAT.answered(each[many] / each[stories], note=f"{note[many]}, {note[stories]}")


def whole(yard: Yard) -> Iterator[Row]:
    """Build the site with our theme by ours and by stock Pelican with our plugins."""
    site = yard.whole(yard.form.whole)
    ours, stock = Ours(folder=site.folder), Stock(folder=site.folder)
    if not any((site.folder / "cache").glob("cards/*")):
        first = ours.build()
        yield known(f"our theme, {yard.form.whole:,} stories: the first build ever", took([first]))
    runs = _in_turn({"ours": ours, "stock": stock}, yard.form.whole_times)
    yield from _absolute(f"our theme, {yard.form.whole:,} stories", runs)
    yield WHOLE_EQUAL.answered(len(differing(ours.tree(), stock.tree())))
    if not yard.form.is_short:
        yield WHOLE.answered(_times(runs, "stock", "ours"))


COLD: tuple[Group[Yard], ...] = (
    Group((EQUAL, HUGO_FEW, WALL, CPU, HUGO_WALL), against_peers),
    Group((FLAT, MANY_FLAT), growth),
    Group((WHOLE_EQUAL, WHOLE), whole),
)


def _minimal(yard: Yard, count: int) -> dict[str, Builder]:
    folder = yard.minimal(count).folder
    builders: dict[str, Builder] = {"ours": Ours(folder=folder), "stock": Stock(folder=folder)}
    if not yard.form.is_short:
        builders["Hugo"] = yard.hugo_of(yard.hugo(count))
    return builders


def _in_turn(builders: Mapping[str, Builder], times: int) -> Runs:
    return in_turn({name: partial(cold, each) for name, each in builders.items()}, times)


def _absolute(what: str, runs: Runs) -> Iterator[Row]:
    """Write what a build took in seconds."""
    peers = "; ".join(f"{name}: {took(each)}" for name, each in runs.items() if name != "ours")
    yield known(f"{what}: full build", took(runs["ours"]), peers)


def _times(runs: Runs, dividend: str, divisor: str) -> float:
    """Say how many times as long one takes as the other."""
    return seconds_of(runs[dividend]) / seconds_of(runs[divisor])
