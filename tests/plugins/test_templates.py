"""What our extensions do to templates."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment
from jinja2.exceptions import TemplateAssertionError

from plugins.templates import Once, SharedGlobals


def make_environment(**templates):
    """Make an environment whose global ``tick`` counts how often it was asked."""
    environment = Environment(
        loader=DictLoader(templates), autoescape=True, extensions=[Once, SharedGlobals]
    )
    asked = []
    environment.globals.update(tick=lambda: asked.append(1) or len(asked), sign="<")
    return environment


def test_once_for_each_value():
    """What stands in the tag is rendered once for each of its values, and stays markup."""
    environment = make_environment(
        page="{% once a, b %}{{ a }}{{ b }}{{ sign }}{{ tick() }}{% endonce %}"
    )
    page = environment.get_template("page")
    assert page.render(a=1, b=2) == "12&lt;1"
    assert page.render(a=1, b=3) == "13&lt;2"
    assert page.render(a=1, b=2) == "12&lt;1"


def test_once_without_value_and_without_a_name():
    """Without values it is rendered once; a name that no page gave is a value like another."""
    environment = make_environment(
        page="{% once %}{{ tick() }}{% endonce %}|{% once a %}{{ a }}{{ tick() }}{% endonce %}"
    )
    page = environment.get_template("page")
    assert [page.render(), page.render(), page.render(a="x")] == ["1|2", "1|2", "1|x3"]


def test_each_tag_keeps_its_own():
    """Two tags with the same values, in one template or in two, do not meet."""
    tag = "{% once a %}{{ tick() }}{% endonce %}"
    environment = make_environment(page=f"{tag}\n{tag}", other=tag)
    assert environment.get_template("page").render(a=1) == "1\n2"
    assert environment.get_template("other").render(a=1) == "3"


def test_values_of_a_macro_and_of_the_tag_itself():
    """Arguments of a macro are values; what is set or imported within needs no naming."""
    environment = make_environment(
        page="{% from 'macros' import row %}{{ row(1) }}{{ row(2) }}{{ row(1) }}",
        macros="{% macro row(n) %}{% once n %}{% from 'deep' import sum %}{% set m = n %}"
        "{{ sum(m) }}.{{ tick() }} {% endonce %}{% endmacro %}",
        deep="{% macro sum(n) %}{{ n + 1 }}{% endmacro %}",
    )
    assert environment.get_template("page").render() == "2.1 3.2 2.1 "


def test_what_a_page_brings_must_be_named():
    """A name that differs from page to page and is not told cannot slip in."""
    environment = make_environment(page="\n{% once %}{{ title }}{% endonce %}")
    with pytest.raises(TemplateAssertionError, match="once asks for title") as caught:
        environment.get_template("page").render(title="x")
    assert (caught.value.name, caught.value.lineno) == ("page", 2)


def test_forgets():
    """When other values are offered, everything is rendered anew."""
    environment = make_environment(page="{% once %}{{ sign }}{{ tick() }}{% endonce %}")
    page = environment.get_template("page")
    assert page.render() == "&lt;1"
    environment.globals["sign"] = "+"
    environment.extensions[Once.identifier].forget()
    assert page.render() == "+2"


def test_globals_offered_later_reach_templates_that_were_read_before():
    """All templates see one dictionary; a template's own values stay its own."""
    environment = make_environment(page="{{ late }}", own="{{ late }}{{ more }}")
    page, own = environment.get_template("page"), environment.get_template("own", None, {"more": 1})
    environment.globals["late"] = "x"
    assert (page.render(), own.render()) == ("x", "x1")
    assert "more" not in environment.globals
