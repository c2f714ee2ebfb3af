"""The way back: into an empty database only, on both databases, whole or not at all."""

from __future__ import annotations

import gzip
import json

import pytest
from sqlalchemy import delete, func, select

from comments_service import sealing
from comments_service.app import create_app
from comments_service.db import Database
from comments_service.errors import BackupRefused
from comments_service.models import Action, Comment, Decision, Login, OutboxMessage, State, Tally
from comments_service.recovery import taken_back
from comments_service.recovery.restoring import restore, verify
from comments_service.recovery.writing import write_backup
from comments_service.reports import report_message
from comments_service.search import find
from tests.comments_service.recovery.test_backups import NOW, fill, lines
from tests.living_site import LivingSite, make_config


@pytest.fixture
def elsewhere(tmp_path):
    """Give an empty database elsewhere."""
    database = Database.connect(f"sqlite:///{tmp_path / 'elsewhere' / 'comments.db'}")
    yield database
    database.engine.dispose()


def bodies(path):
    """Give the lines of a backup but the first, which tells of the database."""
    return lines(path)[1:-1], lines(path)[-1]["end"]


def test_all_rows_come_back(site, elsewhere, tmp_path):
    """A backup of a restored board is the same, from either database; counts and search work."""
    fill(site)
    written = write_backup(site.database, tmp_path / "a", now=NOW)
    restored = restore(elsewhere, written.path)
    assert (restored.approved, restored.decisions, restored.counts["comment"]) == (1, 2, 3)
    again = write_backup(elsewhere, tmp_path / "b", now=NOW)
    assert bodies(again.path) == bodies(written.path)
    assert counted(elsewhere) == {"approved": 1, "pending": 1, "refused": 1}
    with elsewhere.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 0
        assert find(session, "公开", most=5) == [1]


def counted(database):
    """Give how many messages there are of each kind, as the desk counts them."""
    query = select(Tally.kind, func.sum(Tally.n)).where(Tally.thread == "").group_by(Tally.kind)
    with database.reading() as session:
        return {kind: int(count) for kind, count in session.execute(query) if count}


def test_new_rows_follow_the_old_ones(site, elsewhere, tmp_path):
    """Numbers go on where they were, also after rows that are gone."""
    fill(site)
    with site.database.writing() as session:
        session.execute(delete(OutboxMessage))
    restore(elsewhere, write_backup(site.database, tmp_path, now=NOW).path)
    other = LivingSite(site.root, str(elsewhere.engine.url), elsewhere, site.moderator)
    other.receipts = [*site.receipts]
    assert other.post(text="恢复以后的话", email="b@example.org") == 4
    with elsewhere.reading() as session:
        assert session.scalars(select(OutboxMessage.id)).all() == [3]


def test_into_postgresql(sqlite_site, postgresql_database, postgresql_url, tmp_path):
    """A backup of SQLite goes into PostgreSQL; counts and search are right, then and later, and new
    rows are numbered after its own.
    """
    fill(sqlite_site)
    sqlite_site.post_approved(text="有人举报的话")
    sqlite_site.publish()
    with sqlite_site.database.writing() as session:
        values = {"reason": "insult", "text": "", "address": "14.152.95.1"}
        report_message(session, 4, now=sqlite_site.now, **values)
    written = write_backup(sqlite_site.database, tmp_path / "a", now=NOW)
    restore(postgresql_database, written.path)
    again = write_backup(postgresql_database, tmp_path / "b", now=NOW)
    assert bodies(again.path) == bodies(written.path)
    other = LivingSite(sqlite_site.root, postgresql_url, postgresql_database, sqlite_site.moderator)
    assert counted(postgresql_database) == {
        "approved": 2, "pending": 1, "refused": 1, "reported": 1
    }  # fmt: skip
    assert other.post(text="恢复以后的话", nonce="later") == 5
    other.decide(5, Action.REFUSE)
    assert counted(postgresql_database) == {
        "approved": 2, "pending": 1, "refused": 2, "reported": 1
    }  # fmt: skip
    with postgresql_database.reading() as session:
        assert find(session, "恢复", most=5) == [5]
        assert find(session, "公开的话", most=5) == [1]


