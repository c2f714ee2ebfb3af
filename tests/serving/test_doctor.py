"""The doctor finds what is not fit for the public, says how to mend it, and changes nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from comment_archive.due import Due
from comment_archive.files import Archive
from comments_service.config import Config
from comments_service.db import Database
from comments_service.recovery.writing import write_backup
from serving import doctor
from serving.doctor import CHECKS, examine
from serving.environment import HERE
from serving.findings import Level
from tests.comments_service.notifications.posting import Mailbox, free_port, mail_server
from tests.living_site import SECRET

MIXED = "f3a1c07be29d4856f3a1c07be29d4856"


@pytest.fixture
def config(site):
    """Give the settings of a small built site."""
    return Config(
        secret_key=MIXED,
        site_url="https://example.org",
        proxy_hops=1,
        var=site.root / "var",
        database_url=site.database_url,
    )


def found(config, name):
    """Give what one check finds: level and words."""
    return [(finding.level, finding.told) for which, finding in examine(config) if which == name]


def only(config, name):
    """Give the one thing that a check finds."""
    ((level, told),) = found(config, name)
    return level, told


def test_fit(config):
    """A site in order has nothing wrong, and every check says something."""
    told = list(examine(config))
    assert {name for name, _ in told} == CHECKS.keys()
    assert not [finding for _, finding in told if finding.level is Level.WRONG]


@pytest.mark.parametrize(
    ("secret", "level"),
    [(MIXED, Level.FINE), ("a" * 32, Level.WRONG), ("changeme" * 4, Level.WRONG)],
)
def test_secret(config, secret, level):
    """A secret that somebody typed is found; it is never shown."""
    given = only(replace(config, secret_key=secret), "secret")
    assert given[0] is level
    assert secret not in given[1]


def test_secret_that_others_read(config, tmp_path, monkeypatch):
    """A file with the secret is for its owner alone."""
    (file := tmp_path / "secret").write_text(MIXED)
    monkeypatch.setenv("COMMENTS_SECRET_KEY_FILE", str(file))
    file.chmod(0o644)
    level, told = only(config, "secret")
    assert level is Level.WARNING
    assert f"chmod 600 {file}" in told
    file.chmod(0o600)
    assert only(config, "secret")[0] is Level.FINE


@pytest.mark.parametrize(
    ("url", "hops", "level", "words"),
    [
        ("https://example.org", 1, Level.FINE, "1 of our proxies"),
        ("https://example.org", 0, Level.WRONG, "COMMENTS_PROXY_HOPS"),
        ("http://example.org", 1, Level.WRONG, "unencrypted"),
        ("http://192.168.0.7:8000", 0, Level.WRONG, "unencrypted"),
        ("http://127.0.0.1:8000", 0, Level.FINE, "this machine"),
        ("http://[::1]:8000", 0, Level.FINE, "this machine"),
    ],
)
def test_address(config, url, hops, level, words):
    """Before the public cookies are encrypted, and the web server's word about visitors counts."""
    given = only(replace(config, site_url=url, proxy_hops=hops), "address")
    assert given[0] is level
    assert words in given[1]


def test_debugging(config, monkeypatch):
    """Debugging is off before the public; on this machine alone it may be on."""
    assert only(config, "debug") == (Level.FINE, "off")
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert only(config, "debug")[0] is Level.WRONG
    assert only(replace(config, site_url="http://127.0.0.1:8000"), "debug")[0] is Level.FINE


def test_folders(config, tmp_path):
    """A folder that is not there, or is no folder, is told with its name."""
    missing = replace(config, var=tmp_path / "gone")
    assert only(missing, "folders")[0] is Level.WRONG
    assert "there is no release" in only(missing, "site")[1]
    (tmp_path / "file").touch()
    level, told = only(replace(config, var=tmp_path / "file"), "folders")
    assert level is Level.WRONG
    assert str(tmp_path / "file") in told


