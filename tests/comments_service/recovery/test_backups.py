"""Backups: whole, private, encrypted if asked, read back, rotated."""

from __future__ import annotations

import gzip
import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from comments_service import sealing
from comments_service.db import Database
from comments_service.errors import BackupRefused, KeyRefused
from comments_service.models import Action, Comment, Login
from comments_service.recovery.backups import back_up, newest, rotate
from comments_service.recovery.reading import read_through
from comments_service.recovery.writing import write_backup
from tests.living_site import make_config

NOW = datetime(2026, 3, 1, 4, 30, 5, tzinfo=UTC)


def fill(site):
    """Leave messages in several states, and a session that must not travel."""
    site.post_approved(text="公开的话", email="a@example.org")
    site.decide(site.post(text="不采用的话"), Action.REFUSE)
    site.post(text="等着的话\u2028第二行")
    site.publish()
    with site.database.writing() as session:
        login = Login(account_id=1, token_hash="t", opened_at=NOW, seen_at=NOW)
        session.add(login)


def lines(path):
    """Give the records of an unencrypted backup."""
    return [json.loads(line) for line in gzip.open(path).read().decode().split("\n") if line]


def test_holds_all_rows_and_says_how_many(site, tmp_path):
    """A backup names its form, holds every row but those that open doors, and counts them."""
    fill(site)
    written = write_backup(site.database, tmp_path / "backups", now=NOW)
    header, *records, end = lines(written.path)
    assert header["migration"] == site.database.newest_revision()
    assert header["database"] == site.database.engine.dialect.name
    assert (header["format"], header["made_at"]) == ("huisheng-backup", NOW.isoformat())
    tables = [record["table"] for record in records if isinstance(record, dict)]
    assert {"comment", "decision", "account", "outbox_message", "chain_head"} <= set(tables)
    assert {"login", "invitation", "action_link", "alembic_version", "tally"} & set(tables) == set()
    counts = {name: told["rows"] for name, told in end["end"].items()}
    assert (counts["comment"], counts["decision"]) == (3, 2)
    assert written.rows == sum(counts.values()) == len(records) - len(tables)
    assert end["numbers"]["outbox_message"] == 2


def test_is_its_owners_alone(site, tmp_path):
    """File and folder can be read by nobody else, and nothing unfinished stays."""
    written = write_backup(site.database, tmp_path / "backups", now=NOW)
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in written.path.parent.iterdir()] == ["20260301T043005Z.jsonl.gz"]
    assert written.size == written.path.stat().st_size


def test_is_one_moment(site, tmp_path):
    """What is written while a backup is made is not in it, and is not held up by it."""
    fill(site)
    late: list[int] = []

    def post_once(connection, cursor, statement, *_):
        if "FROM account" in statement and not late:
            late.append(site.post(text="后来的话"))

    other = Database.connect(site.database_url)
    event.listen(other.engine, "after_cursor_execute", post_once)
    written = write_backup(other, tmp_path, now=NOW)
    other.engine.dispose()
    assert late == [4]
    assert lines(written.path)[-1]["end"]["comment"]["rows"] == 3
    assert site.comment(4).text == "后来的话"


def test_encrypted_for_the_operators_key(site, tmp_path):
    """With a public key only the private one reads it, and no word stands in the file."""
    fill(site)
    public = sealing.make_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    written = write_backup(site.database, tmp_path / "backups", now=NOW, key=public)
    assert written.path.name == "20260301T043005Z.jsonl.gz.age"
    assert written.path.read_bytes().startswith(b"age-encryption.org/v1")
    header, rows = read_through(written.path, sealing.read_private_key(tmp_path / "key"))
    assert (header.made_at, rows) == (NOW.isoformat(), written.rows)
    with pytest.raises(BackupRefused, match="name the private key's file"):
        read_through(written.path)
    sealing.make_key(tmp_path / "other")
    with pytest.raises(KeyRefused, match="not encrypted for that key"):
        read_through(written.path, sealing.read_private_key(tmp_path / "other"))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        pytest.param(lambda data: data[: len(data) // 2], "damaged", id="cut off"),
        pytest.param(lambda data: b"nothing" + data, "damaged", id="no gzip file"),
        pytest.param(
            lambda data: gzip.compress(gzip.decompress(data).replace("公开".encode(), b"ab")),
            r"not as it was written \(table comment\)",
            id="a word changed",
        ),
        pytest.param(
            lambda data: gzip.compress(b"".join(gzip.decompress(data).splitlines(True)[:-1])),
            "cut off",
            id="without its last line",
        ),
        pytest.param(lambda data: gzip.compress(b'{"format": "other"}\n'), "no backup", id="other"),
        pytest.param(
            lambda data: gzip.compress(
                gzip.decompress(data).replace(b'"version":1', b'"version":9')
            ),
            "version 9",
            id="newer format",
        ),
    ],
)
def test_damage_is_told(sqlite_site, tmp_path, harm, told):
    """A backup that is not as it was written is refused with a sentence."""
    fill(sqlite_site)
    written = write_backup(sqlite_site.database, tmp_path, now=NOW)
    written.path.write_bytes(harm(written.path.read_bytes()))
    with pytest.raises(BackupRefused, match=told):
        read_through(written.path)


