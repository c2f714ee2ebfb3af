"""The Containerfile and the compose file say what production needs; their form is looked at here,
for no images can be had where the tests run.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

import tasks
from tests.site.browserless import ROOT

DEPLOY = ROOT / "deploy"
HOST = re.compile(r"\b[a-z0-9-]+(\.[a-z0-9-]+)+/")
OURS = ("service", "publisher", "tool")


@pytest.fixture(scope="module")
def instructions():
    """Give the Containerfile's instructions, each with its words."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text("utf-8"))
    lines = [line.split(None, 1) for line in text.splitlines() if line and line[0] != "#"]
    assert all(len(line) == 2 for line in lines)
    return lines


@pytest.fixture(scope="module")
def compose():
    """Give the compose file with its shared part merged in."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def words_of(instructions, name):
    """Give what stands behind each instruction of a name."""
    return [words for each, words in instructions if each == name]


def test_image_is_built_in_stages_from_pinned_packages(instructions):
    """Packages are installed by hash in a stage of their own, from whatever index is configured."""
    stages = words_of(instructions, "FROM")
    assert len(stages) == 2
    assert not any(HOST.match(stage) for stage in stages)
    (install,) = [words for words in words_of(instructions, "RUN") if "pip install" in words]
    assert "--require-hashes -r requirements.txt" in install
    assert "index" not in install.replace("PIP_INDEX_URL", "")
    last = [each for each, _ in instructions].index("FROM", 1)
    assert ["ARG", "PIP_INDEX_URL"] not in instructions[last:]


def test_image_runs_as_nobody_in_particular(instructions):
    """The process has a user of its own, who owns nothing but the var folder."""
    assert words_of(instructions, "USER") == ["10001:10001"]
    assert words_of(instructions, "VOLUME") == ["/srv/huisheng/var"]
    assert not any("--chown" in words for words in words_of(instructions, "COPY"))


def test_image_holds_what_the_service_needs(instructions):
    """Everything that is copied is there, and enough to make the application and to publish."""
    copied = [words.split() for words in words_of(instructions, "COPY")]
    names = [name for words in copied if "--from" not in words[0] for name in words[:-1]]
    assert [name for name in names if not (ROOT / name).exists()] == []
    code = (
        f"import sys; sys.path[:] = [p for p in sys.path if p not in ('', {str(ROOT)!r})];"
        "sys.meta_path.insert(0, type('Only', (), {'find_spec': staticmethod(lambda name, *_: "
        "(_ for _ in ()).throw(ImportError(name)) if name.partition('.')[0] in NOT else None)}));"
        "sys.path.insert(0, '.'); import tasks, serving.site, serving.server, serving.demo, "
        "publishing.build, publishing.worker, publishing.rollback, publishing.delivery"
    )
    assert "requirements.txt" in names  # a build notes what it was made with
    left_out = {"audit", "benchmarks", "chaos", "tests"}
    assert not left_out & set(names)
    done = subprocess.run(
        [sys.executable, "-c", f"NOT = {left_out!r}; {code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_containers_can_write_nothing_but_their_data(compose):
    """No container has rights, a writable root or a secret in its settings."""
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    for name in OURS:
        service = compose["services"][name]
        assert service["user"] == "10001:10001", name
        assert "cap_add" not in service, name
        assert service["secrets"] == ["huisheng"], name
        assert "COMMENTS_SECRET_KEY" not in service["environment"], name
        assert service["volumes"] == ["var:/srv/huisheng/var"], name
    assert compose["services"]["web"]["volumes"][-1] == "var:/srv/huisheng/var:ro"


def test_service_is_reached_through_nginx_alone(compose):
    """The service shares nginx's loopback; only nginx has ports."""
    services = compose["services"]
    assert services["service"]["network_mode"] == "service:web"
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert "http://127.0.0.1:8000/readyz" in services["service"]["healthcheck"]["test"][-1]


def test_containers_run_what_is_there(compose):
    """Each command is the server or a task, and mounted files are there."""
    commands = {name: compose["services"][name]["command"] for name in OURS}
    assert commands["service"][0] == "serving.server"
    for name in ("publisher", "tool"):
        module, task = commands[name]
        assert module == "invoke"
        assert task == "--list" or hasattr(tasks, task)
    build = compose["services"]["service"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert (DEPLOY / compose["services"]["web"]["volumes"][0].partition(":")[0]).is_file()
