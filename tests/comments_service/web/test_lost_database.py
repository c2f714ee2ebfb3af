"""The desk while the database fails over: what was decided is decided once, and told as done."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from comments_service.app import create_app
from comments_service.models import Decision, State
from tests.comments_service.cutting import Line
from tests.comments_service.web.people import enter, token_in
from tests.living_site import LivingSite, make_config


@pytest.fixture
def site(tmp_path, postgresql_url, built_sample):
    """Give a small built site on PostgreSQL."""
    site = LivingSite.make(tmp_path, postgresql_url)
    site.show_build_of(built_sample)
    yield site
    site.close()


@pytest.fixture
def line(postgresql_url):
    """Give a line to its database."""
    line = Line(postgresql_url)
    yield line
    line.close()


@pytest.fixture
def moderator(site, line):
    """Give a moderator's browser, whose service reaches the database by *line*."""
    app = create_app(make_config(site.root, line.url))
    client = app.test_client()
    enter(client, site, "阿宁")
    yield client
    app.extensions["parts"].database.engine.dispose()


def press(moderator, line, path, **fields):
    """Press a button of the desk; the line is cut between its commit and the answer."""
    token = token_in(moderator.get("/desk/").text)
    line.cut_after_commit()
    return moderator.post(path, data={"csrf_token": token} | fields)


def decisions(site):
    """Count all decisions."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Decision))


def test_decision_whose_commit_nobody_knows_of(moderator, site, line):
    """It is carried out once, and the moderator goes on to the next message."""
    number = site.post()
    version, path = site.comment(number).version, f"/desk/comments/{number}"
    answer = press(moderator, line, path, action="approve", version=str(version))
    assert (answer.status_code, line.cuts) == (303, 1)
    assert (site.comment(number).state, decisions(site)) == (State.APPROVED, 1)


def test_several_whose_commit_nobody_knows_of(moderator, site, line):
    """All are decided once, and none is told to be a conflict."""
    numbers = [site.post() for _ in range(3)]
    chosen = [f"{number}:{site.comment(number).version}" for number in numbers]
    answer = press(moderator, line, "/desk/bulk", action="approve", chosen=chosen)
    assert (answer.status_code, line.cuts) == (303, 1)
    assert [site.comment(number).state for number in numbers] == [State.APPROVED] * 3
    assert decisions(site) == 3
