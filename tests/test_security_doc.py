"""docs/security.md tells what holds, and where: each item, each test, each place, each event."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.living_site import ROOT
from tests.test_docs import read, rows, section

DOCUMENT = "docs/security.md"
ITEMS = re.findall(
    r"\S+",
    """
    1.1.1 1.1.2 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.9 1.2.10 1.3.1 1.3.3 1.3.5 1.3.6 1.3.7 1.3.11
    1.4.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.2 2.3.3 2.4.1 3.2.1 3.2.2 3.3.1 3.3.2 3.3.4 3.4.1 3.4.2 3.4.3
    3.4.4 3.4.5 3.4.6 3.5.1 3.5.3 3.7.2 4.1.1 4.1.3 4.2.1 5.3.2 5.4.1 6.1.1 6.2.1 6.2.4 6.2.5 6.2.8
    6.2.9 6.3.1 6.3.2 7.2.1 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 8.2.1 8.2.2 8.2.3 8.3.1 11.4.2
    11.5.1 12.1.1 12.2.1 13.3.1 13.4.1 13.4.2 13.4.3 13.4.4 13.4.5 14.2.1 14.2.4 14.3.2 15.1.1
    15.1.2 15.2.1 15.2.2 15.3.1 15.3.3 15.3.4 15.3.7 16.1.1 16.2.1 16.2.2 16.2.5 16.3.1 16.3.3
    16.4.1 16.5.1 16.5.3
    """,
)
"""The items of ASVS 5.0.0 that apply to this product."""
LOGGING = ("debug", "info", "warning", "error", "exception", "critical")


def items():
    """Give item, what is done and what holds it, of every row."""
    return [row for row in rows(read(DOCUMENT)) if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]


def proofs():
    """Give every test and place that a row names, as (item, named)."""
    return [(row[0], named) for row in items() for named in re.findall(r"`([^`]+)`", row[2])]


@cache
def collected(file):
    """Name the tests that pytest collects from a file."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_item_is_there_once():
    """In the standard's order, each with what is done and with a proof."""
    assert [row[0] for row in items()] == ITEMS
    assert {item for item, _ in proofs()} == set(ITEMS)
    assert all(len(row) == 3 and len(row[1]) > 2 for row in items())


@pytest.mark.parametrize(("item", "named"), proofs())
def test_every_proof_exists(item, named):
    """A test is one that pytest collects; a place has the words."""
    if "::" in named:
        file, _, test = named.partition("::")
        assert test in collected(file)
    else:
        file, _, words = named.partition("#")
        assert words
        assert words in (ROOT / file).read_text("utf-8")


def events():
    """Give every event that service, publisher and server can log, and where."""
    for folder in ("comments_service", "publishing", "serving"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if is_logging(node) and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value, path.relative_to(ROOT).as_posix()


def is_logging(node):
    """Say whether *node* is a call such as ``log.info(...)``."""
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return (
        is_method
        and node.func.attr in LOGGING
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    )


def test_every_event_is_told():
    """The inventory of the log holds each event of the code, those of a build's editors apart."""
    told = " ; ".join(row[0] for row in rows(section(DOCUMENT, "## What is logged")))
    found = [(event, path) for event, path in events() if not path.startswith("publishing/engine")]
    assert len(found) > 30
    assert [(event, path) for event, path in found if event not in told] == []


def test_scripts_make_no_html_of_text():
    """Our scripts set text and build elements; none gives a browser text to parse or to run."""
    scripts = sorted((ROOT / "theme" / "static" / "js").rglob("*.js"))
    assert len(scripts) > 5
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    found = {path.name: re.findall(sinks, path.read_text("utf-8")) for path in scripts}
    assert {name: sinks for name, sinks in found.items() if sinks} == {}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12 to 1,000 characters", ("accounts.passwords", "LEAST_PASSWORD", 12)),
        ("12 hours idle", ("accounts.sessions", "IDLE_LIMIT", "12:00:00")),
        ("7 days in all", ("accounts.sessions", "ABSOLUTE_LIMIT", "7 days, 0:00:00")),
        ("5 minutes", ("accounts.sessions", "SECOND_STEP_LIMIT", "0:05:00")),
        ("a wait of 30 seconds", ("accounts.throttle", "FIRST_WAIT", "0:00:30")),
        ("doubles to 15 minutes", ("accounts.throttle", "LONGEST_WAIT", "0:15:00")),
        ("256 kB", ("app", "FORM_BYTES", 256 * 1024)),
        ("| 20; one a day |", ("submission", "MOST_REVISIONS", 20)),
        ("up to 500 characters", ("web.visitor_forms", "MOST_WORDS", 500)),
        ("up to 40 characters", ("web.forms", "MOST_NAME", 40)),
    ],
    ids=lambda value: value if isinstance(value, str) else value[1],
)
def test_figures_are_those_of_the_code(words, value):
    """What the document says of limits is what the code has."""
    module, name, figure = value
    imported = __import__(f"comments_service.{module}", fromlist=[name])
    assert words in read(DOCUMENT)
    found = getattr(imported, name)
    assert (found if isinstance(found, int) else str(found)) == figure
