"""A real Chromium, and sites for it: a small one that a test may change, and the whole one, built
from the real content with messages in every state.
"""

from __future__ import annotations

import pytest

from audit.browser import Look, chromium, opened
from audit.site import served
from audit.tools import CHROMIUM
from tests.living_site import SECRET
from tests.site.browserless import commands, free_port, running


def pytest_collection_modifyitems(items):
    """Skip every test of this folder where there is no Chromium, and say so."""
    missing = pytest.mark.skipif(
        CHROMIUM.find() is None, reason="needs Chromium (name it in CHROMIUM)"
    )
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(missing)


@pytest.fixture(scope="module")
def browser():
    """Give a Chromium that speaks to this machine only."""
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[320, 390, 1280], ids="{}px".format)
def page(request, browser):
    """Give a page without JavaScript, as wide as a phone or a desk, that notes what it asks for."""
    with opened(browser, Look(request.param), scripts=False) as page:
        page.asked = []
        page.on("request", lambda asked: page.asked.append(asked.url))
        yield page


@pytest.fixture
def address(sqlite_site):
    """Serve a built site with its publisher; gives its address."""
    port = free_port()
    environment = {
        "COMMENTS_VAR": str(sqlite_site.root / "var"),
        "COMMENTS_DATABASE_URL": sqlite_site.database_url,
        "COMMENTS_SECRET_KEY": SECRET,
        "COMMENTS_SITE_URL": f"http://127.0.0.1:{port}",
        "COMMENTS_UNDO_SECONDS": "0",
    }
    with running(commands(port), environment, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory):
    """Serve the real content with messages in every state, for tests that change nothing."""
    with served(tmp_path_factory.mktemp("whole") / "site", by_nginx=False) as site:
        yield site


@pytest.fixture
def phone(browser):
    """Give a page on a phone, with scripts."""
    with opened(browser, Look(390)) as page:
        yield page


@pytest.fixture
def desk(browser):
    """Give a page on a desk, with scripts."""
    with opened(browser, Look(1280)) as page:
        yield page
