"""A deployment in a folder of its own, for tests that make trouble in it and mend it."""

import asyncio
import json
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TypeVar

import pytest

from jobsys import JobsysContainer, Settings
from jobsys.__main__ import main
from tests.integration.cli.conftest import Cli

WARD = """
import asyncio, pathlib
from datetime import UTC, datetime, timedelta
from dependency_injector.providers import Object
from jobsys import BaseJob, Circuit, JobContext, JobsysContainer, RetryPolicy, Settings

class Greet(BaseJob):
    name: str = "Ada"

class Sit(BaseJob):
    pass

class Post(BaseJob):
    retry = RetryPolicy(max_attempts=1)

class Fetch(BaseJob):
    retry = RetryPolicy(max_attempts=9, delays=["0s", "0s", "1h"], jitter="none")

def made():
    made = JobsysContainer(settings=Settings())
    @made.handles(Sit)
    async def sit(job: Sit, context: JobContext) -> None:
        pathlib.Path("begun").write_text(context.job_id)
        await asyncio.sleep(60)
    @made.handles(Post)
    async def post(job: Post, context: JobContext) -> None:
        if not pathlib.Path("mended").exists():
            raise ConnectionError("the post office is closed")
    @made.handles(Fetch)
    async def fetch(job: Fetch, context: JobContext) -> None:
        await post(Post(), context)
    return made

bare = made()
container = made()

@container.handles(Greet)
async def greet(job: Greet, context: JobContext) -> None: ...

class Shifted:
    def __init__(self, by: timedelta) -> None:
        self.by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by

early = made()
early.handlers().register(Greet, lambda: None)
early.clock.override(Object(Shifted(-timedelta(minutes=5))))
"""

APP = ("--app", "ward:container")
LONGEST = 30.0
T = TypeVar("T")


@dataclass
class Ward:
    """Runs the program in this process: a look need not cost a process. Workers have their own."""

    cli: Cli
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def typed(self, *words: str) -> tuple[int, str]:
        """Returns the exit code of a command line, and what it printed."""
        self.monkeypatch.setattr(sys, "argv", ["jobsys", "--backend", self.cli.backend, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, self.capsys.readouterr().out

    def run(self, *words: str) -> str:
        """Returns what a command line printed that has done what it was told."""
        code, printed = self.typed(*words)
        assert code == 0
        return printed.strip()

    def submit(self, kind: str, *options: str, app: str = "ward:container") -> str:
        """Submits a job and returns its id."""
        return self.run("--app", app, "submit", kind, "{}", *options)

    def work(self, *words: str) -> "subprocess.Popen[str]":
        """Starts a worker beside the test."""
        return self.cli.start(*APP, "worker", *words)

    def found(self, *app: str) -> dict[str, dict[str, str]]:
        """What doctor finds, by code; its exit code says whether that is anything."""
        code, printed = self.typed(*(app or APP), "doctor", "--json")
        told = json.loads(printed)
        findings = {one["code"]: one for check in told["checks"] for one in check["findings"]}
        assert code == (1 if findings else 0)
        assert (told["standing"] == "ok") == (not findings)
        return findings

    def finding(self, code: str, told: str = "") -> dict[str, str]:
        """Returns what doctor finds under this code, once it tells that; a second look may not."""

        def look() -> dict[str, str] | None:
            finding = self.found().get(code)
            return finding if finding and told in finding["sentence"] else None

        return until(look)

    def mend(self, finding: dict[str, str]) -> None:
        """Types the command of a finding, and waits until all is well."""
        program, *words = shlex.split(finding["command"])
        assert program == "jobsys"
        if "worker" in words:
            self.cli.start(*words)
        else:
            self.run(*words)
        until(lambda: not self.found())

    def do(self, act: Callable[[JobsysContainer], Awaitable[None]]) -> None:
        """Does something to the backend that no verb does."""

        async def done() -> None:
            container = JobsysContainer(Settings(backend=self.cli.backend))
            await container.backend().start()
            await act(container)
            await container.backend().stop()

        asyncio.run(done())


def until(look: Callable[[], T | None]) -> T:
    """Returns what was seen, once something is."""
    end = monotonic() + LONGEST
    while not (seen := look()):
        assert monotonic() < end
        sleep(0.05)
    return seen
