"""The demonstration, as a newcomer starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from comments_service.config import Config
from comments_service.db import Database
from comments_service.models import Account, Comment, State
from publishing.release import Releases
from tests.site.browserless import ROOT, Visitor, free_port, wait_until


def demo_command(port):
    """Give the command that `./run demo` hands on to."""
    return [sys.executable, "-m", "invoke", "demo", "--port", str(port)]


def environment(folder):
    """Give an environment with a var folder of its own and nothing else set."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("COMMENTS_")}
    return plain | {"COMMENTS_VAR": str(folder)}


def run_demo(port, folder):
    """Start the demonstration; gives the process and what it printed when it was ready."""
    process = subprocess.Popen(
        demo_command(port), cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, text=True
    )
    printed = []
    for line in process.stdout:
        printed.append(line)
        if "Ctrl-C" in line:
            return process, "".join(printed)
    raise AssertionError("".join(printed))


def stop(process, number=signal.SIGINT):
    """Ask the demonstration to stop, as Ctrl-C does; gives its exit code."""
    process.send_signal(number)
    code = process.wait(20)
    process.stdout.close()
    return code


def database_of(folder):
    """Open the demonstration's database."""
    return Database.connect(Config(secret_key="x" * 32, var=folder).database)


def counts(folder):
    """Count the comments by state."""
    database = database_of(folder)
    with database.reading() as session:
        query = select(Comment.state, func.count()).group_by(Comment.state)
        found = dict(session.execute(query).all())
    database.engine.dispose()
    return found


def is_free(port):
    """Say whether nobody listens on *port*."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_first_and_second_start(tmp_path):
    """A first start shows messages in every state; a second keeps the data and builds nothing."""
    folder, port = tmp_path / "var", free_port()
    process, printed = run_demo(port, folder)
    try:
        assert f"http://127.0.0.1:{port}/desk/" in printed
        first = counts(folder)
        assert set(first) == set(State)
        assert first[State.APPROVED] >= 20
        visitor = Visitor(port)
        assert "来了就是深圳人" in visitor.get("/").text
        assert visitor.get("/messages/").text.count("<article") >= 20
        password = re.search(r"name (\S+), password (\S+)", printed)
        form = visitor.get("/desk/").form("/desk/login")
        words = {"name": password[1], "password": password[2]}
        assert "审核台" in visitor.post("/desk/login", form | words).text
        assert "待审核" in visitor.get("/desk/").text
        assert visitor.get("/nowhere/").status == 404
        assert "没有这个页面" in visitor.get("/nowhere/").text
    finally:
        assert stop(process) == 0
    assert is_free(port)
    release = Releases(folder / "releases").current()
    process, printed = run_demo(port, folder)
    busy = subprocess.run(
        demo_command(free_port()), cwd=ROOT, env=environment(folder), capture_output=True, text=True
    )
    assert (busy.returncode, len(busy.stderr.strip().splitlines())) == (1, 1)
    assert "Another publisher (perhaps ./run demo) works in" in busy.stderr
    build = [sys.executable, "-m", "invoke", "build"]
    again = subprocess.run(build, cwd=ROOT, env=environment(folder), capture_output=True, text=True)
    assert "Up to date" in again.stdout
    assert stop(process, signal.SIGHUP) == 0
    assert Releases(folder / "releases").current() == release
    assert counts(folder) == first
    assert password[2] not in printed
    assert is_free(port)


def test_moderators_account_is_closed_afterwards(tmp_path):
    """The log-in that was printed opens nothing once the demonstration has stopped."""
    folder = tmp_path / "var"
    process, _ = run_demo(free_port(), folder)
    stop(process)
    database = database_of(folder)
    with database.reading() as session:
        accounts = session.scalars(select(Account)).all()
        assert {account.is_disabled for account in accounts} == {True}
    database.engine.dispose()
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


def failing(command, folder, **changes):
    """Run a task that cannot work; gives its exit code and what it said."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder) | changes, capture_output=True, text=True
    )
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    ("port", "words"),
    [
        pytest.param(None, "stop what uses it, or take another", id="taken"),
        pytest.param("0", "Port 0 does not exist", id="zero"),
        pytest.param("70000", "Port 70000 does not exist", id="too high"),
        pytest.param("abc", "Port abc does not exist", id="no number"),
    ],
)
def test_port_that_cannot_be_used(tmp_path, port, words):
    """A port that is taken or impossible is told in one sentence, with exit code 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = failing(demo_command(port or taken.getsockname()[1]), tmp_path / "var")
    assert code == 1
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"COMMENTS_UNDO_SECONDS": "soon"}, "COMMENTS_UNDO_SECONDS", id="setting"),
        pytest.param({"COMMENTS_SECRET_KEY": "short"}, "at least 32 characters", id="secret"),
        pytest.param(
            {"COMMENTS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"},
            "The database does not answer",
            id="database",
        ),
        pytest.param({"COMMENTS_DATABASE_URL": "foo"}, "COMMENTS_DATABASE_URL cannot", id="url"),
        pytest.param({"COMMENTS_DATABASE_URL": "mysql://x"}, "begins with mysql://", id="engine"),
    ],
)
def test_settings_that_cannot_work(tmp_path, changes, words):
    """A wrong setting is told in one sentence that names it, with exit code 1."""
    code, said = failing(demo_command(free_port()), tmp_path / "var", **changes)
    assert code == 1
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("task", ["serve", "demo"])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"COMMENTS_SITE_URL": "http://example.org"}, "unencrypted", id="plain"),
        pytest.param({"COMMENTS_SECRET_KEY": "changeme" * 4}, "copied from an example", id="known"),
        pytest.param(
            {"COMMENTS_SITE_URL": "https://example.org", "FLASK_DEBUG": "1"},
            "FLASK_DEBUG",
            id="debug",
        ),
    ],
)
def test_settings_that_are_not_safe(tmp_path, task, changes, words):
    """Nothing is served to the public with a known secret, plain cookies or debugging on."""
    command = [sys.executable, "-m", "invoke", task, "--port", str(free_port())]
    code, said = failing(command, tmp_path / "var", **changes)
    assert code == 1
    assert words in said
    assert len(said.splitlines()) == 1


def test_full_disk_is_told(tmp_path):
    """A full disk is told in one sentence, with exit code 1."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        code, said = failing(demo_command(free_port()), small / "var")
    finally:
        wait_until(
            lambda: subprocess.run(["umount", small], capture_output=True).returncode == 0,
            seconds=10,
        )
    assert code == 1
    assert "The disk is full" in said
    assert len(said.splitlines()) == 1


