"""What the README shows is run as it stands."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.documents import python_files

README = "README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in python_files(README).items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture(params=["sqlite", "redis"])
def environment(request: pytest.FixtureRequest, clean_redis_url: str) -> Mapping[str, str]:
    backend = {"sqlite": "sqlite:///jobs.db", "redis": clean_redis_url}[request.param]
    return {**os.environ, "JOBSYS_BACKEND": backend, "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def worker(folder: Path, environment: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "jobsys", "worker", "tasks:container"]
    process = subprocess.Popen(command, cwd=folder, env=environment, text=True)
    yield process
    process.kill()
    process.wait()


def jobsys(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """Returns what the command line prints; fails when it fails."""
    command = [sys.executable, "-m", "jobsys", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, text=True, check=True, stdout=subprocess.PIPE
    ).stdout


def test_the_first_job_has_at_most_twelve_lines() -> None:
    lines = python_files(README)["tasks.py"].splitlines()
    assert len([line for line in lines if line.strip()]) <= 12


SCRIPTS = [
    "app.py",
    "test_photos.py",
    "nightly.py",
    "mail_and_clean.py",
    "middleware.py",
    "events.py",
    "script.py",
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_of_the_readme_runs(script: str, folder: Path) -> None:
    subprocess.run([sys.executable, script], cwd=folder, check=True)


def test_the_new_job_type_needs_at_most_fifteen_lines() -> None:
    lines = python_files(README)["photos.py"].splitlines()
    assert len([line for line in lines if line.strip()]) <= 15


def test_the_suite_that_the_readme_shows_passes(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_adapter.py"]
    told = subprocess.run(
        [*command, "-o", "asyncio_mode=auto"],
        cwd=folder, check=True, text=True, stdout=subprocess.PIPE,
    ).stdout  # fmt: skip
    assert re.search(r"^\d+ passed", told, re.MULTILINE)


def test_a_worker_in_one_shell_runs_what_another_shell_submits(
    folder: Path, environment: Mapping[str, str], worker: "subprocess.Popen[str]"
) -> None:
    submit = ("--app", "tasks:container", "submit", "greet", '{"name": "Ada"}')
    job_id = jobsys(folder, environment, *submit).strip()
    record: Mapping[str, object] = {}
    while record.get("ended_at") is None:
        assert worker.poll() is None
        record = json.loads(jobsys(folder, environment, "get", job_id, "--json"))
    assert record["result"] == "Hello, Ada!"
    assert job_id in jobsys(folder, environment, "list", "--json")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 0
