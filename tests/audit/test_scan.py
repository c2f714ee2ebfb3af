"""The scan for insecure code: what answers a finding. `.ci/run` runs the scan itself."""

from __future__ import annotations

import re

import pytest

from audit.scan import EXAMPLES, RULES, SCANNED, _is_answered
from tests.living_site import ROOT


@pytest.mark.parametrize(
    ("rule", "is_answered"), [("B704", True), ("B608", False)], ids=["the same", "another"]
)
def test_ruffs_exceptions_answer_bandits_findings(rule, is_answered):
    """A line with a reason for ruff's S704 answers bandit's B704, and nothing else."""
    file = "comments_service/web/qr.py"
    lines = (ROOT / file).read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if "noqa: S704" in text)
    assert _is_answered(rule, file, [line]) is is_answered
    assert not _is_answered("B704", file, [1])


def test_exceptions_of_a_file_answer_too():
    """What pyproject.toml excepts a file from is not asked again."""
    assert _is_answered("B603", "./serving/processes.py", [1])
    assert not _is_answered("B603", "./comments_service/app.py", [1])


def test_every_package_is_scanned():
    """No package of ours is forgotten."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= {*SCANNED}


def test_every_rule_has_an_example():
    """A rule that was never seen to find anything holds nothing."""
    rules = {*re.findall(r"- id: ([\w-]+)", RULES.read_text("utf-8"))}
    examples = "".join(path.read_text("utf-8") for path in EXAMPLES.glob("semgrep.*"))
    assert len(rules) >= 15
    assert {
        rule for rule in rules if f"ruleid: {rule}\n" not in examples.replace(" -->", "")
    } == set()
