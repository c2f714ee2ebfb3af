"""Two services behind nginx, two publishers, PostgreSQL with a stand-by, Redis: each may end."""

from __future__ import annotations

from itertools import count

import pytest
from redis import Redis as Client

from chaos import cluster as clusters
from chaos.servers import listens
from chaos.stage import wait_for
from tests.site.browserless import Visitor, number_of
from tests.site.test_loop import leave_message, log_in, rule

numbers = count(1)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Give a running cluster; who ends a part of it starts it again."""
    with clusters.running(tmp_path_factory.mktemp("cluster")) as running:
        yield running


def words():
    """Give words that no other message has."""
    return f"这是第{next(numbers)}条，从两台机器前面来。"


def is_read(cluster, text):
    """Say whether readers find *text*."""
    return text in Visitor(cluster.nginx.port).get("/stories/first/").text


def publish(cluster):
    """Leave a message and approve it in the desk, all through nginx; gives its words."""
    port, text = cluster.nginx.port, words()
    receipt = leave_message(Visitor(port), text)
    assert receipt.status == 200, receipt.text
    assert not is_read(cluster, text)
    rule(log_in(port), number_of(receipt), "approve")
    wait_for(lambda: is_read(cluster, text), "the message is read")
    return text


def test_commits_wait_for_the_standby(cluster):
    """What is acknowledged stands on both database servers."""
    assert cluster.leader.has_synchronous_standby()
    text = words()
    leave_message(Visitor(cluster.nginx.port), text)
    flushed = "SELECT flush_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication"
    assert cluster.leader.ask(flushed) == "True"
    wait_for(
        lambda: cluster.standby.ask(f"SELECT count(*) FROM comment WHERE text = '{text}'") == "1",
        "the stand-by shows it",
    )


def test_each_service_is_enough(cluster):
    """Whichever service is killed, visitors behind nginx do not notice."""
    for service in cluster.services:
        service.kill()
        wait_for(lambda port=service.port: not listens(port), "the service is gone")
        assert publish(cluster)
        service.start()
        service.wait_until_ready()


def test_standby_publisher_takes_over(cluster):
    """When the publisher that leads is killed, the other one brings decisions to readers."""
    killed = cluster.leading()
    killed.kill()
    assert publish(cluster)
    assert cluster.leading() not in (None, killed)
    killed.start()


def taken_from(cluster, network):
    """Leave messages from *network* at both services in turn until one is refused; gives how many
    were taken.
    """
    address = {"X-Forwarded-For": f"{network}.9"}
    for many in range(3 * clusters.REFUSE_AFTER):
        service = cluster.services[many % 2]
        form = {"thread": "first", "text": words(), "nonce": f"{network}-{many}"}
        answer = Visitor(service.port, headers=address).post("/messages/new", form, follow=False)
        if answer.status == 429:
            return many
        assert answer.status == 303, answer.text
    return many


def test_limits_are_kept_without_redis(cluster):
    """All services together take as many as the limit says: with Redis, without it, and when it is
    back, which they notice by themselves.
    """
    with Client.from_url(cluster.redis.url) as redis:
        assert taken_from(cluster, "8.8.1") == clusters.REFUSE_AFTER
        assert len(redis.keys("huisheng:sent:*")) > 0
        cluster.redis.kill()
        assert taken_from(cluster, "8.8.2") == clusters.REFUSE_AFTER
        cluster.redis.start()
        networks = count(3)

        def is_used_again():
            assert taken_from(cluster, f"8.8.{next(networks)}") == clusters.REFUSE_AFTER
            return len(redis.keys("huisheng:sent:*")) > 0

        wait_for(is_used_again, "Redis counts again")