def test_archive_behind_the_pages(config, site):
    """An archive that no page shows yet is a warning."""
    Archive(config.archive).note_behind()
    assert [level for level, _ in found(config, "folders")] == [Level.FINE, Level.WARNING]


def test_late_story(config):
    """A scheduled story that is not public is wrong, whoever should have built it."""
    moment = datetime.now(UTC) - timedelta(hours=1)
    Due(moment=moment.isoformat(), settings="publishconf.py").write(config.threads_file.parent)
    told = found(config, "publisher")
    assert [level for level, _ in told] == [Level.WARNING, Level.WRONG]
    assert moment.isoformat() in told[1][1]


def test_nothing_is_left(config):
    """The doctor leaves no file behind."""
    before = sorted(config.var.rglob("*"))
    list(examine(config))
    after = sorted(config.var.rglob("*"))
    assert {path.name for path in after} - {path.name for path in before} <= {
        "comments.db-wal",
        "comments.db-shm",
    }


def test_old_tables(config, site):
    """Tables of another version are found, and what needs them is not asked."""
    site.database.downgrade("-1")
    try:
        told = [(name, finding.told) for name, finding in examine(config)]
    finally:
        site.database.upgrade()  # PostgreSQL's is that of all tests
    assert ("database", "the tables are missing or old: run ./run comments upgrade") in told
    assert not {"clock", "publisher"} & {name for name, _ in told}


def test_empty_database(config, tmp_path, empty_postgresql):
    """A database without any tables is found, on SQLite and on PostgreSQL."""
    for url in (f"sqlite:///{tmp_path / 'empty.db'}", empty_postgresql):
        Database.connect(url).engine.dispose()
        told = found(replace(config, database_url=url), "database")
        assert [each for each in told if each[0] is Level.WRONG] == [
            (Level.WRONG, "the tables are missing or old: run ./run comments upgrade")
        ]


@pytest.fixture
def empty_postgresql(postgresql_server):
    """Give the address of a PostgreSQL database that has no tables of ours."""
    return postgresql_server


def test_database_that_is_not_there(config, tmp_path):
    """A missing file is told, and not made."""
    away = replace(config, database_url=f"sqlite:///{tmp_path / 'no.db'}")
    level, told = only(away, "database")
    assert level is Level.WRONG
    assert "upgrade" in told
    assert not (tmp_path / "no.db").exists()
    away = replace(config, database_url=f"postgresql+psycopg://x:y@127.0.0.1:{free_port()}/x")
    level, told = only(away, "database")
    assert level is Level.WRONG
    assert "refused" in told


def test_database_that_others_read(tmp_path):
    """A file with visitors' e-mail addresses is for its owner alone; as we make it, it is."""
    file = tmp_path / "comments.db"
    config = Config(secret_key=MIXED, var=tmp_path, database_url=f"sqlite:///{file}")
    database = Database.connect(config.database)
    database.upgrade()
    with database.engine.connect():
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("comments.db*")}
    database.engine.dispose()
    assert modes == {0o600}
    assert Level.WARNING not in [level for level, _ in found(config, "database")]
    file.chmod(0o644)
    told = [told for level, told in found(config, "database") if level is Level.WARNING]
    assert len(told) == 1
    assert told[0].endswith(f"chmod 600 {file}*")


def test_damaged_sqlite(tmp_path):
    """A page of the file that was written over is found."""
    file = tmp_path / "comments.db"
    config = Config(secret_key=MIXED, var=tmp_path, database_url=f"sqlite:///{file}")
    database = Database.connect(config.database)
    database.upgrade()
    database.engine.dispose()
    assert Level.WRONG not in [level for level, _ in found(config, "database")]
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2 // 4096 * 4096)
        stream.write(b"\xff" * 8 * 4096)
    assert Level.WRONG in [level for level, _ in found(config, "database")]


def test_clock_that_was_wrong(config, site):
    """A message from the future shows that a clock was wrong."""
    site.post()
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE comment SET submitted_at = '2999-01-01 00:00:00'")
    level, told = only(config, "clock")
    assert level is Level.WRONG
    assert "2999" in told


