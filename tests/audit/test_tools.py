"""The audit's programs are found, or missed in a sentence; its packages are pinned."""

from __future__ import annotations

import json

import pytest

from audit import tools
from audit.pages import MEASURED, PAGES, QUICK, named
from audit.site import configuration
from serving.environment import HERE, ServingError


def test_a_missing_program_is_told():
    """Who lacks a program reads what to install."""
    missing = tools.Program(("no-such-program",), "some-package")
    assert missing.find() is None
    with pytest.raises(ServingError, match="apt install some-package"):
        missing.require()


def test_the_lock_names_no_host():
    """The lock pins each package by its digest, and says nothing of where it comes from."""
    text = (HERE / "audit" / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert "://" not in text
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_lock_pins_what_the_manifest_asks_for():
    """The manifest names exact versions, and the lock has them."""
    manifest = json.loads((HERE / "audit" / "package.json").read_bytes())
    assert tools.versions() == manifest["devDependencies"]


def test_every_page_type_has_its_own_name():
    """Page types are named once, those of the short and the measured list among them."""
    names = [kind.name for kind in PAGES]
    assert len(names) == len(set(names))
    assert [kind.name for kind in named(*MEASURED, *QUICK)] == [*MEASURED, *QUICK]


def test_configuration(tmp_path):
    """The audit's nginx has our configuration, on loopback and without TLS."""
    ours = (HERE / "deploy" / "nginx.conf").read_text("utf-8")
    text = configuration(ours, folder=tmp_path, public=tmp_path / "public", port=8123, service=8124)
    assert "listen 127.0.0.1:8123;" in text
    assert "server 127.0.0.1:8124;" in text
    assert f"root {tmp_path / 'public'};" in text
    assert "ssl_certificate" not in text
    assert "listen 80;" not in text
    with pytest.raises(ServingError, match=r"deploy/nginx\.conf has no"):
        configuration("", folder=tmp_path, public=tmp_path, port=1, service=2)
