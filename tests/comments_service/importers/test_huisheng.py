"""Our own format is read strictly: what is wrong is named with its line, and nothing is guessed."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from comments_service.errors import ImportRefused
from comments_service.importers import IMPORTERS, KINDS, find_importer
from comments_service.importers.huisheng import LONGEST_LINE, Huisheng
from comments_service.models import State

SAMPLE = Path(__file__).parents[2] / "data" / "importers" / "huisheng.jsonl"
HEADER = {"format": "huisheng", "version": 1}
WORD = {"kind": "word", "word": "赌博", "strength": "hold"}
WORD |= {"added_at": "2026-03-01T04:30:00.000000+00:00"}


def records(*lines):
    """Read a file of these lines, objects or bytes."""
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(Huisheng().records(io.BytesIO(b"\n".join(raw))))


def comment(**changes):
    """Give the sample's first message with *changes*, as a line."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    first = next(line for line in lines if '"kind":"comment"' in line)
    return json.loads(first) | changes


def test_sample_is_found_and_read():
    """The importer knows its file by its beginning and gives typed values, kind by kind."""
    data = SAMPLE.read_bytes()
    found = list(find_importer(data[:4096]).records(io.BytesIO(data)))
    kinds = [record.kind for record in found]
    assert kinds == sorted(kinds, key=list(KINDS).index)
    assert set(kinds) == set(KINDS)
    assert [record.line for record in found] == list(range(2, len(found) + 2))
    states = {record.values["state"] for record in found if record.kind == "comment"}
    assert states == set(State)


def test_every_importer_has_a_name_of_its_own():
    """The names by which operators ask for importers are different, and each is found by its."""
    names = [importer.name for importer in IMPORTERS]
    assert len(set(names)) == len(names)
    assert [find_importer(b"", name).name for name in names] == names


@pytest.mark.parametrize(
    "start", [b"", b"<?xml", b'{"comments": []}', b"\xff\xfe", b"SQLite format 3"]
)
def test_unknown_files_are_refused(start):
    """What no importer knows is refused, with the formats that there are."""
    with pytest.raises(ImportRefused, match=r"no known format.*huisheng"):
        find_importer(start)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param([], "line 1: .*no file of ours", id="empty file"),
        pytest.param([{"format": "other"}], "line 1: .*no file of ours", id="another format"),
        pytest.param(
            [HEADER | {"version": 2}], "line 1: .*version 2 .*reads version 1", id="newer"
        ),
        pytest.param([HEADER | {"version": "1"}], "line 1: .*version '1'", id="version as text"),
        pytest.param([b"[]"], "line 1: .*not a JSON object", id="a list"),
        pytest.param([HEADER, b'{"kind"'], "line 2: .*not a JSON object", id="half a line"),
        pytest.param([HEADER, b"\xff{}"], "line 2: .*not a JSON object", id="not UTF-8"),
        pytest.param([HEADER, b""], "line 2: .*not a JSON object|without its last", id="blank"),
        pytest.param([HEADER, b"[" * 99999], "line 2: .*not a JSON object", id="very deep"),
        pytest.param([HEADER, b'{"a":1,"a":2}'], "line 2: .*not a JSON object", id="field twice"),
        pytest.param([HEADER, b'{"a":NaN}'], "line 2: .*not a JSON object", id="no number"),
        pytest.param([HEADER, b"1" * 5000], "line 2: .*not a JSON object", id="long number"),
        pytest.param([HEADER, b" " * (LONGEST_LINE + 1)], "line 2: .*longer", id="long line"),
        pytest.param([HEADER, {"kind": "cat"}], "line 2: .*'cat'.*none of", id="unknown kind"),
        pytest.param([HEADER, {"kind": ["word"]}], "line 2: .*none of", id="kind of a wrong type"),
        pytest.param([HEADER, {}], "line 2: .*None.*none of", id="no kind"),
        pytest.param([HEADER, WORD, comment()], "line 3: comment lines stand before", id="order"),
        pytest.param([HEADER, WORD], "ends without its last line", id="cut off"),
        pytest.param([HEADER, {"kind": "end", "records": 1}], "line 2: 1 records", id="too few"),
        pytest.param(
            [HEADER, WORD, {"kind": "end"}], "line 3: None records", id="no number at end"
        ),
        pytest.param(
            [HEADER, {"kind": "end", "records": 0}, WORD], "line 3: .*goes on", id="more behind"
        ),
        pytest.param([HEADER, WORD | {"more": 1}], "line 2: 'more' is unknown", id="more fields"),
        pytest.param([HEADER, {"kind": "word"}], "line 2: added_at is missing", id="fewer fields"),
    ],
)
def test_broken_files(lines, words):
    """A file that is not as it should be is refused with the line, the reason and the mend."""
    with pytest.raises(ImportRefused, match=words):
        records(*lines)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"id": "1"}, "id should be a whole number", id="number as text"),
        pytest.param({"id": True}, "id should be a whole number", id="true is no number"),
        pytest.param({"id": 1.0}, "id should be a whole number", id="with a point"),
        pytest.param({"id": 0}, "id should be .*from 1", id="no number"),
        pytest.param({"id": 2**63}, "id should be .*from 1 to", id="too large for a database"),
        pytest.param({"id": None}, "id is empty", id="nothing"),
        pytest.param({"version": 2**31}, "version should be", id="too large for a version"),
        pytest.param({"attention": 2**15}, "attention should be", id="too large for a small one"),
        pytest.param({"position": -1}, "position should be", id="negative"),
        pytest.param({"state": "open"}, "state should be one of pending, ", id="unknown state"),
        pytest.param({"state": 1}, "state should be one of", id="state as number"),
        pytest.param({"author": 1}, "author should be text", id="name as number"),
        pytest.param({"author": "a" * 201}, "author has 201 .* up to 200", id="long name"),
        pytest.param({"text": "a\0"}, "text holds a character", id="NUL"),
        pytest.param({"text": "\ud800"}, "text holds a character", id="half a pair"),
        pytest.param({"submitted_at": "today"}, "submitted_at should be a moment", id="no moment"),
        pytest.param({"submitted_at": "2026-03-01T04:30:00"}, "time zone", id="no time zone"),
        pytest.param({"submitted_at": 1}, "submitted_at should be a moment", id="seconds"),
        pytest.param(
            {"submitted_at": "0001-01-01T00:00:00+14:00"}, "should be a moment", id="before time"
        ),
        pytest.param({"findings": {}}, "findings should be a list", id="findings as object"),
        pytest.param({"findings": [1]}, "findings should be a list", id="findings as numbers"),
        pytest.param({"findings": [{"a": ["\0"]}]}, "findings holds a character", id="NUL within"),
        pytest.param({"findings": [{"\0": 1}]}, "findings holds a character", id="NUL in a name"),
        pytest.param(
            {"findings": [{"a": json.loads("[" * 30 + "]" * 30)}]}, "more than 20 deep", id="deep"
        ),
    ],
)
def test_wrong_values(changes, words):
    """A value that a database would not take, or take differently, is refused with its name."""
    with pytest.raises(ImportRefused, match=f"^line 2: .*{words}"):
        records(HEADER, comment(**changes))


def test_accounts_are_true_or_false():
    """A yes or no is written as true or false, not as a number."""
    account = {"kind": "account", "id": 1, "name": "值班", "role": "moderator", "email": None}
    with pytest.raises(ImportRefused, match="is_disabled should be true or false"):
        records(HEADER, account | {"is_disabled": 0})
