"""The drill: from an empty folder, a backup and the content to a site that is served."""

from __future__ import annotations

import re
import shutil

import pytest
from werkzeug.test import Client

from comments_service import sealing
from comments_service.app import create_app
from comments_service.db import Database
from comments_service.models import Action
from comments_service.recovery.backups import back_up
from serving.site import make_site
from tests.living_site import SECRET, LivingSite, make_config

MESSAGE = re.compile(rb'<article class="message" id="[a-z-]*(\d+)"')


@pytest.fixture
def backed_up(site):
    """Give a site with an encrypted backup, after which one message was erased."""
    texts = {site.post_approved(text=f"第{n}条公开的话"): n for n in range(1, 9)}
    site.publish()
    site.decide(3, Action.ERASE)
    site.post(text="等着的话")
    site.publish()
    public = sealing.make_key(site.root / "key")
    config = make_config(site.root, site.database_url, backup_key=public)
    written = back_up(config, site.database, site.now)
    site.decide(5, Action.ERASE)
    site.publish()
    back_up(config, site.database, site.tick())
    return written.path, texts


def test_from_nothing_to_a_serving_site(backed_up, site, tmp_path, monkeypatch):
    """Every approved message is on the pages again and no other; one that was erased before the
    backup, or after it, is nowhere: not in the database, the archive or the site.
    """
    backup, texts = backed_up
    folder = tmp_path / "empty machine"
    config = make_config(folder, f"sqlite:///{folder / 'comments.db'}")
    kept = shutil.copytree(backup.parent, tmp_path / "kept elsewhere")
    app = create_app(config)
    command = ["comments", "restore", str(kept / backup.name), "--key", str(site.root / "key")]
    told = app.test_cli_runner().invoke(args=command)
    assert told.exit_code == 0, told.output
    assert "1 messages that visitors took back since are taken back again." in told.output
    database: Database = app.extensions["parts"].database
    shutil.copytree(site.root / "content", folder / "content")
    again = LivingSite(folder, config.database, database, site.moderator, now=site.now)
    again.build(force=True)
    again.publish()

    tree = again.tree()
    shown = {int(number) for page in tree.values() for number in MESSAGE.findall(page)}
    assert shown == texts.keys() - {3, 5}
    for name, value in {"COMMENTS_VAR": config.var, "COMMENTS_SECRET_KEY": SECRET}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("COMMENTS_DATABASE_URL", config.database)
    page = Client(make_site()).get("/messages/", buffered=True)
    assert page.status_code == 200
    assert MESSAGE.findall(page.data)
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    for number in (3, 5):
        assert not [1 for data in files if f"第{texts[number]}条".encode() in data]
    receipt = Client(app).get(f"/messages/receipt/{site.receipts[4].token}")
    assert (receipt.status_code, "您已删除这条留言" in receipt.text) == (200, True)
    database.engine.dispose()
