"""Data out and back: the same bytes, nothing twice, nothing wiped, nothing half."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text, update

from comment_archive import markup
from comments_service import accounts
from comments_service.chain import GENESIS
from comments_service.db import Base, Database
from comments_service.errors import ImportRefused
from comments_service.exchange import bring_in, incoming, outgoing, write_out
from comments_service.importers import KINDS, find_importer
from comments_service.importers.records import Record
from comments_service.models import (
    Account,
    Action,
    ChainHead,
    Comment,
    Decision,
    ListedWord,
    Note,
    Report,
    Revision,
    Role,
    State,
    Strength,
    WordHit,
)
from comments_service.moderation import Ruling, decide
from comments_service.verification import verify
from tests.comments_service.busy import NOW, UNDO, BusyBoard, make_busy

SAMPLE = Path(__file__).parents[1] / "data" / "importers" / "huisheng.jsonl"
STAYS = {
    "chain_head": "made anew from the decisions",
    "opened": "who looks at what at this moment",
    "tally": "counted by triggers",
    "word_hit": "made anew from the findings",
    "used_proof": "guards the door",
    "last_time": "what was done here",
    "outbox_message": "notices that wait",
    "publisher_state": "what the publisher does here",
    "action_link": "a secret",
    "recovery_code": "a secret",
    "invitation": "a secret",
    "login_throttle": "guards the door",
    "login": "a secret",
    "sealed_address": "a secret",
}


def write(database):
    """Give a database as a file."""
    stream = io.BytesIO()
    write_out(database, stream, now=NOW)
    return stream.getvalue()


def read(database, data, **changes):
    """Bring a file's content in; gives the counts as tuples new, updated, same, kept."""
    stream = io.BytesIO(data)
    records = find_importer(data[:200]).records(stream)
    totals = bring_in(database, records, now=NOW, **changes)
    return {
        kind: (n.new, n.updated, n.same, n.kept)
        for kind, n in totals.counts.items()
        if (n.new, n.updated, n.same, n.kept) != (0, 0, 0, 0)
    }


def empty(database):
    """Take all rows out of a PostgreSQL database."""
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(insert(ChainHead).values(id=1, hash=GENESIS))


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """Give an SQLite file with our tables and no rows."""
    path = tmp_path_factory.mktemp("empty") / "comments.db"
    database = Database.connect(f"sqlite:///{path}")
    database.upgrade()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


