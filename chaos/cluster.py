"""A site grown past one machine, on this one: PostgreSQL with a synchronous stand-by, Redis, two
services behind nginx, and two publishers of which one stands by.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from chaos.servers import STANDBY, Nginx, PostgreSQL, Redis, address_of
from chaos.stage import Program, Service, make_site, settings_of, wait_for
from comments_service.config import Config
from comments_service.models import PublisherState
from serving import HOST
from tests.living_site import SECRET, LivingSite
from tests.site.browserless import free_port

REFUSE_AFTER = 6
"""Messages of one network that are taken within ten minutes; our own machine's are always taken."""
LIMITS = {
    "COMMENTS_PROOF_AFTER": "1000",
    "COMMENTS_HOLD_AFTER": "1000",
    "COMMENTS_REFUSE_AFTER": str(REFUSE_AFTER),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """All parts of it; each can be killed."""

    site: LivingSite
    leader: PostgreSQL
    standby: PostgreSQL
    redis: Redis
    services: Sequence[Service]
    publishers: Sequence[Program]
    nginx: Nginx

    def leading(self) -> Program | None:
        """Give the publisher that leads; None while none of ours does."""
        with self.site.database.reading() as session:
            name = session.scalar(select(PublisherState.leader)) or ""
        return next((one for one in self.publishers if name.endswith(f":{one.pid}")), None)


@contextmanager
def pair(folder: Path) -> Iterator[tuple[PostgreSQL, PostgreSQL]]:
    """Run a PostgreSQL server and its synchronous stand-by within *folder*."""
    with ExitStack() as stack:
        leader = stack.enter_context(PostgreSQL.make(folder / "first", standby=STANDBY))
        standby = stack.enter_context(PostgreSQL.follow(leader, folder / "second"))
        wait_for(leader.has_synchronous_standby, "the stand-by follows synchronously")
        yield leader, standby


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Run a cluster within *folder*; all of it is stopped at the end, by its processes' numbers."""
    with ExitStack() as stack:
        leader, standby = stack.enter_context(pair(folder))
        address = address_of(leader, standby)
        site = make_site(folder / "site", for_sqlalchemy(address))
        stack.callback(site.close)
        redis = stack.enter_context(Redis.make(folder))
        port = free_port()
        settings = {
            "COMMENTS_DATABASE_URL": address,
            "COMMENTS_SITE_URL": f"http://{HOST}:{port}",
            "COMMENTS_REDIS_URL": redis.url,
            "COMMENTS_PROXY_HOPS": "1",
            "COMMENTS_LOG_LEVEL": "INFO",
            **LIMITS,
        }
        services = [_service(site, name, settings) for name in ("one", "two")]
        publishers = [_publisher(site, name, settings) for name in ("one", "two")]
        for program in (*services, *publishers):
            stack.enter_context(program)
        ports = [service.port for service in services]
        public = site.releases / "current" / "public"
        nginx = Nginx.make(folder / "nginx", port=port, public=public, services=ports)
        stack.enter_context(nginx)
        cluster = Cluster(
            site=site,
            leader=leader,
            standby=standby,
            redis=redis,
            services=services,
            publishers=publishers,
            nginx=nginx,
        )
        wait_for(lambda: cluster.leading() is not None, "a publisher leads")
        yield cluster


def _service(site: LivingSite, name: str, settings: dict[str, str]) -> Service:
    service = Service.of(site, **settings)
    service.log = site.root / f"service-{name}.log"
    return service


def _publisher(site: LivingSite, name: str, settings: dict[str, str]) -> Program:
    command = [sys.executable, "-m", "invoke", "publisher"]
    log = site.root / f"publisher-{name}.log"
    return Program(command, settings_of(site, **settings), log)


def for_sqlalchemy(address: str) -> str:
    """Read the database's address as the service does."""
    environ = {"COMMENTS_SECRET_KEY": SECRET, "COMMENTS_DATABASE_URL": address}
    return Config.from_environ(environ).database
