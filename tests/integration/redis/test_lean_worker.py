"""What a process that works on Redis does not load, for it never uses it."""

import subprocess
import sys
from typing import Final

import pytest

NEVER_USED: Final = (
    *("loguru", "multiprocessing", "apscheduler", "tzlocal", "prometheus_client"),
    *("jinja2", "aiosmtplib", "PIL", "sqlite3", "rich", "typer", "click", "hypothesis", "pytest"),
    *("tomllib", "difflib", "jobsys.config.plain_yaml", "jobsys.domain.mail_format"),
    *("jobsys.adapters.sqlite", "jobsys.adapters.smtp", "jobsys.adapters.outbox"),
    *("jobsys.adapters.redis.store_checker", "jobsys.adapters.cli", "jobsys.testing"),
)

WORKER: Final = """
import dependency_injector.containers, pydantic_settings, redis.asyncio, sys

before = set(sys.modules)
import asyncio
from jobsys import BaseJob, JobHandler, JobsysContainer, Settings

class Greet(BaseJob):
    name: str

class GreetHandler(JobHandler[Greet]):
    async def execute(self, job, context):
        done.set()

async def work():
    async with container.lifecycle():
        await container.job_service().submit(Greet(name="Ada"))
        await done.wait()

done = asyncio.Event()
container = JobsysContainer(settings=Settings(backend=sys.argv[1]))
container.handlers().register(Greet, GreetHandler)
asyncio.run(work())
print(*sorted(set(sys.modules) - before), sep="\\n")
"""
"""Runs one job; what the libraries that every such process needs load of themselves is not ours."""


def test_a_worker_on_redis_loads_nothing_that_it_never_uses(clean_redis_url: str) -> None:
    loaded = output_of(WORKER, clean_redis_url).splitlines()
    assert "jobsys.application.worker" in loaded
    assert [name for name in NEVER_USED if name in loaded] == []


@pytest.mark.parametrize("heavy", ["rich", "loguru", "dependency_injector"])
def test_the_command_line_starts_without_what_only_some_verbs_need(heavy: str) -> None:
    program = "import sys, jobsys.__main__; print(sys.argv[1] in sys.modules)"
    assert output_of(program, heavy) == "False\n"


def output_of(program: str, argument: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, argument], capture_output=True, text=True, check=True
    ).stdout