@pytest.fixture
def make_database(tmp_path, empty_file):
    """Give what makes one SQLite database after the other."""
    made = []

    def make():
        path = tmp_path / f"{len(made)}.db"
        shutil.copyfile(empty_file, path)
        made.append(Database.connect(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for database in made:
        database.engine.dispose()


@pytest.fixture
def board(make_database, tmp_path):
    """Give a busy board on SQLite."""
    return make_busy(make_database(), tmp_path / "archive", seed=7)


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_out_and_back_gives_the_same_bytes(
    make_database, postgresql_database, tmp_path, monkeypatch, seed
):
    """Any board goes from SQLite to PostgreSQL and back, some rows at a time, without a change."""
    monkeypatch.setattr(outgoing, "BATCH", 7)
    monkeypatch.setattr(incoming, "BATCH", 5)
    empty(postgresql_database)
    board = make_busy(make_database(), tmp_path / f"archive-{seed}", seed)
    first = write(board.database)
    for target in (postgresql_database, make_database()):
        read(target, first)
        assert write(target) == first
        with target.snapshot() as session:
            assert verify(session).problem is None


def as_now(data):
    """Give what a file of before holds when its HTML is made by today's rules."""
    return data.replace(b'"policy":1,', b'"policy":%d,' % markup.POLICY)


def test_sample_stays_readable(database):
    """A file of version 1 as it was once written is read, and written again byte for byte."""
    data = SAMPLE.read_bytes()
    read(database, data)
    header = json.loads(data.partition(b"\n")[0])
    assert header | {"format": "huisheng", "version": 1} == header
    assert write(database) == as_now(data)


def test_second_time_changes_nothing(database):
    """The same file again finds everything there, and one with Windows' line ends is the same."""
    data = SAMPLE.read_bytes()
    first = read(database, data)
    again = read(database, data.replace(b"\n", b"\r\n"))
    assert again == {kind: (0, 0, n[0], 0) for kind, n in first.items()}
    assert write(database) == as_now(data)


def test_rehearsal_tells_and_writes_nothing(database):
    """A rehearsal tells what would happen and leaves the database empty, its numbers too."""
    data, before = SAMPLE.read_bytes(), write(database)
    told = read(database, data, is_rehearsal=True)
    assert write(database) == before
    assert read(database, data) == told


def test_every_column_travels_or_is_named():
    """Each table and column is in the file, or is known to stay behind."""
    travelling = {kind.model.__tablename__: kind for kind in KINDS.values()}
    assert set(Base.metadata.tables) == set(travelling) | set(STAYS)
    stays = {name: sorted(kind.stays) for name, kind in travelling.items() if kind.stays}
    assert stays == {
        "account": ["password_hash", "totp_secret", "totp_step"],
        "comment": ["submission_key"],
        "revision": ["id"],
        "note": ["id"],
    }


def test_secrets_stay_behind(board):
    """No password's hash and no sending's key is in the file."""
    data = write(board.database)
    assert b"argon2" not in data
    assert b"submission_key" not in data


def test_numbers_go_on_after_an_import(database):
    """A new message, account and report get the numbers after those that were brought in."""
    data = SAMPLE.read_bytes()
    read(database, data)
    for model, values in (
        (Account, {"name": "新人", "password_hash": "x"}),
        (
            Comment,
            {"thread": "first", "author": "", "text": "新", "address": "", "submitted_at": NOW}
            | {"receipt_hash": "new", "state": State.PENDING},
        ),
        (Report, {"comment_id": 1, "reason": "other", "address": "", "reported_at": NOW}),
    ):
        with database.writing() as session:
            newest = session.scalar(select(func.max(model.id)))
            session.add(row := model(**values))
            session.flush()
            assert row.id > newest
    assert read(database, data)["comment"][0] == 0


def test_decisions_go_on_after_an_import(database):
    """The next decision follows from the newest one that was brought in."""
    read(database, SAMPLE.read_bytes())
    with database.writing() as session:
        chief = session.scalars(select(Account).where(Account.role == Role.CHIEF)).one()
        accounts.set_password(session, chief, "long enough password")
        pending = session.scalars(select(Comment).where(Comment.state == State.PENDING)).first()
        ruling = Ruling(action=Action.APPROVE)
        decide(session, pending.id, ruling, by=chief, now=NOW, undo=UNDO)
    with database.snapshot() as session:
        assert verify(session).problem is None


def test_accounts_come_closed(database, board):
    """Accounts arrive without a password: nobody gets in until one is given."""
    with board.database.writing() as session:
        session.execute(update(Account).where(Account.id == 1).values(is_disabled=True))
        session.execute(update(Account).where(Account.id != 1).values(is_disabled=False))
    stream = io.BytesIO(write(board.database))
    totals = bring_in(database, find_importer(b'{"format":"huisheng"').records(stream), now=NOW)
    assert totals.without_password == ["主编", "管理员"]
    for password in ("", "!", "!!"):
        assert accounts.log_in(database, "主编", password, network="", now=NOW) is None
    with database.writing() as session:
        assert all(account.is_disabled for account in session.scalars(select(Account)))
        accounts.set_password(session, accounts.find_account(session, "主编"), "a long password")
    later = NOW + timedelta(hours=1)
    assert accounts.log_in(database, "主编", "a long password", network="", now=later)


def test_no_file_gives_rights(board):
    """An account that is here keeps its role and its address, whatever a file says."""
    data = write(board.database)
    assert b'"role":"moderator"' in data
    forged = data.replace(b'"role":"moderator"', b'"role":"administrator"')
    assert read(board.database, forged)["account"] == (0, 0, 2, 1)
    assert write(board.database) == data


def test_later_file_brings_up_the_older_board(board, make_database):
    """A board that was copied before is brought up, again and again, to where the other one is."""
    target = make_database()
    for _ in range(3):
        read(target, write(board.database))
        board.happen(40)
    data = write(board.database)
    told = read(target, data)
    assert told["comment"][1] > 0
    assert write(target) == data
    with target.reading() as session, board.database.reading() as origin:
        hits = select(WordHit.word, WordHit.comment_id).order_by(WordHit.word, WordHit.comment_id)
        assert session.execute(hits).all() == origin.execute(hits).all()


def test_older_file_takes_nothing_back(board):
    """A file from before changes nothing on the board that went on."""
    before = write(board.database)
    board.happen(60)
    data = write(board.database)
    told = read(board.database, before)
    assert all((new, updated) == (0, 0) for new, updated, _, _ in told.values())
    assert told["comment"][3] > 0
    assert write(board.database) == data


def erase(database, number):
    """Let a visitor have everything of his message erased."""
    with database.writing() as session:
        ruling = Ruling(action=Action.ERASE)
        decide(session, number, ruling, by=None, now=NOW + timedelta(days=1), undo=UNDO)


def edited_board(make_database, tmp_path):
    """Make a board whose only message was edited, noted upon and reported; gives it and the
    number.
    """
    board = BusyBoard(make_database(), tmp_path / "archive", Random(1))
    board.open_accounts()
    number = board.post()
    with board.database.writing() as session:
        session.execute(update(Comment).values(state=State.PENDING, text="秘密的话"))
        chief = session.scalars(select(Account).where(Account.role == Role.CHIEF)).one()
        ruling = Ruling(action=Action.EDIT, text="秘密的改动")
        decide(session, number, ruling, by=chief, now=NOW, undo=UNDO)
        session.add(Note(comment_id=number, account_id=2, text="秘密的备注", written_at=NOW))
        report = Report(comment_id=number, reason="insult", text="秘密的举报", address="1.2.3.*")
        report.reported_at = NOW
        session.add(report)
    return board, number


def test_erasure_travels(make_database, tmp_path):
    """What was erased where the file comes from is erased here too, with all that hangs on it."""
    board, number = edited_board(make_database, tmp_path)
    target = make_database()
    read(target, write(board.database))
    assert "秘密" in write(target).decode()
    erase(board.database, number)
    data = write(board.database)
    read(target, data)
    assert write(target) == data
    assert "秘密" not in data.decode()


def test_erased_message_does_not_come_back(make_database, tmp_path):
    """An older file brings nothing back of what was erased here."""
    board, number = edited_board(make_database, tmp_path)
    before = write(board.database)
    erase(board.database, number)
    data = write(board.database)
    told = read(board.database, before)
    assert told["revision"] == told["note"] == (0, 0, 0, 1)
    assert write(board.database) == data


def test_report_of_a_newer_message_is_seen(make_database, tmp_path):
    """An open report that a file adds to a message which is newer here brings it to the desk."""
    board, number = edited_board(make_database, tmp_path)
    target = make_database()
    read(target, write(board.database))
    with board.database.writing() as session:
        extra = {"comment_id": number, "reason": "other", "address": "", "reported_at": NOW}
        session.add(Report(**extra))
    with target.writing() as session:
        session.execute(update(Comment).values(version=9, reported_at=None))
    assert read(target, write(board.database))["report"] == (1, 0, 1, 0)
    with target.reading() as session:
        assert session.get_one(Comment, number).reported_at == NOW


def test_settled_reports_and_other_words(make_database, tmp_path):
    """A report that was settled is settled here; a word that is listed here keeps its strength."""
    board, _ = edited_board(make_database, tmp_path)
    target = make_database()
    read(target, write(board.database))
    with target.writing() as session:
        session.add(ListedWord(word="赌博", strength=Strength.MARK, added_at=NOW))
    with board.database.writing() as session:
        session.execute(update(Report).values(settled_at=NOW))
        session.add(ListedWord(word="赌博", strength=Strength.REFUSE, added_at=NOW))
    data = write(board.database)
    told = read(target, data)
    assert told["report"] == (0, 1, 0, 0)
    assert told["word"] == (0, 0, 0, 1)
    before = json.loads(data.splitlines()[-3])
    assert before["kind"] == "report"
    assert read(board.database, data.replace(b'"settled_at":"2026', b'"settled_at":"2027')) == (
        read(board.database, data) | {"report": (0, 0, 0, 1)}
    )


def test_publication_reaches_a_copy(board, make_database):
    """A message that was given its place after the copy was made gets it with the next file."""
    target = make_database()
    number = board.post()
    with board.database.writing() as session:
        chief = session.scalars(select(Account).where(Account.role == Role.CHIEF)).one()
        session.execute(update(Comment).where(Comment.id == number).values(state=State.PENDING))
        ruling = Ruling(action=Action.APPROVE)
        decide(session, number, ruling, by=chief, now=board.now, undo=timedelta())
    read(target, write(board.database))
    board.publish()
    data = write(board.database)
    assert read(target, data)["comment"][1] > 0
    assert write(target) == data


def test_html_is_our_own(make_database, board):
    """The HTML of a public message is made here, whatever the file has in its place."""
    with board.database.writing() as session:
        session.execute(
            update(Comment)
            .where(Comment.state == State.APPROVED)
            .values(html="<script>alert(1)</script>")
        )
    target = make_database()
    read(target, write(board.database))
    with target.reading() as session:
        approved = session.scalars(select(Comment).where(Comment.state == State.APPROVED)).all()
        assert approved
        assert [c.html for c in approved] == [markup.render(c.words) for c in approved]


def test_approved_without_a_place_is_due(make_database):
    """What another system has approved, and nobody here has published, is due at once."""
    database = make_database()
    columns = {column.name: None for column in KINDS["comment"].columns}
    values = columns | {
        "id": 5, "thread": "first", "author": "", "text": "你好", "address": "", "findings": [],
        "attention": 3, "submitted_at": NOW, "receipt_hash": "r", "state": State.APPROVED,
        "version": 1,
    }  # fmt: skip
    bring_in(database, [Record(line=1, kind="comment", values=values)], now=NOW)
    with database.reading() as session:
        comment = session.get_one(Comment, 5)
        assert (comment.publish_at, comment.html) == (NOW, "<p>你好</p>")


def changed(data, kind, nth=0, **changes):
    """Change the nth line of a kind; a value of ... takes the field away."""
    lines = data.splitlines()
    places = [i for i, line in enumerate(lines) if json.loads(line).get("kind") == kind]
    fields = json.loads(lines[places[nth]]) | changes
    kept = {name: value for name, value in fields.items() if value is not ...}
    lines[places[nth]] = json.dumps(kept, ensure_ascii=False).encode()
    return b"\n".join(lines) + b"\n"


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        pytest.param("account", {"id": 9}, "belong to another account", id="account number"),
        pytest.param("account", {"name": "别人"}, "belong to another account", id="account name"),
        pytest.param("comment", {"receipt_hash": "x"}, "another one here", id="number taken"),
        pytest.param("comment", {"by_account_id": 99}, "refers to account 99", id="no account"),
        pytest.param("comment", {"reply_to_id": 10**9}, "refers to message", id="no parent"),
        pytest.param("comment", {"reply_to_id": 2}, "came after it", id="answers a later one"),
        pytest.param("decision", {"note": "改"}, "does not follow", id="decision changed"),
        pytest.param("decision", {"hash": "0" * 64}, "does not follow", id="hash changed"),
        pytest.param("decision", {"comment_id": 10**9}, "refers to message", id="no message"),
        pytest.param("revision", {"text": "改"}, "not the words", id="words changed"),
        pytest.param("revision", {"decision_id": 10**9}, "not the words", id="no decision"),
        pytest.param("note", {"account_id": 99}, "refers to account 99", id="note of nobody"),
        pytest.param("report", {"reason": "other"}, "another one here", id="report taken"),
        pytest.param("report", {"comment_id": 10**9}, "refers to message", id="loose report"),
    ],
)
def test_contradictions_are_refused_as_a_whole(database, kind, changes, words):
    """A line that contradicts what is here is named, and nothing of the file is stored."""
    data, nth = SAMPLE.read_bytes(), -1 if {"id", "decision_id"} & set(changes) else 0
    read(database, data)
    with pytest.raises(ImportRefused, match=rf"^line \d+: .*{words}"):
        read(database, changed(data, kind, nth, **changes))
    assert write(database) == as_now(data)


