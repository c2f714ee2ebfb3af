"""Starts the servers of others that a grown site needs, each in a folder of its own: PostgreSQL
with a stand-by, Redis, nginx. The system's programs are used where there are some, else those of
wheels.
"""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from chaos.programs import (
    as_owner,
    give_to_owner,
    nginx_program,
    postgresql_programs,
    redis_program,
    run_as_owner,
)
from chaos.stage import ChaosError, Program, wait_for
from serving import HOST
from serving.environment import HERE
from tests.site.browserless import free_port

STANDBY = "standby"
"""The name by which the server that leads knows its stand-by."""
DATABASE, OWNER = "postgres", "huisheng"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "wal_level": "replica",
    "hot_standby": "on",
}


@dataclass
class PostgreSQL(Program):
    """One PostgreSQL server in *folder*, on an address of its own."""

    folder: Path = field(kw_only=True)
    port: int = field(kw_only=True)

    @classmethod
    def make(cls, folder: Path, *, standby: str = "") -> PostgreSQL:
        """Prepare a server without anything in it; its commits wait for the one named *standby*."""
        server = cls._in(folder)
        run_as_owner("initdb", "-D", folder, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        server.set(**SETTINGS, port=str(server.port), synchronous_standby_names=standby)
        return server

    @classmethod
    def follow(cls, leader: PostgreSQL, folder: Path, port: int = 0) -> PostgreSQL:
        """Prepare a stand-by of *leader*, which must run. It waits for none itself once it leads,
        since there is no third server.
        """
        server = cls._in(folder, port)
        source = f"{leader.target} application_name={STANDBY}"
        copying = ("-R", "-X", "stream", "-c", "fast", "--no-sync")
        run_as_owner("pg_basebackup", "-d", source, "-D", folder, *copying)
        server.set(port=str(server.port), synchronous_standby_names="")
        return server

    @classmethod
    def _in(cls, folder: Path, port: int = 0) -> PostgreSQL:
        folder.mkdir(parents=True, mode=0o700)
        give_to_owner(folder)
        command = as_owner(str(postgresql_programs() / "postgres"), "-D", str(folder))
        log = folder.with_suffix(".log")
        return cls(command, dict(os.environ), log, folder=folder, port=port or free_port())

    def made_anew_behind(self, leader: PostgreSQL) -> PostgreSQL:
        """Prepare a stand-by of *leader* in the place of this server, which led and was killed."""
        return self.follow(leader, self.folder.with_name(f"{self.folder.name}-again"), self.port)

    @property
    def target(self) -> str:
        """How libpq finds it."""
        return f"host={HOST} port={self.port} user={OWNER} dbname={DATABASE}"

    def set(self, **settings: str) -> None:
        """Write *settings* to its configuration, where the last word counts."""
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        for name in ("postgresql.conf", "postgresql.auto.conf"):
            with (self.folder / name).open("a", encoding="utf-8") as file:
                file.write(lines)

    def change(self, **settings: str) -> None:
        """Let *settings* hold from now on."""
        for name, value in settings.items():
            self.ask(f"ALTER SYSTEM SET {name} = '{value}'")
        self.ask("SELECT pg_reload_conf()")
        for name, value in settings.items():
            wait_for(lambda name=name, value=value: self.ask(f"SHOW {name}") == value, name)  # type: ignore[misc]

    def start(self) -> None:
        """Start it and wait until it can be asked."""
        super().start()
        wait_for(self.is_ready, f"PostgreSQL answers on port {self.port}; see {self.log}")

    def is_ready(self) -> bool:
        """Say whether it can be asked."""
        with suppress(psycopg.OperationalError):
            self.ask("SELECT 1")
            return True
        return False

    def ask(self, query: str) -> str:
        """Give the first column of the first row that *query* finds, as text."""
        with psycopg.connect(self.target, autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(sql.SQL(query))
            row = found.fetchone() if found.description else None
            return str(row[0]) if row else ""

    def has_synchronous_standby(self) -> bool:
        """Say whether its commits reach a stand-by before they are acknowledged."""
        query = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
        return self.ask(query) != "0"

    def promote(self) -> None:
        """Let this stand-by lead, and wait until it does."""
        self.ask("SELECT pg_promote()")

    def kill(self) -> None:
        """End it with all its sessions at once, as when its machine loses power."""
        for number in (self.pid, *self.children()):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """Let it end its sessions and then itself."""
        if self.is_running():
            os.kill(self.pid, signal.SIGINT)
        return super().stop()


def address_of(*servers: PostgreSQL) -> str:
    """Give the database's address, as an operator writes it for all *servers*."""
    hosts = ",".join(f"{HOST}:{server.port}" for server in servers)
    return f"postgresql://{OWNER}@{hosts}/{DATABASE}"


@dataclass
class Redis(Program):
    """A Redis or Valkey server that keeps nothing on the disk."""

    port: int = field(kw_only=True)

    @classmethod
    def make(cls, folder: Path) -> Redis:
        """Prepare it in *folder*."""
        port = free_port()
        options = {"--port": str(port), "--bind": HOST, "--dir": str(folder), "--save": ""}
        command = [str(redis_program()), *(word for pair in options.items() for word in pair)]
        return cls(command, dict(os.environ), folder / "redis.log", port=port)

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        super().start()
        wait_for(lambda: listens(self.port), f"Redis answers on port {self.port}; see {self.log}")


@dataclass
class Nginx(Program):
    """A real nginx with our configuration, before several services."""

    port: int = field(kw_only=True)

    @classmethod
    def make(cls, folder: Path, *, port: int, public: Path, services: Sequence[int]) -> Nginx:
        """Prepare it in *folder* to serve the tree *public* and pass the rest to *services*."""
        folder.mkdir(parents=True)
        config = folder / "nginx.conf"
        config.write_text(_nginx_configuration(folder, port, public, services), "utf-8")
        command = [str(nginx_program()), "-c", str(config), "-p", str(folder)]
        return cls(command, dict(os.environ), folder / "nginx.log", port=port)

    def start(self) -> None:
        """Start it and wait until it takes visitors."""
        super().start()
        wait_for(lambda: listens(self.port), f"nginx answers on port {self.port}; see {self.log}")


def listens(port: int) -> bool:
    """Say whether somebody takes connections at *port*."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _nginx_configuration(folder: Path, port: int, public: Path, services: Sequence[int]) -> str:
    """Give our configuration, without TLS, with what a host changes and the frame around it."""
    ours = (HERE / "deploy" / "nginx.conf").read_text("utf-8")
    servers = "".join(f"  server {HOST}:{service} max_fails=0;\n" for service in services)
    changes = {
        r"(?s)\nserver \{\s*listen 80;.*?\n\}\n": "\n",
        r"(?m)^\s*(ssl_|http2 |access_log |listen \[::\]).*\n": "",
        r"listen 443[^;]*;": f"listen {HOST}:{port};",
        r"(?m)^  server 127\.0\.0\.1:\d+.*\n": servers,
        r"root /srv/[^;]*;": f"root {public};",
    }
    for pattern, text in changes.items():
        ours = re.sub(pattern, text, ours)
    if servers not in ours or str(public) not in ours:
        raise ChaosError("deploy/nginx.conf has no upstream or no root that could be changed")
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in places)
    user = "user root;\n" if os.geteuid() == 0 else ""
    frame = f"daemon off;\n{user}pid {folder}/pid;\nerror_log {folder}/error.log;\n"
    frame += "worker_rlimit_nofile 16384;\nevents { worker_connections 8192; }\n"
    mime = "types { text/html html; text/css css; text/javascript js; image/svg+xml svg; }"
    return f"{frame}http {{\naccess_log off;\n{mime}\n{temporary}{ours}}}\n"
