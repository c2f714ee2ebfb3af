"""Message boards that are loaded: ours and its peers, each as its documents say to run it in
production, with two worker processes where it has a setting for that.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.parts.peers import PeerMissingError, Venv, installed
from chaos.cluster import for_sqlalchemy
from chaos.servers import PostgreSQL, address_of, listens
from chaos.stage import WORKERS, Program, Service, ask, make_site, wait_for
from serving import HOST
from tests.living_site import LivingSite
from tests.site.browserless import free_port

ISSO = ("isso==0.14.0", "gunicorn==27.0.1")
WALINE = {"@waline/vercel": "1.39.3", "sqlite3": "5.1.7"}
HEADERS = Path("/usr/include/node/node.h")
"""What SQLite's module for Node.js is compiled with."""
ISSO_SETTINGS = """[general]
dbpath = {folder}/isso.db
host = {origin}/
notify = smtp
log-file = {folder}/isso.log
[moderation]
enabled = {moderated}
[guard]
enabled = true
ratelimit = 1000000000
direct-reply = 1000000000
[server]
trusted-proxies = 127.0.0.1
"""
WALINE_TABLES = """
CREATE TABLE wl_Comment (
  id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, comment TEXT,
  insertedAt TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ip VARCHAR(100) DEFAULT '', link VARCHAR(255),
  mail VARCHAR(255), nick VARCHAR(255), pid INTEGER, rid INTEGER, sticky NUMERIC,
  status VARCHAR(50) NOT NULL DEFAULT '', "like" INTEGER, ua TEXT, url VARCHAR(255),
  createdAt TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updatedAt TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE wl_Users (
  id INTEGER PRIMARY KEY AUTOINCREMENT, display_name VARCHAR(255), email VARCHAR(255),
  password VARCHAR(255), type VARCHAR(50), label VARCHAR(255), url VARCHAR(255),
  avatar VARCHAR(255), "2fa" VARCHAR(32));
CREATE TABLE wl_Counter (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER, url VARCHAR(255));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board at work."""

    name: str
    """Which form of message it takes (post.lua)."""
    port: int
    pid: int
    stored: Callable[[], int]
    """Counts its messages."""


@contextmanager
def ours(folder: Path, *before: str, database_url: str = "") -> Iterator[tuple[Board, LivingSite]]:
    """Run our service with two workers; *before* is a command that starts it."""
    site = make_site(folder, database_url)
    settings = {"COMMENTS_PROXY_HOPS": "1", "COMMENTS_REFUSE_AFTER": "100000"}
    with Service.of(site, *before, **settings) as service:
        yield Board(name="huisheng", port=service.port, pid=service.pid, stored=_rows(site)), site
    site.close()


@contextmanager
def ours_on_postgresql(folder: Path) -> Iterator[Board]:
    """Run our service and a PostgreSQL of its own, which syncs before it answers."""
    server = PostgreSQL.make(folder / "postgresql")
    with (
        server,
        ours(folder / "site", database_url=for_sqlalchemy(address_of(server))) as (board, _),
    ):
        yield board


@contextmanager
def isso(folder: Path, venv: Venv, *, moderated: bool = True) -> Iterator[Board]:
    """Run Isso behind gunicorn with two workers, its messages moderated."""
    folder.mkdir(parents=True)
    port = free_port()
    origin = f"http://{HOST}:{port}"
    settings = folder / "isso.cfg"
    words = "true" if moderated else "false"
    settings.write_text(
        ISSO_SETTINGS.format(folder=folder, origin=origin, moderated=words), "utf-8"
    )
    options = ["-w", str(WORKERS), "-b", f"{HOST}:{port}", "--log-level", "critical", "isso.run"]
    program = Program(
        command=[str(venv.program("gunicorn")), *options],
        environment=os.environ | {"ISSO_SETTINGS": str(settings)},
        log=folder / "log",
    )
    with program:
        wait_for(lambda: _answers(port), "Isso answers")
        stored = _in_file(folder / "isso.db", "SELECT count(*) FROM comments")
        yield Board(name="isso", port=port, pid=program.pid, stored=stored)


@contextmanager
def waline(folder: Path, package: Path) -> Iterator[Board]:
    """Run Waline, moderated, with as many workers as its own settings say (one)."""
    folder.mkdir(parents=True)
    port, database = free_port(), folder / "waline.sqlite"
    with closing(sqlite3.connect(database)) as tables:
        tables.executescript(WALINE_TABLES)
    with _sign_in_service() as asked:
        settings = {
            "SQLITE_PATH": str(folder), "SQLITE_DB": "waline", "JWT_TOKEN": "for a benchmark only",
            "COMMENT_AUDIT": "true", "IPQPS": "0", "OAUTH_URL": asked,
        }  # fmt: skip
        node = shutil.which("node") or "node"
        program = Program(
            command=[node, str(package / "vanilla.js"), str(port)],
            environment=os.environ | settings,
            log=folder / "log",
        )
        with program:
            wait_for(lambda: listens(port), "Waline answers")
            stored = _in_file(database, "SELECT count(*) FROM wl_Comment")
            yield Board(name="waline", port=port, pid=program.pid, stored=stored)


def install_isso(folder: Path) -> Venv:
    """Install Isso below *folder*, once; raises PeerMissingError."""
    return installed(ISSO, folder)


def install_waline(folder: Path) -> Path:
    """Install Waline below *folder*, once, and compile its SQLite; gives its package's folder.

    Raises PeerMissingError.
    """
    home = folder / "waline"
    stamp, wanted = home / "installed", json.dumps(WALINE)
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        npm = shutil.which("npm")
        if npm is None or not HEADERS.is_file():
            raise PeerMissingError(
                "Waline needs Node.js with npm and its headers, and a compiler: install them "
                "(Debian, Ubuntu: apt install nodejs npm libnode-dev g++ make)"
            )
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        (home / "package.json").write_text('{"private": true}\n', "utf-8")
        pins = [f"{name}@{version}" for name, version in WALINE.items()]
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _do([npm, "install", *quiet, *pins], home)
        compiler = home / "node_modules" / "node-gyp" / "bin" / "node-gyp.js"
        for module in home.glob("node_modules/**/sqlite3/binding.gyp"):
            _do(
                [shutil.which("node") or "node", str(compiler), "rebuild", "--nodedir=/usr"],
                module.parent,
            )
        stamp.write_text(wanted, "utf-8")
    return home / "node_modules" / "@waline" / "vercel"


def _answers(port: int) -> bool:
    """Say whether Isso has made its tables."""
    with suppress(OSError, HTTPException):
        return ask(port, "/latest?limit=1", patience=2).status < 500
    return False


def _do(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed commands
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise PeerMissingError(f"Waline could not be installed: {command[1]} failed, see above")


@contextmanager
def _sign_in_service() -> Iterator[str]:
    """Stand in for the service of others that Waline asks at every request which ways to sign in
    there are.
    """

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"services": []}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()


def _rows(site: LivingSite) -> Callable[[], int]:
    def count() -> int:
        with site.database.engine.connect() as connection:
            found: int = connection.exec_driver_sql("SELECT count(*) FROM comment").scalar_one()
            return found

    return count


def _in_file(path: Path, query: str) -> Callable[[], int]:
    def count() -> int:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            found: int = connection.execute(query).fetchone()[0]
            return found

    return count
