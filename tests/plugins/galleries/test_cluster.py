from __future__ import annotations

import logging
import warnings

import pytest

from plugins.galleries import executors
from plugins.galleries.executors import ClusterError, cluster, local
from plugins.galleries.worker import carry_out
from tests.plugins.galleries.workers import Album, die

pytestmark = pytest.mark.filterwarnings("default")  # those of distributed are not ours to mend


@pytest.fixture
def scheduler(started):
    """Give the address of a scheduler whose two workers are there, whatever the last test did."""
    started.wait_for_workers(2)
    return started.scheduler_address


@pytest.fixture(scope="module")
def started():
    """Start a scheduler with two worker processes on this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        distributed = pytest.importorskip("distributed")
        dask = pytest.importorskip("dask")
        settings = {"distributed.scheduler.allowed-failures": 0}
        with (
            dask.config.set(settings),
            distributed.LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                host="127.0.0.1",
                silence_logs=logging.CRITICAL,
            ) as running,
        ):
            yield running


@pytest.fixture
def album(tmp_path):
    """Give an album of six good pictures."""
    album = Album(tmp_path)
    album.add(*(f"{number}.jpg" for number in range(6)))
    return album


def opened(scheduler, album):
    """Give the executor of the cluster for the folders of *album*."""
    return cluster(scheduler, album.content, album.cache)


def test_cluster_makes_the_same_files(scheduler, album):
    """Two workers over a shared folder give byte for byte what this machine's processes give."""
    here = album.make(executor=local, work=carry_out)
    files = album.files()
    for path in album.cache.iterdir():
        path.unlink()
    assert album.make(executor=opened(scheduler, album), work=carry_out) == here
    assert album.files() == files
    assert len(files) == 12


def test_bad_picture_comes_back_as_failure(scheduler, album):
    """What is wrong with it travels as well as what is made."""
    (album.folder / "bad.jpg").write_bytes(b"")
    catalogue = album.make(executor=opened(scheduler, album), work=carry_out)
    assert [failure.what for failure in catalogue.failures] == ["文件是空的（0字节）"]
    assert len(catalogue.photos) == 6


def test_picture_that_kills_workers_is_told(scheduler, album):
    """The scheduler starts workers anew; the picture is told of and the others are made."""
    album.add("crash.jpg")
    catalogue = album.make(executor=opened(scheduler, album), work=die)
    assert [(each.source, each.what) for each in catalogue.failures] == [
        ("galleries/album/crash.jpg", "解码时程序崩溃了")
    ]
    assert len(catalogue.photos) == 6


def test_cluster_without_workers_is_refused(tmp_path, monkeypatch):
    """There must be somebody to do the work, after a while."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "TIMEOUT", 1)
    with (
        distributed.LocalCluster(
            n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as empty,
        pytest.raises(ClusterError, match="has no workers: start some"),
        cluster(empty.scheduler_address, tmp_path, tmp_path)(1),
    ):
        pass


def test_worker_without_our_folders_is_refused_early(scheduler, album):
    """A worker that does not see the pictures gets no job."""
    with (
        pytest.raises(ClusterError, match=r"does not see the pictures .*Each machine needs"),
        cluster(scheduler, album.content / "nowhere", album.content)(1),
    ):
        pass


def test_worker_that_sees_another_folder_is_told(tmp_path):
    """What this machine wrote must be there, under the same path."""
    answer = executors.hindrance(str(tmp_path), str(tmp_path / "probe"))
    assert answer.startswith("it does not see what this machine writes")


def test_silent_scheduler_is_named(tmp_path, monkeypatch):
    """A wrong address is told after a while, with what to do."""
    monkeypatch.setattr(executors, "TIMEOUT", 1)
    with (
        pytest.raises(ClusterError, match=r"no scheduler answers there .*correct this"),
        cluster("tcp://127.0.0.1:1", tmp_path, tmp_path)(1),
    ):
        pass