def test_a_failure_leaves_nothing(sqlite_site, tmp_path, monkeypatch):
    """When the disk does not take it, no file with a backup's name is there."""
    import os

    def fail(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_backup(sqlite_site.database, tmp_path / "backups", now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_empty_database_is_refused(tmp_path):
    """Without tables there is nothing to back up."""
    database = Database.connect(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(BackupRefused, match="no tables"):
        write_backup(database, tmp_path, now=NOW)
    database.engine.dispose()


def test_rotation(tmp_path):
    """All of two days stay, the last of each of seven days, the last of each of four weeks."""
    for hours in range(0, 24 * 60, 6):
        moment = NOW - timedelta(hours=hours)
        (tmp_path / f"{moment:%Y%m%dT%H%M%SZ}.jsonl.gz").write_bytes(b"")
    (tmp_path / "before-the-move.jsonl.gz").write_bytes(b"")
    (tmp_path / "taken-back.jsonl").write_bytes(b"")
    old_part = tmp_path / "20260101T000000Z.jsonl.gz.part"
    old_part.write_bytes(b"")
    rotate(tmp_path, NOW, daily=7, weekly=4)
    assert newest(tmp_path) == NOW
    kept = sorted(path.name.partition(".")[0] for path in tmp_path.iterdir())
    assert kept == [
        "20260208T223005Z", "20260215T223005Z",
        "20260222T223005Z", "20260223T223005Z", "20260224T223005Z", "20260225T223005Z",
        "20260226T223005Z",
        "20260227T043005Z", "20260227T103005Z", "20260227T163005Z", "20260227T223005Z",
        "20260228T043005Z", "20260228T103005Z", "20260228T163005Z", "20260228T223005Z",
        "20260301T043005Z", "before-the-move", "taken-back",
    ]  # fmt: skip
    assert rotate(tmp_path, NOW, daily=7, weekly=4) == []
    rotate(tmp_path, NOW + timedelta(days=400), daily=0, weekly=0)
    assert newest(tmp_path) == NOW


def test_back_up_by_the_settings(sqlite_site):
    """The settings say where to, and how many stay."""
    config = make_config(sqlite_site.root, sqlite_site.database_url, backups_daily=1)
    first = back_up(config, sqlite_site.database, NOW)
    second = back_up(config, sqlite_site.database, NOW + timedelta(days=30))
    assert first.path.parent == config.var / "backups"
    assert sorted(config.backups_folder.glob("*.gz")) == [first.path, second.path]
    third = back_up(config, sqlite_site.database, NOW + timedelta(days=60))
    assert first.path.exists()
    assert newest(config.backups_folder) == NOW + timedelta(days=60)
    with pytest.raises(BackupRefused, match="is there already"):
        back_up(config, sqlite_site.database, NOW + timedelta(days=60))
    assert third.path.exists()


def test_no_comment_is_changed(sqlite_site, tmp_path):
    """A backup only reads."""
    fill(sqlite_site)
    with sqlite_site.database.reading() as session:
        before = session.execute(select(Comment.id, Comment.version)).all()
    write_backup(sqlite_site.database, tmp_path, now=NOW)
    with sqlite_site.database.reading() as session:
        assert session.execute(select(Comment.id, Comment.version)).all() == before
