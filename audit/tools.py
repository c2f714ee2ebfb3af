"""Finds the programs that the audit runs; says in one sentence what to install when one is missing.

Run as a module, it pins the Node packages anew: `.venv/bin/python -m audit.tools`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from serving.environment import HERE, ServingError

VAR = HERE / "var" / "audit"
PACKAGES = VAR / "tools"
"""Where the Node packages are installed."""
MANIFESTS = ("package.json", "package-lock.json")
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
PLACES = os.pathsep.join(("/usr/sbin", "/usr/local/sbin"))
"""Where web servers are that no ordinary user's PATH names."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the machine: the names it may have, and the Debian package that brings it."""

    names: tuple[str, ...]
    package: str
    variable: str = ""

    def find(self) -> str | None:
        """Give its path: what the variable names, else the first name that is there."""
        given = os.environ.get(self.variable) if self.variable else None
        found = (shutil.which(name) or shutil.which(name, path=PLACES) for name in self.names)
        return given or next(filter(None, found), None)

    def require(self) -> str:
        """Give its path; raises ServingError that says how to install it."""
        path = self.find()
        if path is None:
            raise ServingError(
                f"{self.names[0]} was not found, and the audit needs it: install it (Debian, "
                f"Ubuntu: apt install {self.package}) and run this again."
            )
        return path


CHROMIUM = Program(("chromium", "chromium-browser", "google-chrome"), "chromium", "CHROMIUM")
NGINX = Program(("nginx",), "nginx-light")
JAVA = Program(("java",), "default-jre-headless")
NODE = Program(("node",), "nodejs")
NPM = Program(("npm",), "npm")


@cache
def node_modules() -> Path:
    """Give the folder of the pinned Node packages; they are installed when they changed.

    Raises ServingError when Node is missing or the packages cannot be fetched.
    """
    NODE.require()
    stamp, wanted = PACKAGES / "installed", _manifest("package-lock.json").read_text("utf-8")
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        PACKAGES.mkdir(parents=True, exist_ok=True)
        for name in MANIFESTS:
            shutil.copyfile(_manifest(name), PACKAGES / name)
        _npm("ci", *QUIET)
        stamp.write_text(wanted, "utf-8")
    return PACKAGES / "node_modules"


def run(command: Sequence[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run *command* from the project's folder and give what it wrote, whatever its exit code."""
    return subprocess.run(
        list(command),
        cwd=HERE,
        env=os.environ | variables,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def versions() -> dict[str, str]:
    """Say which versions of the pinned Node packages measure."""
    packages = json.loads(_manifest("package-lock.json").read_bytes())["packages"]
    named = json.loads(_manifest("package.json").read_bytes())["devDependencies"]
    return {name: packages[f"node_modules/{name}"]["version"] for name in named}


def lock() -> None:
    """Pin the Node packages anew; the lock names no registry and nobody who asks for money."""
    shutil.rmtree(PACKAGES, ignore_errors=True)
    PACKAGES.mkdir(parents=True)
    shutil.copyfile(_manifest("package.json"), PACKAGES / "package.json")
    _npm("install", "--package-lock-only", "--omit-lockfile-registry-resolved", *QUIET)
    content = json.loads((PACKAGES / "package-lock.json").read_bytes())
    for package in content["packages"].values():
        package.pop("funding", None)
    _manifest("package-lock.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _npm(*words: str) -> None:
    done = run([NPM.require(), "--prefix", str(PACKAGES), *words])
    if done.returncode:
        raise ServingError(
            "The audit's Node packages could not be installed: connect to the network, or name a "
            f"mirror (npm config set registry), and run this again.\n{done.stderr.strip()}"
        )


def _manifest(name: str) -> Path:
    return Path(__file__).with_name(name)


if __name__ == "__main__":
    lock()
