"""What getting started shows in a shell does what the page says."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.documents import ROOT, python_files

PAGE = "docs/getting-started.md"
JOBSYS = (sys.executable, "-m", "jobsys")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tasks.py").write_text(python_files(PAGE)["tasks.py"])
    return tmp_path


@pytest.fixture
def environment() -> Mapping[str, str]:
    return {
        **os.environ,
        "JOBSYS_BACKEND": "sqlite:///jobs.db",
        "JOBSYS_APP": "tasks:container",
    }


@pytest.fixture
def worker(folder: Path, environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([*JOBSYS, "worker", "tasks:container"], cwd=folder, env=environment)
    yield process
    process.kill()
    process.wait()


def test_every_line_works_and_the_job_that_fails_is_a_dead_letter(
    folder: Path, environment: Mapping[str, str], worker: "subprocess.Popen[bytes]"
) -> None:
    def told(line: str) -> str:
        words = shlex.split(line, comments=True)[1:]
        return subprocess.run(
            [*JOBSYS, *words], cwd=folder, env=environment, check=True, text=True,
            stdout=subprocess.PIPE,
        ).stdout  # fmt: skip

    lines = re.findall(r"^jobsys .*", (ROOT / PAGE).read_text(), re.MULTILINE)
    shown = [line for line in lines if "worker" not in line]
    assert len(shown) == 9
    for line in shown:
        told(line)
    failed: list[Mapping[str, object]] = []
    while not failed:
        assert worker.poll() is None
        failed = json.loads(told("jobsys list --status failed --json"))["jobs"]
    [job] = failed
    assert job["attempts"] == 2
    told(f"jobsys get {job['job_id']}")
    told(f"jobsys retry {job['job_id']}")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 0