def test_never_over_what_is_there(sqlite_site, elsewhere, tmp_path):
    """A database with rows is refused, and keeps them."""
    fill(sqlite_site)
    written = write_backup(sqlite_site.database, tmp_path, now=NOW)
    later = sqlite_site.post(text="备份以后的话")
    with pytest.raises(BackupRefused, match=r"not empty \(rows in account, comment"):
        restore(sqlite_site.database, written.path)
    assert sqlite_site.comment(later).text == "备份以后的话"
    restore(elsewhere, written.path)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(elsewhere, written.path)


def test_damage_stores_nothing(sqlite_site, elsewhere, tmp_path):
    """What is found wrong at the last line undoes the whole; the right file still goes in."""
    fill(sqlite_site)
    path = write_backup(sqlite_site.database, tmp_path, now=NOW).path
    whole = path.read_bytes()
    path.write_bytes(gzip.compress(gzip.decompress(whole).replace("等着".encode(), b"ab")))
    with pytest.raises(BackupRefused, match="not as it was written"):
        restore(elsewhere, path)
    with elsewhere.reading() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 0
    path.write_bytes(whole)
    assert restore(elsewhere, path).counts["comment"] == 3


def test_from_an_older_form(sqlite_site, elsewhere, tmp_path):
    """A backup of tables of an older form is restored in it, then brought to the newest."""
    fill(sqlite_site)
    newest = sqlite_site.database.newest_revision()
    sqlite_site.database.downgrade("0003")
    written = write_backup(sqlite_site.database, tmp_path, now=NOW)
    assert written.migration == "0003"
    assert restore(elsewhere, written.path).migration == "0003"
    assert elsewhere.revision() == newest


def test_from_a_form_of_the_future(sqlite_site, elsewhere, tmp_path):
    """A backup of tables that this version does not know is refused before anything is made."""
    path = write_backup(sqlite_site.database, tmp_path, now=NOW).path
    old = f'"{sqlite_site.database.newest_revision()}"'.encode()
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(old, b'"9999"', 1)))
    with pytest.raises(BackupRefused, match="form 9999, which this version does not know"):
        restore(elsewhere, path)
    assert elsewhere.revision() is None


def test_verify_finds_a_rewritten_record(sqlite_site, tmp_path):
    """A backup whose digests were made to fit is found out by the chain of decisions."""
    fill(sqlite_site)
    path = write_backup(sqlite_site.database, tmp_path, now=NOW).path
    assert verify(path).decisions == 2
    forge(path, "decision", lambda row: [None if value == "offtopic" else value for value in row])
    with pytest.raises(BackupRefused, match="record of decisions is not whole: Decision 2"):
        verify(path)


def forge(path, table, change):
    """Change the rows of a table in a backup, and make its digest fit."""
    import hashlib

    from comments_service.recovery.tables import dump

    header, *records, end = lines(path)
    name, digest = "", hashlib.sha256()
    made = [dump(header)]
    for record in records:
        name = record["table"] if isinstance(record, dict) else name
        row = change(record) if name == table and isinstance(record, list) else record
        made.append(dump(row))
        if name == table:
            digest.update(made[-1])
    end["end"][table]["sha256"] = digest.hexdigest()
    path.write_bytes(gzip.compress(b"".join([*made, dump(end)])))


def test_verify_leaves_everything_alone(sqlite_site, tmp_path):
    """Looking a backup over needs its key and touches no database."""
    fill(sqlite_site)
    public = sealing.make_key(tmp_path / "key")
    path = write_backup(sqlite_site.database, tmp_path, now=NOW, key=public).path
    restored = verify(path, key=sealing.read_private_key(tmp_path / "key"))
    assert (restored.counts["comment"], restored.approved) == (3, 1)
    assert sqlite_site.database.revision() == sqlite_site.database.newest_revision()


