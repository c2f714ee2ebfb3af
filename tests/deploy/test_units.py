"""Our systemd units are valid, hardened in one place, and run what is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser

import pytest

import tasks
from comments_service.config import Config
from comments_service.safety import dangers
from plugins.discovery.redirects import NGINX
from tests.site.browserless import ROOT

UNITS = ROOT / "deploy" / "systemd"
HARDENING = UNITS / "huisheng-.service.d" / "hardening.conf"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
OURS = sorted({*SERVICES} - {"huisheng-redirects.service"})
"""Those that run code of ours."""
PYTHON = "/srv/huisheng/.venv/bin/python"
ASKED = {
    "User": "huisheng",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ReadWritePaths": "/srv/huisheng/var",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
}
WORST = 1.5
"""Of systemd's own scale, where 10 is a service without any hardening."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze"
)


def read(path):
    """Read a unit; a directive that stands twice keeps its last value."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(path.read_text("utf-8"))
    return {section: dict(parser[section]) for section in parser.sections()}


@pytest.fixture
def installed(tmp_path):
    """Give a folder of units that can be run here: with a Python that is there."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for path in folder.glob("*.service"):
        path.write_text(path.read_text("utf-8").replace(PYTHON, sys.executable), "utf-8")
    return folder


def analyze(folder, *words):
    """Ask systemd about units of *folder*."""
    return subprocess.run(
        ["systemd-analyze", *words], env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@needs_systemd
def test_systemd_takes_them(installed):
    """systemd finds nothing to complain of in any unit."""
    names = [path.name for path in UNITS.iterdir() if path.is_file()]
    done = analyze(installed, "verify", "--man=no", *names)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_counts_them_as_hardened(installed, name):
    """By systemd's own scale little is left that a service could do beyond its work."""
    done = analyze(installed, "security", "--offline=true", "--no-pager", name)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    assert float(level[1]) <= WORST


def test_hardening_is_in_one_place():
    """What hardens stands in the one file for all services, and none takes any of it back."""
    told = read(HARDENING)["Service"]
    assert {name: told.get(name) for name in ASKED} == ASKED
    for name in SERVICES:
        assert name.startswith("huisheng-")
        assert not read(UNITS / name)["Service"].keys() & told.keys(), name


def test_what_they_run_is_there():
    """Every unit runs a task or the server, with options that are known."""
    ran = {}
    for name in OURS:
        python, _, module, *options = shlex.split(read(UNITS / name)["Service"]["ExecStart"])
        assert python == PYTHON
        ran[name] = (module, options)
    assert ran == {
        "huisheng-doctor.service": ("invoke", ["doctor"]),
        "huisheng-publisher.service": ("invoke", ["publisher"]),
        "huisheng-web.service": ("serving.server", ["--workers", "2"]),
    }
    for module, options in ran.values():
        assert module != "invoke" or hasattr(tasks, options[0])
        assert module != "serving.server" or options[0] in _help()


def test_web_server_is_reloaded_when_former_addresses_change():
    """What is watched is what the build writes and the web server includes."""
    watched = read(UNITS / "huisheng-redirects.path")["Path"]["PathChanged"]
    folder, _, name = watched.rpartition("/")
    assert name == NGINX
    included = f"include {folder}/redirects*.map;"
    assert included in (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    reload = read(UNITS / "huisheng-redirects.service")["Service"]["ExecStart"]
    assert reload == "+/usr/bin/systemctl try-reload-or-restart nginx.service"


def _help():
    command = [sys.executable, "-m", "serving.server", "--help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_file_is_explained():
    """Operators are told of each file in deploy, and only of units that are there."""
    text = (ROOT / "docs" / "operators.md").read_text("utf-8")
    files = [path.name for path in (ROOT / "deploy").iterdir() if path.is_file()]
    assert [name for name in files if f"(../deploy/{name})" not in text] == []
    named = set(re.findall(r"huisheng-[a-z]+\.(?:socket|service|timer)", text))
    assert named <= {path.name for path in UNITS.iterdir()}


def test_stopping_waits_for_what_was_begun():
    """systemd waits for longer than the server lets its workers finish; a restart loses nobody."""
    from serving.server import GRACE_SECONDS

    web = read(UNITS / "huisheng-web.service")
    assert int(web["Service"]["TimeoutStopSec"]) > GRACE_SECONDS
    assert web["Unit"]["Requires"] == "huisheng-web.socket"
    listening = read(UNITS / "huisheng-web.socket")["Socket"]["ListenStream"]
    assert f"server {listening};" in (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    assert f"reverse_proxy {listening} " in (ROOT / "deploy" / "Caddyfile").read_text("utf-8")


def test_example_of_settings(tmp_path):
    """The example has only known settings, which are safe with a secret of one's own."""
    lines = (ROOT / "deploy" / "environment.example").read_text("utf-8").splitlines()
    environ = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    (secret := tmp_path / "secret").write_text("f3a1c07be29d4856" * 2)
    config = Config.from_environ(environ | {"COMMENTS_SECRET_KEY_FILE": str(secret)})
    assert list(dangers(config, environ)) == []
    assert config.proxy_hops == 1
    known = {f"COMMENTS_{name.upper()}" for name in Config.__slots__}
    assert environ.keys() - known == {"COMMENTS_SECRET_KEY_FILE", "XDG_CACHE_HOME"}
