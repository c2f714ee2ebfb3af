"""What the doctor says of a PostgreSQL server with a stand-by, and what commits wait for."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import create_engine, text

from chaos.cluster import pair
from chaos.servers import STANDBY, address_of
from chaos.stage import wait_for
from comments_service.config import Config
from comments_service.db import Database, vouch
from comments_service.retry import FAILURES
from comments_service.submission import submit
from serving.durability import of_connection
from serving.findings import Level
from tests.comments_service.conftest import directory as directory
from tests.living_site import SECRET, START, make_submission


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """Give a server that leads and its synchronous stand-by; each test leaves them so."""
    with pair(tmp_path_factory.mktemp("servers")) as (leader, standby):
        yield leader, standby


@pytest.fixture
def told(servers):
    """Give a function that says what the doctor says of the stand-by: level and sentence."""
    engine = create_engine(f"postgresql+psycopg://huisheng@127.0.0.1:{servers[0].port}/postgres")

    def told():
        with engine.connect() as connection:
            _, *rest = list(of_connection(connection))
        return [(finding.level, finding.told) for finding in rest]

    yield told
    engine.dispose()


def test_synchronous_standby_is_fine(told):
    """Where every commit is on two disks, that is said."""
    assert told() == [(Level.FINE, "a stand-by has every commit before it is acknowledged")]


def test_standby_that_nobody_waits_for(told, servers):
    """A stand-by that may lag is a warning; so are commits that do not wait for its disk."""
    leader, _ = servers
    leader.change(synchronous_standby_names="")
    ((level, sentence),) = told()
    assert (level, "a fail-over loses messages" in sentence) == (Level.WARNING, True)
    leader.change(synchronous_standby_names=STANDBY, synchronous_commit="remote_write")
    wait_for(leader.has_synchronous_standby, "the stand-by is synchronous again")
    ((level, sentence),) = told()
    assert (level, "set it to on" in sentence) == (Level.WARNING, True)
    leader.change(synchronous_commit="on")


def test_standby_that_is_gone(told, servers):
    """When commits wait for nobody who is there, nothing can be stored, which is wrong."""
    leader, standby = servers
    standby.kill()
    wait_for(lambda: not leader.has_synchronous_standby(), "the leader notices")
    ((level, sentence),) = told()
    assert (level, "nothing can be stored" in sentence) == (Level.WRONG, True)
    standby.start()
    wait_for(leader.has_synchronous_standby, "the stand-by is back")


def database_at(address):
    """Connect as the service does."""
    environ = {"COMMENTS_SECRET_KEY": SECRET, "COMMENTS_DATABASE_URL": address}
    return Database.connect(Config.from_environ(environ).database)


def connected_to(database):
    """Make a new connection; gives the server's port."""
    with database.engine.connect() as connection:
        port = connection.connection.driver_connection.info.port
        connection.invalidate()  # the next one is new
        return port


def test_address_of_both_finds_the_one_that_leads(servers):
    """Whichever stands first, the one that can be written to is taken."""
    leader, standby = servers
    ports = f"port={standby.port},{leader.port}"
    libpq = f"postgresql://huisheng@/postgres?host=127.0.0.1,localhost&{ports}"
    for address in (address_of(leader, standby), address_of(standby, leader), libpq):
        database = database_at(address)
        assert connected_to(database) == leader.port
        database.engine.dispose()


def test_machine_that_vanished_is_waited_for_once(servers):
    """Once another server was found to lead, it is asked first by each new connection."""
    leader, _ = servers
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        gone = f"postgresql://huisheng@127.0.0.1:{silent.getsockname()[1]}"
        address = f"{gone},127.0.0.1:{leader.port}/postgres?connect_timeout=2"
        database = database_at(address)
        assert [connected_to(database) for _ in range(3)] == [leader.port] * 3
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
        database.engine.dispose()


def test_commit_that_waits_for_a_standby_that_is_gone(servers, directory):
    """The visitor is told so within seconds instead of waiting for ever, and so is whoever vouches
    for what others stored; once the stand-by is back the same sending gets its receipt, and is
    stored once.
    """
    leader, standby = servers
    database = database_at(address_of(leader, standby))
    database.upgrade()

    def send():
        sent = make_submission(nonce="waits")
        return submit(database, directory, sent, secret=SECRET, now=START)

    standby.kill()
    wait_for(lambda: not leader.has_synchronous_standby(), "the leader notices")
    with database.writing() as session:
        assert session.scalar(text("SELECT 1")) == 1  # who only looks need not wait
    with pytest.raises(FAILURES), database.writing() as session:
        vouch(session)
    with pytest.raises(FAILURES):
        database.outage.outlast(send)
    assert leader.ask("SELECT count(*) FROM comment") == "0"
    standby.start()
    wait_for(leader.has_synchronous_standby, "the stand-by is back")
    receipt = database.outage.outlast(send)
    assert database.outage.outlast(send) == receipt
    assert leader.ask("SELECT count(*) FROM comment") == "1"
    database.engine.dispose()
