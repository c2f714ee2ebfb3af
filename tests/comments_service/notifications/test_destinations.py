"""Telling moderators together, through Apprise and a real web server."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from comments_service.config import Config
from comments_service.notifications.destinations import NobodyTold, broadcast
from comments_service.notifications.letters import Announcement
from tests.comments_service.notifications.posting import free_port, web_hook
from tests.living_site import SECRET

WORDS = Announcement(title="3条留言等候审核", text="待审核3条。\n审核台：http://x/desk/")


def make_config(urls):
    """Make settings that tell *urls*."""
    return Config(secret_key=SECRET, notify_urls=urls)


def test_every_address_is_told():
    """Addresses stand between blanks or on lines of their own; each is told once."""
    with web_hook() as (first, told_first), web_hook() as (second, told_second):
        broadcast(make_config(f"{first}\n  {second} "), WORDS)
    for (told,) in (told_first, told_second):
        assert (told["title"], told["message"]) == (WORDS.title, WORDS.text)


def test_one_that_fails_does_not_hold_up_the_others(caplog):
    """What is wrong or down is logged by its kind, without its secrets; the rest is told."""
    caplog.set_level(logging.WARNING)
    down = f"json://name:secret@127.0.0.1:{free_port()}/token"
    with web_hook() as (url, told):
        broadcast(make_config(f"nonsense://secret {down} {url}"), WORDS)
    assert len(told) == 1
    assert [record.through for record in caplog.records] == ["nonsense", "json"]
    assert "secret" not in caplog.text
    assert "token" not in caplog.text


def test_nobody_told():
    """Where nothing works it is an error, so that it is tried again."""
    with web_hook(500) as (url, told), pytest.raises(NobodyTold):
        broadcast(make_config(url), WORDS)
    assert len(told) == 1


def test_apprise_is_loaded_only_when_needed():
    """Starting the publisher does not load it."""
    code = "import sys, comments_service.notifications.notifier; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
