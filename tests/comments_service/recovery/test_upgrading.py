"""An upgrade backs up first, tells its steps, and says how to go back."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from comments_service.app import create_app
from comments_service.db import Database
from comments_service.errors import UpgradeFailed
from comments_service.recovery.reading import read_through
from comments_service.recovery.upgrading import upgrade
from tests.comments_service.recovery.test_backups import NOW, fill
from tests.living_site import make_config


@pytest.fixture
def old_site(site):
    """Give a site whose tables have the form before the newest."""
    fill(site)
    site.database.downgrade("-1")
    yield site
    site.database.upgrade()  # others use the database too


def test_backs_up_then_migrates(old_site):
    """Each step is a line; the backup holds the old form, and the rows are all there."""
    told: list[str] = []
    upgrade(old_site.config, old_site.database, NOW, told.append)
    (path,) = old_site.config.backups_folder.glob("*.jsonl.gz")
    header, rows = read_through(path)
    newest = old_site.database.newest_revision()
    assert told == [
        "Backing up ...",
        f"Backed up {rows} rows to {path}.",
        f"Bringing the tables from form {header.migration} to {newest} ...",
        f"The tables are up to date (form {newest}).",
    ]
    assert header.migration != newest
    assert old_site.comment(3).text.startswith("等着的话")
    upgrade(old_site.config, old_site.database, NOW, told.append)
    assert told[4:] == told[3:4]
    assert list(old_site.config.backups_folder.glob("*.jsonl.gz")) == [path]


def test_new_tables_need_no_backup(tmp_path):
    """On an empty database there is nothing to back up."""
    database = Database.connect(f"sqlite:///{tmp_path / 'new.db'}")
    told: list[str] = []
    upgrade(make_config(tmp_path, ""), database, NOW, told.append)
    newest = database.newest_revision()
    assert told[0] == f"Bringing the tables from form nothing to {newest} ..."
    assert database.is_current()
    assert not (tmp_path / "var" / "backups").exists()
    database.engine.dispose()


def test_without_a_backup_nothing_is_changed(old_site):
    """Where the backup cannot be written, the tables stay as they are."""
    before = old_site.database.revision()
    old_site.config.backups_folder.write_bytes(b"no folder")
    with pytest.raises(UpgradeFailed, match="The backup failed, so nothing was changed"):
        upgrade(old_site.config, old_site.database, NOW, lambda line: None)
    assert old_site.database.revision() == before


def test_a_failed_migration_says_how_to_go_back(old_site, monkeypatch):
    """What a migration did before it failed is undone, and the way back is told."""
    before, tables = old_site.database.revision(), names(old_site.database)

    def fail(*args):
        raise RuntimeError("no room")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(UpgradeFailed, match=r"are as they were \(no room\). To go back, install"):
        upgrade(old_site.config, old_site.database, NOW, lambda line: None)
    monkeypatch.undo()
    assert (old_site.database.revision(), names(old_site.database)) == (before, tables)
    assert len(list(old_site.config.backups_folder.glob("*.jsonl.gz"))) == 1


def test_older_software_is_refused(site):
    """Tables of a form that this version does not know are left alone."""
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(UpgradeFailed, match="form 9999, which this version does not know"):
            upgrade(site.config, site.database, NOW, lambda line: None)
    finally:
        newest = site.database.newest_revision()
        with site.database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{newest}'")


def test_the_command_exits_with_one(old_site):
    """A supervisor sees that it failed."""
    old_site.config.backups_folder.write_bytes(b"no folder")
    app = create_app(make_config(old_site.root, old_site.database_url))
    told = app.test_cli_runner().invoke(args=["comments", "upgrade"])
    assert told.exit_code == 1
    assert "nothing was changed" in told.output
    old_site.config.backups_folder.unlink()
    told = app.test_cli_runner().invoke(args=["comments", "upgrade"])
    assert (told.exit_code, told.output.splitlines()[0]) == (0, "Backing up ...")
    app.extensions["parts"].database.engine.dispose()


def names(database):
    """Give the tables there are."""
    return sorted(inspect(database.engine).get_table_names())
