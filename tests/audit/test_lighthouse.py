"""Lighthouse's reports become figures."""

from __future__ import annotations

import pytest

from audit.lighthouse import CATEGORIES, median, read, results
from audit.pages import named


def report(*, score=1.0, lcp=850.0, element="<h1>"):
    """Give a report in Lighthouse's form, with one audit that may cost a score."""
    audits = {
        "largest-contentful-paint": {"numericValue": lcp},
        "cumulative-layout-shift": {"numericValue": 0.004},
        "total-blocking-time": {"numericValue": 12},
        "largest-contentful-paint-element": {"details": {"items": [{"snippet": element}]}},
        "robots-txt": {"score": score, "scoreDisplayMode": "binary"},
    }
    paid = {"score": score, "auditRefs": [{"id": "robots-txt", "weight": 1}]}
    free = {"score": 1, "auditRefs": []}
    return {"audits": audits, "categories": {**dict.fromkeys(CATEGORIES, free), "seo": paid}}


def test_read():
    """Scores are of 100, times in seconds, and what cost a score is named."""
    run = read(report(score=0.92))
    assert run.scores == (100, 100, 100, 92)
    assert (run.lcp, run.cls, run.tbt, run.has_photo) == (0.85, 0.004, 12, False)
    assert run.lost == ("robots-txt (seo)",)


def test_median():
    """One slow run of three does not count."""
    runs = [read(report(lcp=value)) for value in (800.0, 2400.0, 850.0)]
    assert median(runs).lcp == 0.85


@pytest.mark.parametrize(
    ("element", "limit"),
    [
        pytest.param("<h1>", "≤ 0.9 s", id="text"),
        pytest.param("<img src='/pictures/steps.svg'>", "≤ 0.9 s", id="drawn"),
        pytest.param("<img src='/pictures/steps-800.webp'>", "≤ 1.3 s", id="photo"),
    ],
)
def test_a_photograph_may_take_longer(element, limit):
    """The limit of the largest paint depends on what is painted."""
    (home,) = named("home")
    rows = results({home: read(report(element=element))}, 1)
    assert [row.asked for row in rows if row.what.startswith("LCP")] == [limit]


def test_a_private_page_says_what_was_left_out():
    """A receipt tells search engines to stay away; the table says that this was not asked."""
    (receipt,) = named("receipt, pending")
    assert "is-crawlable" in results({receipt: read(report())}, 1)[0].remark
