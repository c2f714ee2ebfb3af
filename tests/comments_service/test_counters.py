"""Counters add up over threads, processes and restarts."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from comments_service.counters import NAMES, Counters
from serving.environment import HERE

COUNT = """
import sys
from pathlib import Path
from comments_service.counters import Counters
counters = Counters(Path(sys.argv[1]))
for _ in range(500):
    counters.add("posts accepted")
print("counted", flush=True)
sys.stdin.read()
"""


def counting(folder):
    """Start a process that counts 500, and stays."""
    command = [sys.executable, "-c", COUNT, str(folder)]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=HERE, **piped)


def test_nothing_counted(tmp_path):
    """Before anything was counted all is zero, and no file is made."""
    assert Counters(tmp_path / "c").sums() == dict.fromkeys(NAMES, 0)
    assert not (tmp_path / "c").exists()


def test_processes_count_together(tmp_path):
    """Three processes at the same time, and three after they were killed, lose nothing."""
    for _ in range(2):
        processes = [counting(tmp_path) for _ in range(3)]
        for process in processes:
            assert process.stdout.readline() == "counted\n"
        for process in processes:
            process.kill()
            process.communicate()
    (file,) = tmp_path.iterdir()
    size = file.stat().st_size
    assert Counters(tmp_path).sums()["posts accepted"] == 3000
    assert size == file.stat().st_size


def test_threads_count_together(tmp_path):
    """Threads of one process lose nothing, each name counts by itself."""
    counters = Counters(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: counters.add(NAMES[n % 3]), range(1200)))
    sums = counters.sums()
    assert [sums[name] for name in NAMES[:4]] == [400, 400, 400, 0]


def test_unknown_name(tmp_path):
    """A name that is none of ours is a mistake."""
    with pytest.raises(ValueError, match="not in tuple"):
        Counters(tmp_path).add("other")


def test_folder_that_cannot_be_made(tmp_path):
    """Where nothing can be written, nothing fails."""
    (tmp_path / "file").touch()
    counters = Counters(tmp_path / "file" / "c")
    counters.add("posts accepted")
    assert counters.sums()["posts accepted"] == 0
