"""The desk's words: everything that is said in Chinese is there in English too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comments_service import web
from comments_service.models import Action, State
from comments_service.moderation import REASONS
from comments_service.reports import REPORT_REASONS
from comments_service.web.language import english
from comments_service.web.words import ACTIONS, ATTENTIONS, KEYS, STATES, TABS

TEMPLATES = sorted((Path(web.__file__).parent / "templates").glob("*.html"))
DESK = [path for path in TEMPLATES if 'extends "_desk.html"' in path.read_text("utf-8")]
DESK += [path for path in TEMPLATES if path.name in {"_desk.html", "_queue.html", "_marks.html"}]
SAID = re.compile(r"""\b(?:_|say)\(\s*"((?:[^"\\]|\\.)*)\"""")
HAN = re.compile("[\u3400-\u9fff]")
VISITORS = ("可以撤回", "申诉一次", "已经删除", "举报的理由")
"""Marks of sentences that visitors alone read, in Chinese."""
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.mark.parametrize("template", DESK, ids=lambda path: path.name)
def test_every_sentence_of_the_desk_is_known_in_english(template):
    """What a template of the desk says is in the catalogue, and nothing Chinese stands outside."""
    text = template.read_text("utf-8")
    assert [words for words in SAID.findall(text) if words not in english()] == []
    outside = SAID.sub("", re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))
    assert [line for line in outside.splitlines() if HAN.search(line) and "中文" not in line] == []


def test_dynamic_words_are_never_taken_for_a_sentence():
    """``_()`` marks its sentence as safe, so it stands with constants only."""
    for template in TEMPLATES:
        calls = re.findall(r"(?<![\w.])_\(([^)]*)", template.read_text("utf-8"))
        assert [call for call in calls if not call.lstrip().startswith('"')] == []


def test_all_states_and_actions_have_words():
    """Every state, action and reason is named in both languages."""
    assert set(STATES) == set(State)
    assert set(ACTIONS) == set(Action)
    named = (STATES, ACTIONS, TABS, ATTENTIONS, KEYS, REASONS, REPORT_REASONS)
    words = [word for table in named for word in table.values()]
    assert [word for word in words if word not in english()] == []


def test_translations_keep_their_places():
    """The English of a sentence has the same places for values."""
    for chinese, words in english().items():
        assert sorted(PLACE.findall(chinese)) == sorted(PLACE.findall(words)), chinese


def test_sentences_of_errors_are_known_in_english():
    """What a refusal says to a moderator is in the catalogue."""
    package = Path(web.__file__).parents[1]
    raised = re.compile(r"""NotAllowed\(\s*((?:"[^"]*"\s*)+)""")
    for path in (*package.glob("*.py"), *(package / "accounts").glob("*.py")):
        for sentence in raised.findall(path.read_text("utf-8")):
            words = "".join(re.findall(r'"([^"]*)"', sentence))
            is_visitors = any(mark in words for mark in VISITORS)
            assert is_visitors or words in english(), words


def test_every_rule_is_named_in_english():
    """Each kind of finding that a rule may give has its English words."""
    folder = Path(web.__file__).parents[1] / "screening"
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    rules = set(re.findall(r'Finding\(\s*"([a-z-]+)"', code))
    assert len(rules) >= 15
    assert rules - english().keys() == set()
