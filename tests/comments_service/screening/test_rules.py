"""The screening rules, each for its own case."""

from __future__ import annotations

import logging

import pytest

from comments_service.screening import RULES, Finding, Verdict, screen
from tests.living_site import make_submission


def raising(submission):
    """Raise, as a rule with a mistake does."""
    raise ValueError("the text is in the message")


def silent(submission):
    """Find nothing."""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="ordinary message"),
        pytest.param({"author": "", "text": "好"}, [], id="one character without a name"),
        pytest.param({"trap": "x"}, [("honeypot", Verdict.SPAM)], id="robot fills the trap"),
        pytest.param({"trap": " "}, [("honeypot", Verdict.SPAM)], id="robot fills in a space"),
        pytest.param({"text": "见 https://e.org"}, [], id="one link"),
        pytest.param(
            {"text": "https://e.org http://e.org"}, [("links", Verdict.HOLD)], id="two links"
        ),
        pytest.param(
            {"text": "WWW.e.org HTTP://f.org"}, [("links", Verdict.HOLD)], id="links in capitals"
        ),
        pytest.param(
            {"text": "[a](https://e.org)[b](https://e.org)"},
            [("links", Verdict.HOLD)],
            id="links in Markdown",
        ),
        pytest.param({"text": "e.org f.org g.org"}, [], id="names of sites are no links"),
        pytest.param({"text": "a\u200bb"}, [("invisible", Verdict.HOLD)], id="zero-width space"),
        pytest.param({"text": "\u202egro"}, [("invisible", Verdict.HOLD)], id="direction override"),
        pytest.param(
            {"author": "\u2066管理员"}, [("invisible", Verdict.HOLD)], id="mark in a name"
        ),
        pytest.param({"text": "\ufeff好"}, [("invisible", Verdict.HOLD)], id="byte order mark"),
        pytest.param({"text": "a\u00adb"}, [("invisible", Verdict.HOLD)], id="soft hyphen"),
        pytest.param({"text": "👩\u200d👧 🇨🇳 ❤\ufe0f"}, [], id="emoji of several parts"),
        pytest.param({"text": "一\n\t二　三"}, [], id="white space can be seen"),
        pytest.param(
            {"trap": "x", "text": "\u200bhttps://e.org https://e.org"},
            [
                ("honeypot", Verdict.SPAM),
                ("links", Verdict.HOLD),
                ("invisible", Verdict.HOLD),
            ],
            id="all at once, in their order",
        ),
    ],
)
def test_rules(changes, expected):
    """Each rule speaks up for its own case and stays silent otherwise."""
    found = screen(make_submission(**changes))
    assert [(finding.rule, finding.verdict) for finding in found] == expected


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        pytest.param({"trap": "x"}, "填写了读者看不见的栏位。", id="trap"),
        pytest.param({"text": "https://e.org " * 3}, "含有3个链接（1个以内不提示）。", id="links"),
        pytest.param(
            {"author": "\u200b", "text": "\u200b好"}, "含有2个看不见的字符。", id="invisible"
        ),
    ],
)
def test_details(changes, detail):
    """A finding tells the moderator in Chinese what was found, and how much of it."""
    (finding,) = screen(make_submission(**changes))
    assert finding.detail == detail


def test_rule_that_raises_holds_the_message(caplog):
    """A rule that raises counts as a finding that holds, and the other rules are still asked."""
    submission = make_submission(trap="x")
    found = screen(submission, rules=(raising, *RULES))
    assert found == [
        Finding("rule-failed", Verdict.HOLD, "规则 raising 出错，请人工细看。"),
        *screen(submission),
    ]
    (record,) = caplog.records
    assert (record.levelno, record.message, record.rule) == (
        logging.ERROR,
        "screening rule failed",
        "raising",
    )


def test_every_rule_that_raises_is_told():
    """Several broken rules are several findings."""
    found = screen(make_submission(), rules=(raising, silent, raising))
    assert [finding.verdict for finding in found] == [Verdict.HOLD] * 2


@pytest.mark.parametrize(
    ("rules", "expected"),
    [pytest.param((), [], id="no rules"), pytest.param((silent,), [], id="a rule without a word")],
)
def test_nothing_found(rules, expected):
    """Without findings the list is empty."""
    assert screen(make_submission(), rules=rules) == expected
