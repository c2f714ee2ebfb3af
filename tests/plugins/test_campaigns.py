"""Which campaign a build is about, where its content and var stand, and whose settings hold."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from plugins import campaigns
from plugins.campaigns import (
    ROOT,
    CampaignError,
    campaign_folder,
    folder_of,
    own_settings,
    var_folder,
)

SETTINGS = '"""Its own."""\n\nSKIN = "sea"\nTIMEZONE = "Asia/Urumqi"\nlower = 1\n'
ASK = (
    "import json; from pelican.settings import read_settings as read; "
    "print(json.dumps({name: str(value) for name, value in read({file!r}).items()}))"
)


@pytest.fixture
def spring(tmp_path):
    """Give a campaign outside of the project."""
    folder = tmp_path / "spring"
    (folder / "content").mkdir(parents=True)
    (folder / "settings.py").write_text(SETTINGS, "utf-8")
    return folder


def settings(file, folder, **environ):
    """Read Pelican's settings from *file* in a process of its own."""
    known = {name: value for name, value in os.environ.items() if name[:9] != "COMMENTS_"}
    done = subprocess.run(
        [sys.executable, "-c", ASK.replace("{file!r}", repr(file))],
        cwd=ROOT,
        env=known | {campaigns.VARIABLE: str(folder)} | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("environ", [{}, {campaigns.VARIABLE: ""}, {campaigns.VARIABLE: " "}])
def test_without_a_name_it_is_the_projects_own(environ):
    """Nothing changes for who has one campaign only."""
    assert campaign_folder(environ) == ROOT
    assert var_folder(environ) == ROOT / "var"
    assert own_settings(ROOT) == {}


def test_a_name_is_a_folder_of_campaigns_and_a_path_is_itself(spring):
    """Campaigns stand beside each other, or elsewhere."""
    assert folder_of("spring") == ROOT / "campaigns" / "spring"
    assert campaign_folder({campaigns.VARIABLE: str(spring)}) == spring
    assert var_folder({campaigns.VARIABLE: str(spring)}) == spring / "var"


def test_a_given_var_folder_is_kept(spring):
    """COMMENTS_VAR says where the data is, whatever the campaign."""
    environ = {campaigns.VARIABLE: str(spring), "COMMENTS_VAR": "/srv/data"}
    assert str(var_folder(environ)) == "/srv/data"


@pytest.mark.parametrize("name", ["nowhere", "/nowhere/at/all", "../tests"])
def test_unknown_campaign_is_told(name):
    """A name without a folder is told with what it is and where it would be."""
    with pytest.raises(CampaignError, match=f"“{name}”"):
        campaign_folder({campaigns.VARIABLE: name})


def test_its_own_settings_go_before_the_projects(spring):
    """Content, var and what settings.py sets are the campaign's, all else is the project's."""
    ours, theirs = settings("pelicanconf.py", ""), settings("pelicanconf.py", spring)
    assert theirs["PATH"] == str(spring / "content")
    assert theirs["COMMENT_ARCHIVE"] == str(spring / "var" / "archive")
    assert (theirs["SKIN"], theirs["TIMEZONE"]) == ("sea", "Asia/Urumqi")
    assert "lower" not in theirs
    changed = {name for name in ours if ours[name] != theirs.get(name)}
    rests_on_var = {name for name in changed if f"{spring}/var/" in theirs[name]}
    assert changed - rests_on_var == {"PATH", "SKIN", "TIMEZONE", "CAMPAIGN_FOLDER", "VAR"}


def test_public_settings_hold_for_it_as_well(spring):
    """One settings file for the public serves all campaigns."""
    public = settings("publishconf.py", spring, COMMENTS_SITE_URL="https://spring.example.org")
    assert (public["SITEURL"], public["SKIN"]) == ("https://spring.example.org", "sea")
    assert (public["PRODUCTION"], public["PRECOMPRESS"]) == ("True", "True")


def test_tasks_tell_of_an_unknown_campaign_in_one_line():
    """A task stops before it does anything."""
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "releases"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "COMMENTS_VAR"}
        | {campaigns.VARIABLE: "nowhere"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "“nowhere”" in done.stderr


def test_nothing_goes_round_the_variable():
    """Whatever the tasks are made of takes content and data from the campaign that is meant; only
    the audit's tools and old site stand in the project's own var folder.
    """
    fixed = re.compile(r'(?:HERE|ROOT|parents\[\d\]) / "(?:content|var)"')
    folders = ("audit", "plugins", "publishing", "serving")
    sources = [
        ROOT / "tasks.py",
        *(path for name in folders for path in (ROOT / name).rglob("*.py")),
    ]
    found = {path.name for path in sources if fixed.search(path.read_text("utf-8"))}
    assert found == {"tools.py"}
