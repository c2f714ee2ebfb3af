"""What the product needs is what `./run demo` installs: the packages of requirements.txt alone."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from plugins.message_board.facts import MAKERS
from tests.living_site import ROOT

OURS = ("comment_archive", "comments_service", "plugins", "publishing", "serving", "theme")
OPTIONAL = {"distributed", "redis"}
"""Asked for only where BUILD_CLUSTER or COMMENTS_REDIS_URL is set; requirements-cluster.txt has
them.
"""


def pinned():
    """Name the packages of requirements.txt as their index does."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return {plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def plain(name):
    """Write the name of a package in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported():
    """Give the packages of others that our code imports, and one file that does."""
    found = {}
    for path in sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names.append(node.module)
            found |= {name.partition(".")[0]: path for name in names}
    return {name: path for name, path in found.items() if name not in {*OURS, *known()}}


def known():
    """Name what comes with Python or its checkers, or stands in our own folder."""
    return {*sys.stdlib_module_names, "tasks", "pelicanconf", "_typeshed", *OPTIONAL}


@pytest.mark.parametrize(("name", "path"), imported().items(), ids=imported())
def test_what_is_imported_is_installed(name, path):
    """Tests have more packages than the product, so an import could work here and nowhere else."""
    of_others = {plain(each) for each in packages_distributions().get(name, [])}
    assert of_others & pinned(), path


def test_makers_of_messages_are_installed():
    """The versions that older pages are known by are those of installed packages."""
    assert {plain(name) for name in MAKERS} <= pinned()
