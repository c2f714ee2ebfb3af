"""Counts and used proofs that all services share in Redis or Valkey, where there is one.

The database knows both as well. Redis counts a message when it comes, so that many at the same
moment cannot slip past a limit together, and notes a proof without a write to the disk. While it is
away the database's word counts alone, and no visitor waits for it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from comments_service.config import Config
from comments_service.errors import ConfigError
from comments_service.limits import WINDOW
from comments_service.tokens import keyed_digest

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_SECONDS = 0.05
"""How long Redis may take to connect and to answer; it is asked twice at most."""
REST_SECONDS = 2.0
"""How long it is left alone after it failed."""
TOLD_EVERY = 60.0
"""Seconds between two words about it in the log."""
MOST_COUNTED = 100_001
"""Messages of one network that are kept: one more than a limit can be."""
NAME = "huisheng"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came from one network within :data:`~comments_service.limits.WINDOW`."""

    count: int
    oldest: datetime | None


class SharedCounts(Protocol):
    """What counts for all services; None where it cannot tell now."""

    def arrive(self, network: str, key: str, now: datetime) -> Arrivals | None:
        """Count the message *key* of *network*, once; gives what came before it."""

    def leave(self, network: str, key: str) -> None:
        """Count the message no more, since it was refused."""

    def look(self, network: str, now: datetime) -> Arrivals | None:
        """Give what came so far."""

    def use(self, proof: str, key: str, expires_at: datetime) -> bool | None:
        """Say whether *proof* was not used yet but for the message *key*, and note that it is."""


class NoCounts:
    """Nothing is shared but the database."""

    def arrive(self, network: str, key: str, now: datetime) -> None:
        """Know nothing."""

    def leave(self, network: str, key: str) -> None:
        """Have nothing to forget."""

    def look(self, network: str, now: datetime) -> None:
        """Know nothing."""

    def use(self, proof: str, key: str, expires_at: datetime) -> None:
        """Know nothing."""


def counts_of(config: Config) -> SharedCounts:
    """Give the counts that the settings ask for; raises ConfigError."""
    if not config.redis_url:
        return NoCounts()
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise ConfigError(
            "COMMENTS_REDIS_URL needs the package redis: "
            ".venv/bin/python -m pip install --require-hashes -r requirements-cluster.txt"
        ) from error
    client = Redis.from_url(
        config.redis_url,
        socket_connect_timeout=MOST_SECONDS,
        socket_timeout=MOST_SECONDS,
        retry=Retry(NoBackoff(), 1),  # a connection that died unseen is made anew at once
    )
    return RedisCounts(client, config.secret_key)


@dataclass(slots=True)
class RedisCounts:
    """Counts in Redis or Valkey; names hold digests only."""

    client: Redis
    secret: str = field(repr=False)
    rest: float = REST_SECONDS
    _rests_until: float = 0.0
    _told_at: float = -TOLD_EVERY
    _is_told: bool = False

    def arrive(self, network: str, key: str, now: datetime) -> Arrivals | None:
        """Count the message *key* of *network*, once; gives what came before it."""
        if not network:
            return None
        message = {key: now.timestamp()}
        found = self._counted(network, now, lambda pipe, name: pipe.zadd(name, message, nx=True))
        return found and Arrivals(found.count - 1, found.oldest)

    def leave(self, network: str, key: str) -> None:
        """Count the message no more, since it was refused."""
        self._ask(lambda client: client.zrem(self._name("sent", network), key))

    def look(self, network: str, now: datetime) -> Arrivals | None:
        """Give what came so far."""
        return self._counted(network, now, lambda pipe, name: None) if network else None

    def use(self, proof: str, key: str, expires_at: datetime) -> bool | None:
        """Say whether *proof* was not used yet but for the message *key*, and note that it is."""

        def use(client: Redis) -> bool:
            name = self._name("proof", proof)
            if client.set(name, key, nx=True, exat=int(expires_at.timestamp()) + 1):
                return True
            return client.get(name) == key.encode()

        return self._ask(use)

    def _counted(
        self, network: str, now: datetime, change: Callable[[Any, str], object]
    ) -> Arrivals | None:
        """Forget what is too old, make *change*, and give what there is then, all at once."""

        def count(client: Redis) -> Arrivals:
            name = self._name("sent", network)
            with client.pipeline(transaction=True) as pipe:
                pipe.zremrangebyscore(name, "-inf", (now - WINDOW).timestamp())
                pipe.zremrangebyrank(name, 0, -MOST_COUNTED - 1)
                change(pipe, name)
                pipe.expire(name, WINDOW)
                pipe.zcard(name)
                pipe.zrange(name, 0, 0, withscores=True)
                *_, many, first = pipe.execute()
            oldest = datetime.fromtimestamp(first[0][1], UTC) if first else None
            return Arrivals(many, oldest)

        return self._ask(count)

    def _ask(self, work: Callable[[Redis], T]) -> T | None:
        """Give what *work* gives; None while Redis fails, or rests after it did."""
        from redis.exceptions import RedisError

        now = time.monotonic()
        if now < self._rests_until:
            return None
        if self._rests_until:  # one tries whether it is back, the others go on without it
            self._rests_until = now + self.rest
        try:
            answer = work(self.client)
        except RedisError as error:
            self._rests_until = time.monotonic() + self.rest
            self._tell_that_it_is_away(error)
            return None
        if self._rests_until:
            self._rests_until = 0.0
            self._tell_that_it_is_back()
        return answer

    def _tell_that_it_is_away(self, error: Exception) -> None:
        """Say so once a minute; the error's own words may hold an address or a password."""
        now = time.monotonic()
        if now - self._told_at >= TOLD_EVERY:
            self._told_at, self._is_told = now, True
            extra = {"problem": type(error).__name__}
            log.warning("Redis is away: the database alone counts", extra=extra)

    def _tell_that_it_is_back(self) -> None:
        if self._is_told:
            self._is_told = False
            log.warning("Redis is back")

    def _name(self, kind: str, what: str) -> str:
        return f"{NAME}:{kind}:{keyed_digest(self.secret, kind, what).hex()[:32]}"