def test_taken_place_is_refused(make_database):
    """Two messages cannot have one place."""
    data = SAMPLE.read_bytes()
    placed = [
        json.loads(line)
        for line in data.splitlines()
        if b'"kind":"comment"' in line and b'"wall_position":null' not in line
    ]
    for field in ("wall_position", "position"):
        same = {field: placed[0][field]}
        same |= {"thread": placed[0]["thread"]} if field == "position" else {}
        comments = [line for line in data.splitlines() if b'"kind":"comment"' in line]
        nth = [json.loads(line)["id"] for line in comments].index(placed[1]["id"])
        with pytest.raises(ImportRefused, match=r"its place, .* belongs to message"):
            read(make_database(), changed(data, "comment", nth, **same))
    with pytest.raises(ImportRefused, match="one place of two"):
        read(make_database(), changed(data, "comment", nth, position=None))


def test_two_boards_that_went_on_are_not_joined(board, make_database):
    """After both boards took decisions of their own, neither takes the other's file."""
    target = make_database()
    read(target, write(board.database))
    other = BusyBoard(target, board.archive, Random(99), board.now, list(board.numbers))
    with target.writing() as session:
        session.execute(update(Account).values(is_disabled=False))
    for each in (board, other):
        while write(each.database).count(b'"kind":"decision"') < 60:
            each.decide()
    for into, source in ((target, board.database), (board.database, target)):
        before = write(into)
        with pytest.raises(ImportRefused, match="empty database"):
            read(into, write(source))
        assert write(into) == before