def test_demo_ends_when_a_part_ends(tmp_path):
    """When the server dies, the rest is stopped and the exit code says so."""
    port = free_port()
    process, _ = run_demo(port, tmp_path / "var")
    children = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "serving.server"], capture_output=True, text=True
    )
    for child in children.stdout.split():
        os.kill(int(child), signal.SIGKILL)
    assert process.wait(30) == 1
    process.stdout.close()
    assert is_free(port)


@pytest.mark.parametrize("task", ["serve", "publisher"])
def test_missing_tables_are_told(tmp_path, task):
    """Without tables, server and publisher name the command that makes them."""
    command = [sys.executable, "-m", "invoke", task]
    command += ["--port", str(free_port())] if task == "serve" else []
    code, said = failing(command, tmp_path / "var")
    assert (code, said) == (
        1,
        "The tables are missing or old: run ./run comments upgrade first",
    )


def test_publisher_and_build_have_plain_words(tmp_path):
    """A publisher beside another, and a build with wrong settings, tell it in one sentence."""
    build = [sys.executable, "-m", "invoke", "build", "--settings", "nowhere.py"]
    code, said = failing(build, tmp_path / "var")
    assert (code, len(said.splitlines())) == (1, 1)
    assert "there is no such settings file" in said
    public = [sys.executable, "-m", "invoke", "build", "--settings", "publishconf.py"]
    code, said = failing(public, tmp_path / "var")
    assert (code, len(said.splitlines())) == (1, 1)
    assert "COMMENTS_SITE_URL is not an https:// address" in said
