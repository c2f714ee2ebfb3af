"""Export, import and verify as an operator types them."""

from __future__ import annotations

import stat

import pytest
from sqlalchemy import func, select, text

from comments_service.app import create_app
from comments_service.models import Action, Comment
from tests.living_site import LivingSite, make_config


@pytest.fixture
def run(site):
    """Give what runs a command on the site's service."""
    app = create_app(make_config(site.root, site.database_url))
    yield lambda *words, **more: app.test_cli_runner().invoke(args=["comments", *words], **more)
    app.extensions["parts"].database.engine.dispose()


@pytest.fixture
def elsewhere(tmp_path):
    """Give what runs a command on an empty service elsewhere."""
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    app = create_app(make_config(tmp_path / "elsewhere", url))
    app.extensions["parts"].database.upgrade()
    yield lambda *words, **more: app.test_cli_runner().invoke(args=["comments", *words], **more)
    app.extensions["parts"].database.engine.dispose()


def fill(site: LivingSite):
    """Let something be published and something wait."""
    site.post_approved(text="公开的话")
    site.post(text="等着的话")
    site.publish()


def test_out_to_a_file_and_in_elsewhere(run, elsewhere, site, tmp_path):
    """An export lands in a file of its owner's; elsewhere it is rehearsed, brought in, known."""
    fill(site)
    file = tmp_path / "board.jsonl"
    told = run("export", str(file))
    assert told.exit_code == 0
    assert "4 records are in" in told.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []
    rehearsed = elsewhere("import", str(file), "--dry-run")
    assert "Nothing was written: this was a rehearsal." in rehearsed.output
    done = elsewhere("import", str(file), "--format", "huisheng")
    assert done.exit_code == 0
    assert "comment            2         0         0         0" in done.output
    assert "rebuild-archive" in done.output
    assert "Closed until they get a password" in done.output
    assert "值班" in done.output
    again = elsewhere("import", str(file))
    assert "comment            0         0         2         0" in again.output
    assert "rebuild-archive" not in again.output


def test_through_standard_streams(run, elsewhere, site):
    """Without a file, standard output holds the export and nothing else, and - reads it."""
    fill(site)
    told = run("export")
    assert told.output.startswith('{"format":"huisheng"')
    done = elsewhere("import", "-", input=told.stdout_bytes)
    assert done.exit_code == 0
    assert (
        elsewhere("export", "-").stdout_bytes.splitlines()[1:]
        == (told.stdout_bytes.splitlines()[1:])
    )


def test_archive_after_an_import(run, elsewhere, site, tmp_path):
    """After an import the archive is made anew and holds what was public."""
    fill(site)
    run("export", str(tmp_path / "board.jsonl"))
    elsewhere("import", str(tmp_path / "board.jsonl"))
    told = elsewhere("rebuild-archive")
    assert told.output.startswith("1 messages are in")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "no known format", id="empty"),
        pytest.param(b'{"format":"huisheng","version":9}\n', "version 9", id="newer"),
        pytest.param(b'{"format":"huisheng","version":1}\n', "without its last line", id="cut off"),
    ],
)
def test_refusals(run, site, tmp_path, content, words):
    """A file that is refused says why and that nothing was written, with exit code 1."""
    file = tmp_path / "broken"
    file.write_bytes(content)
    told = run("import", str(file))
    assert told.exit_code == 1
    assert words in told.output
    assert "Nothing was written." in told.output
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_files_that_are_not_there(run, tmp_path):
    """A file that cannot be opened or written is named, with exit code 1; a wrong format is 2."""
    for words in (("import", str(tmp_path / "none")), ("export", str(tmp_path / "none" / "x"))):
        told = run(*words)
        assert told.exit_code == 1
        assert "No such file" in told.output
    assert run("import", "x", "--format", "other").exit_code == 2


def test_verify(run, site):
    """A sound record is told with its head and exit code 0, a changed one with 1."""
    number = site.post_approved()
    told = run("verify")
    assert told.exit_code == 0
    assert told.output.startswith("1 decisions are as they were written; the head is ")
    head = told.output.split()[-1]
    site.decide(number, Action.REFUSE)
    assert run("verify", "--head", head).exit_code == 0
    assert run("verify", "--head", "f" * 64).exit_code == 1
    with site.database.engine.begin() as connection:
        connection.execute(text("UPDATE chain_head SET hash = 'x'"))
    told = run("verify")
    assert told.exit_code == 1
    assert "The chain ends elsewhere" in told.output
