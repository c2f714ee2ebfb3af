"""All that is told of one file's style, from its text alone: prose, house words, facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from plugins.editing.facts import check_facts
from plugins.editing.fixing import fixed, problems_in
from plugins.editing.parts import parts_of_data
from plugins.editing.rules import FACTS, PROSE
from plugins.editing.rules.house import HouseWords
from plugins.editing.rules.rule import Rule
from plugins.editing.sources import Source
from plugins.problems import Problem

HOUSE = "house-word"


def check_style(
    source: Source, text: str, part: str, today: date, words: HouseWords
) -> Iterator[Problem]:
    """Tell what of the file with the *text*, of which *source* was made, should be written
    otherwise; *part* is its folder below the content folder, *words* is the house list.
    """
    yield from problems_in(source.path, text, rules_with(words))
    if part in ("stories", "galleries"):
        yield from check_facts(source, today, is_album=part == "galleries")


def check_data_style(path: Path, text: str, words: HouseWords) -> Iterator[Problem]:
    """Tell what of the sentences in the campaign's data, the file at *path* with the *text*, should
    be written otherwise; ``--fix`` leaves that file alone.
    """
    found = problems_in(path, text, rules_with(words), parts_of_data)
    yield from (replace(problem, is_mendable=False) for problem in found)


def mended(text: str, words: HouseWords) -> str:
    """Give the *text* of a file with everything mended that can be mended for sure."""
    return fixed(text, rules_with(words))


def rules_with(words: HouseWords) -> tuple[Rule, ...]:
    """Give the rules of prose, and that of the house list's *words*."""
    return (*PROSE, *(replace(rule, find=words.find) for rule in FACTS if rule.name == HOUSE))
