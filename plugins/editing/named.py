"""Where heads and texts name figures: each is there, and one that nobody names is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from plugins.campaign.figures import HEAD_KEYS, NAMED, Figures, Slip, may_name
from plugins.campaign.records import CampaignFile
from plugins.editing.site import Site
from plugins.editing.sources import Source
from plugins.problems import Problem, Severity


def check_named(source: Source, text: str, site: Site) -> Iterator[Problem]:
    """Check the names of figures in the head of *source* and in its *text*, in which code is
    blanked out.
    """
    if site.figures is None:
        return
    yield from _check_head(source, site.figures)
    for number, line in enumerate(text.split("\n"), source.body_line):
        for slip in site.figures.slips(line) if _may_slip(line) else ():
            yield _problem(source, number, slip.start + 1, slip)


def _check_head(source: Source, figures: Figures) -> Iterator[Problem]:
    for key, entries in source.every.items():
        for number, value in entries:
            column = source.columns.get(number, 1)
            if key in HEAD_KEYS:
                for slip in figures.slips(value) if _may_slip(value) else ():
                    yield _problem(source, number, column + slip.start, slip)
            elif found := NAMED.search(value):
                what, mend = f"{key} 里不能用 {found[0]}", "把数字直接写出来"
                slip = Slip(found.start(), "figure-form", what, mend)
                yield _problem(source, number, column + slip.start, slip)


def _may_slip(text: str) -> bool:
    return "[" in text or "【" in text


def _problem(source: Source, line: int, column: int, slip: Slip) -> Problem:
    return Problem(
        source.path, line, slip.what, slip.mend, Severity.BUILD, column=column, rule=slip.rule
    )


def named_in(source: Source, figures: Figures | None) -> set[str]:
    """Give the ids of the *figures*, if they are known, that *source* names."""
    if figures is None:
        return set()
    texts = [value for key in HEAD_KEYS for _, value in source.every.get(key, ())]
    named = (figures.named_in(text) for text in [*texts, source.body] if may_name(text))
    return {figure.id for found in named for figure in found}


def check_unused(file: CampaignFile, named: Collection[str]) -> Iterator[Problem]:
    """Find figures for texts that neither a text nor the campaign's data names; *named* are those
    of the texts.
    """
    if file.campaign is None:
        return
    for number, figure in enumerate(file.campaign.figures):
        if figure.id and figure.id not in named and figure.id not in file.named:
            yield file.problem(
                "figure-unused",
                ("figures", number),
                f"没有地方用到数字“{figure.id}”",
                f"在文章里写 [[数字：{figure.id}]]，或者删去",
                Severity.STYLE,
            )
