"""Stories are put together as Pelican does it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from pelican.contents import Article
from pelican.log import LimitFilter
from pelican.settings import read_settings
from pelican.utils import SafeDatetime, process_translations

from publishing.engine.moments import QuickDatetime, quick_date
from publishing.engine.stories import part_translations
from publishing.engine.story import Story
from publishing.release import BuildError

pytestmark = pytest.mark.usefixtures("no_plugins")
FORMS = [
    *("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z", "%-d", "%-m/%-d", "%Y年%-m月%-d日", "%Y年%m月", "年"),
    *("%%", "100%%%d", "%%-d", "%%d", "%-%", "%d%%", "%a %d %B %Y", "%A, %d %b %y", "%j %U %W"),
    *("%H:%M", "%-H:%M", "%I %p", "%S.%f", "%c", "%x", "%X", "%Z", "%e", "%é", "%", "%d %", ""),
    *("%-j", "%-S", "%G-W%V-%u", "%E", "a-b %d-%m", "%S", "%Y%m%d%H%M%S", "%Y {0} %%s"),
]
CHINA = timezone(timedelta(hours=8))
MOMENTS = [
    (2010, 1, 2),
    (999, 1, 2),
    (2015, 12, 10, 8, 5, 9),
    (1999, 12, 31, 23, 59, 59, 123456),
    (2016, 2, 29, 0, 0, 0, 0, CHINA),
    (2024, 10, 7, 12, 0, 0, 0, UTC),
]


def written(moment, form, **options):
    """Give what *moment* writes, or which error it raises."""
    try:
        return moment.strftime(form, **options)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("form", FORMS)
def test_written_moments(form):
    """A quick moment is written as Pelican writes its own, with errors too."""
    for parts, safe in product(MOMENTS, (True, False)):
        slow, quick = SafeDatetime(*parts), QuickDatetime.of(SafeDatetime(*parts))
        assert written(quick, form, safe=safe) == written(slow, form, safe=safe)


@pytest.mark.parametrize("parts", MOMENTS)
def test_moments_are_the_same(parts):
    """A quick moment is the one that it was made of."""
    quick = QuickDatetime.of(SafeDatetime(*parts))
    assert quick == SafeDatetime(*parts)
    assert quick.tzinfo == SafeDatetime(*parts).tzinfo
    assert str(quick) == str(SafeDatetime(*parts))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2010-12-03", datetime(2010, 12, 3)),  # noqa: DTZ001 -- as written, without a zone
        ("2010-12-03 08:30", datetime(2010, 12, 3, 8, 30)),  # noqa: DTZ001
        ("2010-12-03T08:30:15", datetime(2010, 12, 3, 8, 30, 15)),  # noqa: DTZ001
        ("2010-02-30", None),
        ("2010-12-03 08:60", None),
        ("2010-1-3", None),
        ("3 December 2010", None),
        ("2010-12-03 08:30+08:00", None),
        ("٢٠١٠-12-03", None),
        ("", None),
    ],
)
def test_quick_dates(text, moment):
    """Ordinary forms are read at once, any other is left to Pelican."""
    assert quick_date(text) == moment


def article(chance, number, settings):
    """Make a story of some language with one of few slugs."""
    metadata = {
        "title": f"故事{number}",
        "slug": chance.choice("abcd"),
        "lang": chance.choice(("zh", "en", "fr")),
        "date": SafeDatetime(2010, 1, 1),
    }
    if chance.random() < 0.3:
        metadata["translation"] = chance.choice(("true", "false"))
    kind = chance.choice((Story, Story, Article))
    path = f"{settings['PATH']}/{number}.md"
    return kind("正文", metadata, settings=settings, source_path=path, context={})


@pytest.mark.parametrize("by", ["slug", {"slug", "lang"}, ["slug"], None, ""])
def test_translations(by, caplog):
    """Originals, translations, their order, who is whose, and warnings are as Pelican has them."""
    settings = read_settings(None, override={"DEFAULT_LANG": "zh"})
    chance = random.Random(7)
    for _ in range(60):
        found = [article(chance, n, settings) for n in range(chance.randrange(9))]
        outcomes = []
        for part in (process_translations, part_translations):
            for each in found:
                each.translations = []
            caplog.clear()
            LimitFilter._raised_messages.clear()  # Pelican tells a warning once a process
            originals, translations = part([*found], by)
            outcomes.append(
                (
                    [each.title for each in originals],
                    sorted(each.title for each in translations),
                    {e.title: sorted(o.title for o in e.translations) for e in found},
                    [record.getMessage() for record in caplog.records],
                )
            )
        assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("name", ["../outside.html", "/outside.html", "a/../../outside.html"])
def test_story_outside_the_site(minimal, name):
    """A story that asks for a file outside the site is refused, and nothing is shown."""
    minimal.replace("sixth.md", "save_as: odd/place.html", f"save_as: {name}")
    with pytest.raises(BuildError):
        minimal.build()
    assert not (minimal.root / "releases" / "current").exists()
    assert not list(minimal.root.rglob("outside.html"))


def test_two_stories_of_one_address(minimal):
    """Two stories that want one file are refused, whoever would write it."""
    minimal.replace("fifth.md", "note: 无", "note: 无\nsave_as: odd/place.html")
    minimal.processes = 3
    with pytest.raises(BuildError, match=r"odd/place\.html would be written twice"):
        minimal.build()
