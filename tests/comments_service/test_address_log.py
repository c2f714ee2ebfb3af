"""Full addresses, where they have to be kept: sealed, read by a command, and nowhere else."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from comments_service import sealing
from comments_service.app import create_app
from comments_service.errors import KeyRefused
from comments_service.exchange import write_out
from comments_service.models import Action, SealedAddress
from comments_service.recovery.reading import opened
from comments_service.recovery.writing import write_backup
from comments_service.retention.forgetting import forget_overdue
from tests.living_site import make_config

ADDRESS = "14.152.94.231"


@pytest.fixture
def key_file(tmp_path):
    """Give the file of a private key, and its public half."""
    return tmp_path / "key", sealing.make_key(tmp_path / "key")


@pytest.fixture
def app(site, key_file):
    """Give the service of a site that has to keep addresses."""
    config = make_config(
        site.root, site.database_url, address_log_days=180, address_log_key=key_file[1]
    )
    app = create_app(config)
    yield app
    app.extensions["parts"].database.engine.dispose()


def post(app, text="你好，志愿者。"):
    """Leave a message as a browser does."""
    form = {"thread": "first", "text": text, "name": "路人"}
    environ = {"REMOTE_ADDR": ADDRESS}
    answer = app.test_client().post("/messages/new", data=form, environ_base=environ)
    assert answer.status_code == 303


def test_only_the_keys_holder_reads_it(app, site, key_file, tmp_path):
    """The command prints number, moment and address with the private key, and nothing without."""
    post(app)
    run = app.test_cli_runner().invoke
    told = run(args=["comments", "addresses", "1", "7", "--key", str(key_file[0])])
    assert told.exit_code == 0
    first, second = told.output.splitlines()
    assert (first.split("\t")[0], first.split("\t")[2]) == ("1", ADDRESS)
    assert second == "7: no address is kept"
    sealing.make_key(tmp_path / "other")
    told = run(args=["comments", "addresses", "1", "--key", str(tmp_path / "other")])
    assert (told.exit_code, ADDRESS in told.output) == (1, False)
    assert "not sealed for that key" in told.output
    told = run(args=["comments", "addresses", "1", "--key", str(tmp_path / "missing")])
    assert (told.exit_code, "cannot be read" in told.output) == (1, True)


def test_it_stands_nowhere_in_the_open(app, site, caplog, tmp_path):
    """Not in the database, the log, an export, a backup, the archive or the site."""
    caplog.set_level(logging.DEBUG)
    post(app, "公开的话")
    site.decide(1, Action.APPROVE)
    site.publish()
    with site.database.reading() as session:
        (row,) = session.scalars(select(SealedAddress)).all()
    exported = io.BytesIO()
    write_out(site.database, exported, now=site.now)
    assert row.sealed.encode() not in exported.getvalue()
    assert (row.comment_id, ADDRESS in row.sealed) == (1, False)
    with opened(write_backup(site.database, tmp_path, now=site.now).path) as reading:
        held = {name: rows for name, _, rows in reading.batches()}
    assert held["sealed_address"][0][1] == row.sealed
    assert ADDRESS not in caplog.text + repr(held)
    files = [path.read_bytes() for path in site.root.rglob("*") if path.is_file()]
    assert not [1 for data in (*files, exported.getvalue()) if ADDRESS.encode() in data]


def test_it_outlives_an_erasure_and_not_its_term(app, site):
    """The duty to keep it does not end with the message; its term does, and is 0 by default."""
    post(app)
    site.decide(1, Action.ERASE)
    config = app.extensions["parts"].config
    with site.database.reading() as session:
        stored_at = session.scalars(select(SealedAddress.stored_at)).one()
    forget_overdue(site.database, config, stored_at + timedelta(days=179))
    with site.database.reading() as session:
        assert session.scalars(select(SealedAddress)).all()
    forget_overdue(site.database, config, stored_at + timedelta(days=180))
    with site.database.reading() as session:
        assert session.scalars(select(SealedAddress)).all() == []


def test_nothing_is_kept_by_default(site):
    """Without the setting there is no row."""
    site.post()
    with site.database.reading() as session:
        assert session.scalars(select(SealedAddress)).all() == []


@pytest.mark.parametrize("text", ["", "nothing", "AGE-SECRET-KEY-1X", "a\nb"])
def test_a_wrong_key_file_is_told(tmp_path, text):
    """A file that holds no private key is refused with a sentence, and no key is made over one."""
    file = tmp_path / "key"
    file.write_text(text)
    with pytest.raises(KeyRefused, match="holds no private key"):
        sealing.read_private_key(file)
    with pytest.raises(KeyRefused, match="is there already"):
        sealing.make_key(file)
    assert file.read_text() == text