def test_clock_of_the_database(config, postgresql_url):
    """A database on another machine, whose clock is an hour off, is found."""
    engine = create_engine(postgresql_url)
    body = "SELECT transaction_timestamp() - interval '1 hour'"
    made = f"CREATE FUNCTION late.now() RETURNS timestamptz LANGUAGE sql AS $${body}$$"
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA late"))
        connection.execute(text(made))
    joint = "&" if "?" in postgresql_url else "?"
    late = f"{postgresql_url}{joint}options=-csearch_path%3Dlate,pg_catalog,public"
    try:
        level, told = only(replace(config, database_url=late), "clock")
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA late CASCADE"))
        engine.dispose()
    assert (level, "differs by 3600 seconds" in told) == (Level.WRONG, True)
    assert only(replace(config, database_url=postgresql_url), "clock")[0] is Level.FINE


def test_few_files_left(config, tmp_path):
    """A disk with room, on which few more files fit, is a warning with their number."""
    (small := tmp_path / "small").mkdir()
    options = "size=3g,nr_inodes=5000"
    mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own can only be mounted by root")
    try:
        away = replace(config, var=small, database_url=f"sqlite:///{small / 'comments.db'}")
        level, told = only(away, "space")
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert level is Level.WARNING
    assert f"only 4,999 more files fit at {small}" in told


def test_little_space(config, monkeypatch):
    """A disk that is nearly full is told before it is."""
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 1 << 62)
    assert {level for level, _ in found(config, "space")} == {Level.WARNING}
    monkeypatch.setattr(doctor, "TOO_LITTLE_SPACE", 1 << 62)
    assert {level for level, _ in found(config, "space")} == {Level.WRONG}


def test_site_without_home_page(config, site):
    """A release that lost its home page is found."""
    (config.releases / "current" / "public" / "index.html").unlink()
    assert "no home page" in only(config, "site")[1]


def test_mail(config):
    """The mail server is asked whether it lets us in, and gets no mail."""
    mailbox = Mailbox(free_port())
    asked = replace(config, mail_url=mailbox.url, mail_from="board@example.org")
    level, told = only(asked, "mail")
    assert level is Level.WRONG
    assert "ConnectionRefusedError" in told
    with mail_server(mailbox):
        assert only(asked, "mail")[0] is Level.FINE
    assert not mailbox.mails


def test_backup(config, site):
    """A board whose newest backup is old, or that has none, is warned of."""
    assert only(config, "backup")[0] is Level.WARNING
    now = datetime.now(UTC)
    for days, level, words in ((9, Level.WARNING, "the newest is of"), (1, Level.FINE, "UTC")):
        write_backup(site.database, config.backups_folder, now=now - timedelta(days=days))
        (found_level, told) = only(config, "backup")
        assert (found_level, words in told) == (level, True)
    assert only(replace(config, backups_daily=0), "backup")[0] is Level.FINE


def test_task(site, tmp_path):
    """The task prints a line a finding, and its exit code says whether something is wrong."""
    environ = os.environ | {
        "COMMENTS_VAR": str(site.root / "var"),
        "COMMENTS_DATABASE_URL": site.database_url,
        "COMMENTS_SECRET_KEY": SECRET + MIXED,
        "COMMENTS_SITE_URL": "http://127.0.0.1:8000",
    }

    def run(**changes):
        command = [sys.executable, "-m", "invoke", "doctor"]
        return subprocess.run(
            command, cwd=HERE, env=environ | changes, capture_output=True, text=True, check=False
        )

    fit = run()
    assert (fit.returncode, fit.stderr) == (0, "")
    assert "ok       database: " in fit.stdout
    unfit = run(COMMENTS_SITE_URL="http://example.org")
    assert unfit.returncode == 1
    assert "wrong    address: " in unfit.stdout
    senseless = run(COMMENTS_SITE_URL="example")
    assert senseless.returncode == 1
    assert "COMMENTS_SITE_URL" in senseless.stderr
