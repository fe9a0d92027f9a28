"""The command line as a user has it: a process, a folder with an application, a backend."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import pytest

from jobsys.__main__ import main

APP = """
import asyncio, os, pathlib, time
from datetime import timedelta
from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy, Settings

class Greet(BaseJob):
    name: str

class Fail(BaseJob):
    retry = RetryPolicy(max_attempts=1)
    text: str = "no luck"

class Slow(BaseJob):
    seconds: float = 60.0
    busy: bool = False

container = JobsysContainer(settings=Settings(worker={"grace": timedelta(seconds=20)}))

@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> str:
    return f"Hello {job.name}"

@container.handles(Fail)
def fail(job: Fail, context: JobContext) -> None:
    raise ValueError(job.text)

@container.handles(Slow)
async def slow(job: Slow, context: JobContext) -> None:
    pathlib.Path("begun").write_text(context.job_id)
    if job.busy:
        time.sleep(job.seconds)
    await asyncio.sleep(job.seconds)

fixed = JobsysContainer(settings=Settings(worker={"concurrency": 1}))

def make():
    return container

def broken():
    raise KeyError("no such thing")

nothing = None
number = 5
"""


@dataclass
class Cli:
    """Runs `jobsys` in a folder of its own, on a backend of its own."""

    folder: Path
    backend: str
    running: list["subprocess.Popen[str]"] = field(default_factory=list)
    environment: dict[str, str] = field(
        default_factory=lambda: {k: v for k, v in os.environ.items() if not k.startswith("JOBSYS_")}
    )

    def start(self, *arguments: str, stdout: int = subprocess.PIPE) -> "subprocess.Popen[str]":
        """Starts the program and leaves it running."""
        process = subprocess.Popen(
            [sys.executable, "-m", "jobsys", "--backend", self.backend, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str, exit_code: int = 0) -> str:
        """Runs the program to its end and returns what it printed: errors where it failed."""
        process = self.start(*arguments)
        printed, errors = process.communicate(timeout=60)
        assert process.returncode == exit_code, errors
        assert "Traceback" not in errors
        return errors if exit_code else printed

    def json(self, *arguments: str) -> object:
        """Runs a verb with --json and returns what it says."""
        found: object = json.loads(self.run(*arguments, "--json"))
        return found

    def submit(self, job_type: str, payload: str = "{}", *options: str) -> str:
        """Submits a job and returns its id."""
        return self.run("--app", "app:container", "submit", job_type, payload, *options).strip()

    def begun(self, within: float = 30) -> str:
        """Waits until a slow job runs, and returns its id."""
        mark, end = self.folder / "begun", monotonic() + within
        while not (mark.exists() and mark.read_text()):
            assert monotonic() < end, "no slow job has begun"
            sleep(0.01)
        return mark.read_text()

    def clean_up(self) -> None:
        """Ends what is still running."""
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    (tmp_path / "app.py").write_text(APP)
    cli = Cli(tmp_path, f"sqlite:///{tmp_path}/jobs.db")
    yield cli
    cli.clean_up()


class Here(Protocol):
    """Runs the program in this process: what goes wrong need not cost a process each."""

    def __call__(self, *arguments: str, exit_code: int = 0) -> str: ...


@pytest.fixture
def here(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Here]:
    def run(*arguments: str, exit_code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["jobsys", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert ended.value.code == exit_code, printed.err
        return printed.err if exit_code else printed.out

    monkeypatch.chdir(cli.folder)
    monkeypatch.setenv("JOBSYS_CONFIG", "")  # the program may set both: they are put back
    monkeypatch.setenv("JOBSYS_BACKEND", cli.backend)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)
    for name in set(sys.modules) & {"app", "bad", "bare"} - before:
        del sys.modules[name]


@pytest.fixture
def redis_cli(tmp_path: Path, clean_redis_url: str) -> Iterator[Cli]:
    (tmp_path / "app.py").write_text(APP)
    cli = Cli(tmp_path, clean_redis_url)
    yield cli
    cli.clean_up()


def at_a_terminal(cli: Cli, *arguments: str, answer: bytes = b"") -> tuple[int, str]:
    """Runs the program where somebody looks and answers; returns its exit code and what it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "jobsys", "--backend", cli.backend, *arguments],
        cwd=cli.folder,
        env={**cli.environment, "TERM": "xterm"},
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, answer)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return process.wait(30), shown.decode()