def test_decision_about_a_newer_message_is_refused(make_database, tmp_path):
    """A decision of the file is not laid over a message that was changed here since."""
    board, number = edited_board(make_database, tmp_path)
    target = make_database()
    read(target, write(board.database))
    with target.writing() as session:
        session.execute(update(Comment).values(version=9))
    erase(board.database, number)
    with pytest.raises(ImportRefused, match="was changed here since"):
        read(target, write(board.database))


def test_message_decided_here_is_not_overruled(make_database, tmp_path):
    """A message that was decided here is not brought up by a file without that decision."""
    board, number = edited_board(make_database, tmp_path)
    target = make_database()
    read(target, write(board.database))
    erase(target, number)
    with board.database.writing() as session:
        session.execute(update(Comment).values(version=9))
    with pytest.raises(ImportRefused, match="was decided here after"):
        read(target, write(board.database))


def test_lines_out_of_order_are_refused(make_database):
    """Numbers of a kind go up; the same line twice is told, also where batches meet."""
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if b'"kind":"comment"' in line)
    doubled = [*lines[: first + 1], lines[first], *lines[first + 1 : -1]]
    end = json.dumps({"kind": "end", "records": len(doubled) - 1}).encode()
    with pytest.raises(ImportRefused, match=f"line {first + 2}: its number 1 does not follow 1"):
        read(make_database(), b"".join([*doubled, end]))