def test_what_was_taken_back_stays_away(site, elsewhere, tmp_path):
    """Out of a backup from before, an erased message comes back erased and a withdrawn one
    withdrawn, with a decision each; others as they were.
    """
    kept, erased, withdrawn = (site.post_approved(text=f"第{n}句话") for n in "一二三")
    site.publish()
    path = write_backup(site.database, tmp_path / "backups", now=NOW).path
    site.decide(erased, Action.ERASE)
    site.decide(withdrawn, Action.WITHDRAW)
    assert taken_back.complete(site.database, path.parent) == 2
    assert taken_back.complete(site.database, path.parent) == 0
    restore(elsewhere, path)
    assert taken_back.replay(elsewhere, path.parent, site.now) == 2
    assert taken_back.replay(elsewhere, path.parent, site.now) == 0
    with elsewhere.reading() as session:
        states = dict(session.execute(select(Comment.id, Comment.state)).all())
        assert states == {
            kept: State.APPROVED,
            erased: State.ERASED,
            withdrawn: State.WITHDRAWN,
        }
        assert session.get_one(Comment, erased).text == ""
        notes = session.scalars(select(Decision.note).order_by(Decision.id)).all()
        assert notes == ["", "", "", taken_back.NOTE, taken_back.NOTE]


def test_the_list_outlives_a_crash(sqlite_site, tmp_path):
    """What a crash left of a line is passed over, and written down again; another board's message
    of the same number is left alone.
    """
    number = sqlite_site.post_approved()
    sqlite_site.decide(number, Action.ERASE)
    file = tmp_path / taken_back.NAME
    file.write_text('{"at": "2026-03-01T04:30:00+00:00", "mess')
    taken_back.complete(sqlite_site.database, tmp_path)
    (deed,) = taken_back.read(tmp_path)
    assert (deed.message, deed.action) == (number, Action.ERASE)
    file.write_text(json.dumps({**json.loads(file.read_text().splitlines()[1]), "receipt": "x"}))
    other = sqlite_site.post_approved(text="别处的话")
    assert other == number + 1
    assert taken_back.replay(sqlite_site.database, tmp_path, sqlite_site.now) == 0


def test_the_receipt_lists_what_it_takes_back(client, site):
    """Erasing and withdrawing on the receipt's page write a line each, for the next restore."""
    for text in ("第一句话", "第二句话"):
        site.post(text=text)
    erased, withdrawn = site.receipts
    client.post(f"/messages/receipt/{erased.token}/erase", data={"confirm": "1"})
    client.post(f"/messages/receipt/{withdrawn.token}/withdraw")
    listed = [(deed.message, deed.action) for deed in taken_back.read(site.config.backups_folder)]
    assert listed == [(erased.number, Action.ERASE), (withdrawn.number, Action.WITHDRAW)]


def test_from_the_command_line(site, tmp_path):
    """An operator backs up, verifies and restores by commands; the archive is made from it."""
    fill(site)
    app = create_app(make_config(site.root, site.database_url))
    run = app.test_cli_runner()
    told = run.invoke(args=["comments", "backup"])
    assert told.exit_code == 0
    assert "It is not encrypted" in told.output
    (path,) = site.config.backups_folder.glob("*.jsonl.gz")
    told = run.invoke(args=["comments", "restore", str(path), "--verify"])
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "It can be restored.")
    told = run.invoke(args=["comments", "restore", str(path)])
    assert told.exit_code == 1
    assert "The database is not empty" in told.output
    app.extensions["parts"].database.engine.dispose()
    url = f"sqlite:///{tmp_path / 'new' / 'comments.db'}"
    new = create_app(make_config(tmp_path / "new", url))
    told = new.test_cli_runner().invoke(args=["comments", "restore", str(path)])
    assert told.exit_code == 0
    assert "1 messages are in" in told.output
    assert (tmp_path / "new" / "var" / "archive" / "wall" / "1.json").is_file()
    new.extensions["parts"].database.engine.dispose()
