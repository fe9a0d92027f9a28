"""The real processes of a measurement, and their end."""

import os
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measures import JOBSYS, on
from tests.benchmarks.processes import cpu, ended, spawn, tree
from tests.benchmarks.stage import Failed, Stage
from tests.benchmarks.takes.throughput import throughput
from tests.support.processes import until

LONG = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"


def test_a_worker_in_memory_runs_each_of_its_jobs_once() -> None:
    [contender] = on("memory", JOBSYS)
    with Stage() as stage:
        reading = throughput(stage, contender, 50)
        folder = stage.folder
    assert reading.fault == ""
    assert reading.figures["rate"] > 0
    assert not folder.exists()


def test_a_process_ends_with_everything_that_it_has_started(tmp_path: Path) -> None:
    with ended([spawn([sys.executable, "-c", LONG], os.environ, tmp_path)]) as [process]:
        until(lambda: len(tree(process.pid)) == 2)
        pids = tree(process.pid)
        until(lambda: cpu([process.pid]) > 0.2)
    until(lambda: not any(_lives(pid) for pid in pids))


def test_a_worker_that_ends_by_itself_is_told_of_with_its_last_words() -> None:
    with Stage() as stage:
        process = spawn([sys.executable, "-c", "exit('no such queue')"], os.environ, stage.folder)
        process.wait()
        with pytest.raises(Failed, match="a worker ended after 0 of 1 jobs: no such queue"):
            stage.until_ran(1, [process])


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
