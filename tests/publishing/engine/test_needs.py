"""What a page was made of is noted while its template is rendered."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, pass_context
from jinja2 import Environment as PlainEnvironment
from pelican.settings import read_settings
from pelican.utils import SafeDatetime

from publishing.engine.needs import (
    ALL,
    bears_contents,
    contents_in,
    digest_of,
    forget_digests,
    let_note,
    noting,
)
from publishing.engine.reading import Read, Stamp
from publishing.engine.state import Before, State
from publishing.engine.story import Story

pytestmark = pytest.mark.usefixtures("no_plugins")
SETTINGS = read_settings(None, override={"SITEURL": "https://small.example"})


def make_story(name, **changes):
    """Make a story as it is after it was read."""
    metadata = {"title": f"题{name}", "date": SafeDatetime(2010, 1, 1), "place": "广州"}
    path = f"{SETTINGS['PATH']}/{name}.md"
    story = Story("正文", metadata | changes, settings=SETTINGS, source_path=path, context={})
    story._own = frozenset(vars(story)) - {"translations"}
    return story


@pytest.fixture
def stories():
    """Give three stories."""
    return [make_story(name, rank=rank) for rank, name in enumerate("abc")]


def needs_of(template, **context):
    """Give what *template* needs when it is rendered with *context*, and what it gives."""
    forget_digests()
    parts = {"page": template, "macros": "{% macro line(s) %}{{ s.title }}{% endmacro %}"}
    environment = PlainEnvironment(loader=DictLoader(parts))
    environment.filters |= {"shown": shown, "shown_there": pass_context(lambda c, s: s.title)}
    environment.tests["shown"] = bool
    let_note(environment)
    with noting(frozenset(context)) as notes:
        text = environment.get_template("page").render(context)
    return notes.finished(), text


def shown(story):
    """Show a story, as a filter of a plugin may."""
    return story.title if isinstance(story, Story) else "nothing"


def looked_at(needs):
    """Give which attributes of which stories were looked at."""
    return {where: set(what) for where, what in needs.looked_at}


@pytest.mark.parametrize(
    ("template", "names", "looked"),
    [
        pytest.param("nothing", [], {}, id="nothing"),
        pytest.param("{{ title }}", ["title"], {}, id="a name"),
        pytest.param("{{ a.title }}", ["a"], {"a.md": {"title"}}, id="an attribute"),
        pytest.param("{{ a['place'] }}", ["a"], {"a.md": {"place"}}, id="an item"),
        pytest.param(
            "{{ a.title }}{{ a.place }}{{ a.title }}", ["a"], {"a.md": {"title", "place"}}, id="two"
        ),
        pytest.param("{% if b %}{% endif %}", ["b"], {}, id="whether it is there"),
        pytest.param("{{ stories | length }}", ["stories"], {}, id="how many"),
        pytest.param(
            "{% for s in stories %}{{ s.title }}{% endfor %}",
            ["stories"],
            {f"{name}.md": {"title"} for name in "abc"},
            id="a loop",
        ),
        pytest.param(
            "{{ stories | map(attribute='place') | join }}",
            ["stories"],
            {f"{name}.md": {"place"} for name in "abc"},
            id="map",
        ),
        pytest.param(
            "{% for s in stories | sort(attribute='rank') %}{% endfor %}",
            ["stories"],
            {f"{name}.md": {"rank"} for name in "abc"},
            id="sort",
        ),
        pytest.param(
            "{% for k, l in stories | groupby('date.year') %}{{ l | length }}{% endfor %}",
            ["stories"],
            {f"{name}.md": {"date"} for name in "abc"},
            id="groupby",
        ),
        pytest.param(
            "{{ stories | selectattr('rank') | list | length }}",
            ["stories"],
            {f"{name}.md": {"rank"} for name in "abc"},
            id="selectattr",
        ),
        pytest.param("{{ a | attr('place') }}", ["a"], {"a.md": {"place"}}, id="attr"),
        pytest.param("{{ a | shown }}", ["a"], {"a.md": {ALL}}, id="a filter of somebody's"),
        pytest.param("{{ a | shown_there }}", ["a"], {"a.md": {ALL}}, id="one that knows the page"),
        pytest.param("{{ a is shown }}", ["a"], {"a.md": {ALL}}, id="a test of somebody's"),
        pytest.param("{{ shown(b) }}", ["b", "shown"], {"b.md": {ALL}}, id="a function"),
        pytest.param(
            "{{ shown(stories) }}",
            ["shown", "stories"],
            {f"{name}.md": {ALL} for name in "abc"},
            id="a function given a list",
        ),
        pytest.param(
            "{% from 'macros' import line %}{{ line(a) }}", ["a"], {"a.md": {"title"}}, id="a macro"
        ),
        pytest.param(
            "{% set s = stories[1] %}{{ s.title }}",
            ["stories"],
            {"b.md": {"title"}},
            id="one of a list",
        ),
        pytest.param(
            "{{ box.story.title }}", ["box"], {"c.md": {"title"}}, id="within something else"
        ),
    ],
)
def test_noted(stories, template, names, looked):
    """Names, and attributes of stories, are noted, however the template comes by them."""
    context = dict(zip("abc", stories, strict=True)) | {
        "stories": stories,
        "title": "题",
        "shown": shown,
        "box": SimpleNamespace(story=stories[2]),
    }
    needs, _ = needs_of(template, **context)
    assert sorted(name for name, _ in needs.names) == names
    assert looked_at(needs) == looked


def test_renders_the_same(stories):
    """An environment that notes renders what a plain one does."""
    template = "{% for s in stories %}{{ s.title }}{{ s.missing }}{{ s['rank'] }}{% endfor %}"
    plain = PlainEnvironment().from_string(template)
    assert needs_of(template, stories=stories)[1] == plain.render(stories=stories)


def test_function_that_tells(stories):
    """Of a function that tells on what its answers depend, that is noted, and no more."""

    def newest(count):
        return " ".join(story.title for story in stories[:count])

    newest.name, newest.depends = "newest", lambda count: b"%d" % count
    needs, text = needs_of("{{ newest(2) }}", newest=newest)
    assert text == "题a 题b"
    assert needs.asked == (("newest", (2,), b"2"),)
    assert needs.looked_at == ()


def before_of(needs, old, new):
    """Give the state of a build that made one page, and after which *old* stories became *new*."""

    def reads(found):
        return {
            story.relative_source_path: Read(
                story.relative_source_path, Stamp(number, number, number), story
            )
            for number, story in enumerate(found)
        }

    state = State(reads=reads(old), needs={"page.html": needs.packed()})
    return Before(state, SETTINGS["PATH"], "1", can_hold=True, taken=reads(new))


@pytest.mark.parametrize(
    ("template", "holds"),
    [
        pytest.param("{{ a.title }}{{ stories | length }}", True, id="looks at nothing of it"),
        pytest.param("{{ b.title }}", True, id="looks at what stayed"),
        pytest.param("{{ b.place }}", False, id="looks at what changed"),
        pytest.param("{{ b | shown }}", False, id="may have looked at anything"),
        pytest.param("{{ b.missing }}", True, id="looks at what it has not"),
        pytest.param("{{ b.url }}", True, id="its address stayed"),
        pytest.param("{{ b.metadata.place }}", False, id="through its head"),
    ],
)
def test_holds(stories, template, holds):
    """A page is held exactly when nothing that it looked at changed."""
    a, b, c = stories
    needs, _ = needs_of(template, stories=stories, a=a, b=b)
    other = make_story("b", rank=1, place="深圳")
    before = before_of(needs, stories, [a, other, c])
    forget_digests()
    context = {
        "generated_content": {s.relative_source_path: s for s in (a, other, c)},
        "stories": [a, other, c],
        "a": a,
        "b": other,
    }
    assert before.holds("page.html", context, {}) == (needs.packed() if holds else None)
    assert before.holds("other.html", context, {}) is None


@pytest.mark.parametrize(
    ("order", "holds"), [("abc", True), ("ab", False), ("acb", False), ("abcd", False)]
)
def test_lists(stories, order, holds):
    """A page that used a list is held as long as the same stories stand in it in the same order."""
    needs, _ = needs_of("{{ stories | length }}", stories=stories)
    known = dict(zip("abc", stories, strict=True)) | {"d": make_story("d")}
    new = [known[name] for name in order]
    before = before_of(needs, stories, stories)
    forget_digests()
    context = {"generated_content": {}, "stories": new}
    assert (before.holds("page.html", context, {}) is not None) is holds


def test_digests(stories):
    """A digest tells which stories stand where, not what they say."""
    a, b, _ = stories
    assert digest_of([a, b]) == digest_of([a, b])
    assert digest_of([a, b]) != digest_of([b, a])
    assert digest_of({"x": [a]}) != digest_of({"x": [b]})
    assert digest_of(a) == digest_of(make_story("a", title="另一个"))
    assert digest_of(1) != digest_of("1")
    assert digest_of([]) != digest_of(())


def test_contents_are_found(stories):
    """Stories are found in lists and records of all kinds."""
    a, b, c = stories
    assert list(contents_in({"x": [a, (b,)], "y": SimpleNamespace(z=c)})) == [a, b, c]
    assert bears_contents([a])
    assert bears_contents([])  # a story may come into it
    assert not bears_contents("text")
    assert not bears_contents({"x": 1})