@settings(max_examples=60)
@given(data=st.data())
def test_damaged_files_are_refused_or_read(make_database, monkeypatch, data):
    """Whatever is changed in a file, it is read or refused with a sentence, and never breaks."""
    original = SAMPLE.read_bytes()
    place = data.draw(st.integers(0, len(original) - 1))
    length = data.draw(st.integers(0, 40))
    instead = data.draw(
        st.sampled_from(
            [
                b"",
                b"\x00",
                b"\xff",
                b'"',
                b"\n",
                b"null",
                b"-1",
                b"99999999999999999999",
                b"\\ud800",
            ]
        )
    )
    damaged = original[:place] + instead + original[place + length :]
    with suppress(ImportRefused):
        read(make_database(), damaged, is_rehearsal=True)


def test_empty_board(make_database):
    """A board without a single row goes out and back as well."""
    data = write(make_database())
    assert data.count(b"\n") == 2
    assert read(make_database(), data) == {}


def test_file_without_decisions_on_a_board_with_some(board, make_database):
    """A file whose record is a beginning of the one here is welcome."""
    lines = write(board.database).splitlines(keepends=True)
    few = [line for line in lines if json.loads(line).get("kind", "account") == "account"]
    end = json.dumps({"kind": "end", "records": len(few) - 1}).encode()
    assert read(board.database, b"".join([*few, end])) == {"account": (0, 0, 3, 0)}
    with board.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) > 0
        assert session.scalar(select(func.count()).select_from(Revision)) > 0
