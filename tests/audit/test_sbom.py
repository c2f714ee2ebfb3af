"""The bill of materials: valid, complete, the same each time."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from audit.sbom import LOCKS, NODE_LOCK, written
from tests.living_site import ROOT


@pytest.fixture(scope="module")
def bill():
    """Give the bill of our lock files."""
    return json.loads(written())


def test_scanners_can_read_it():
    """It is valid CycloneDX 1.6, by the schema that forbids unknown fields."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written()) is None


def test_every_pinned_package_is_there_once(bill):
    """Each package of each lock file, in its version, with a digest."""
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    assert len({part["purl"] for part in bill["components"]}) == len(bill["components"])
    for lock in LOCKS:
        lines = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.M)
        assert lines
        assert {(name.lower().replace("_", "-"), version) for name, version in lines} <= listed
    assert all(part["hashes"] for part in bill["components"])


def test_what_runs_in_production_is_told_from_what_checks(bill):
    """A fault in a package of the tests is no fault of the site."""
    scopes = {part["name"]: part["scope"] for part in bill["components"]}
    assert scopes["flask"] == scopes["bleach"] == "required"
    assert scopes["distributed"] == "optional"
    assert scopes["pytest"] == scopes["semgrep"] == scopes["lighthouse"] == "excluded"


def test_same_locks_give_the_same_bytes(tmp_path):
    """No clock, no number of its own, no address of an index."""
    for lock in (*LOCKS, NODE_LOCK):
        (tmp_path / lock).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / lock, tmp_path / lock)
    text = written(tmp_path)
    assert text == written()
    assert re.findall(r"https?://[^\"]+", text) == [
        "http://cyclonedx.org/schema/bom-1.6.schema.json"
    ]
    assert "timestamp" not in text
