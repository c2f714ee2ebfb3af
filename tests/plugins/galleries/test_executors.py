from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from plugins.galleries.executors import ClusterError, cluster, cores, is_crash, local
from tests.plugins.galleries.workers import threads_of_a_picture


def test_one_job_has_one_worker_of_its_own():
    """Even a single picture is opened in another process."""
    with local(1) as executor:
        workers = {executor.submit(os.getpid).result() for _ in range(3)}
    assert len(workers) == 1
    assert os.getpid() not in workers


def test_worker_uses_one_core():
    """A process a core is cheaper than a picture over all cores."""
    with local(1) as executor:
        assert executor.submit(threads_of_a_picture).result() == 1


def test_there_are_no_more_workers_than_cores():
    """However many jobs there are."""
    with local(1000) as executor:
        workers = {future.result() for future in [executor.submit(os.getpid) for _ in range(20)]}
    assert 1 <= len(workers) <= cores()


def test_error_cancels_the_jobs_that_wait():
    """A run that fails does not first do all the rest."""
    futures = []

    def fail():
        with local(1) as executor:
            futures.extend(executor.submit(os.getpid) for _ in range(50))
            raise ValueError(len(futures))

    with pytest.raises(ValueError, match="50"):
        fail()
    assert all(future.done() for future in futures)


ORPHANS = """
import time
from plugins.galleries.executors import local
with local(1) as executor:
    print(executor.submit(__import__("os").getpid).result(), flush=True)
    time.sleep(600)  # until it is killed, which is the test
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_killed_build_leaves_no_worker():
    """The workers' end of the pipe closes: nobody is left to hold it."""
    with subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE) as build:
        assert int(build.stdout.readline()) != build.pid
        os.kill(build.pid, signal.SIGKILL)
        assert build.communicate(timeout=60)[0] == b""


def test_worker_is_light():
    """Starting one loads neither Pelican nor the programs of the other half."""
    code = (
        "import sys, plugins.galleries.executors, plugins.galleries.worker, "
        "plugins.galleries.images, plugins.galleries.metadata; "
        "print({'pelican', 'distributed', 'flask', 'rich', 'pypinyin'} & set(sys.modules))"
    )
    given = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert given.stdout.strip() == b"set()"


def test_missing_distributed_is_named(tmp_path, monkeypatch):
    """Who sets BUILD_CLUSTER without the extra requirements is told which."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ClusterError, match=r"install requirements-cluster\.txt"),
        cluster("tcp://127.0.0.1:1", tmp_path, tmp_path)(1),
    ):
        pass


def test_other_errors_are_no_crash():
    """Only workers that were killed count."""
    assert not is_crash(OSError())
