"""Templates are compiled once."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from publishing.compiled import CompiledTemplates, compiled_with


def render(cache, source="{{ 1 + 1 }}"):
    """Render a template with an environment of its own."""
    loader = DictLoader({"page.html": source})
    return Environment(loader=loader, bytecode_cache=cache).get_template("page.html").render()


@pytest.fixture
def _no_compiler(monkeypatch):
    """Compile no template any more."""
    monkeypatch.setattr(Environment, "_generate", None)


def test_later_process_compiles_nothing(tmp_path, request):
    """What one process left in the folder another one loads."""
    assert render(CompiledTemplates(tmp_path)) == "2"
    request.getfixturevalue("_no_compiler")
    assert render(CompiledTemplates(tmp_path)) == "2"
    with pytest.raises(TypeError):
        render(CompiledTemplates(tmp_path), "changed")


def test_each_set_of_options_has_a_folder_of_its_own(tmp_path):
    """The same source means another program where another extension reads it."""
    one, other = (compiled_with(options, str(tmp_path)) for options in ("a", "b"))
    assert (render(one), render(other)) == ("2", "2")
    assert len(list(tmp_path.iterdir())) == 2


def test_without_a_folder_the_process_keeps_them(request):
    """Nothing is written where no folder is given."""
    cache = compiled_with("without a folder")
    assert render(cache) == "2"
    request.getfixturevalue("_no_compiler")
    assert render(cache) == "2"
