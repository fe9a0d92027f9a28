"""Every line of docs/debugging.md answers its question."""

import re
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis

from jobsys import BaseJob, JobContext, JobId, JobsysContainer, Settings, WorkerSettings
from jobsys.adapters.redis.key_layout import KeyLayout

DOCUMENT = (Path(__file__).parents[2] / "docs" / "debugging.md").read_text()
REDIS_LINES = re.findall(r"`redis-cli (.+?)`", DOCUMENT)
SQLITE_LINES = re.findall(r'^sqlite3 jobs.db "(.+)"$', DOCUMENT, re.MULTILINE)


LAYOUT = KeyLayout()
KEYS = (
    *LAYOUT.of_schedules("default"),
    *LAYOUT.of_upkeep("default"),
    *LAYOUT.of_all_queues(),
    LAYOUT.log(JobId("default:1")),
)
FAMILIES = {key.split(":")[1] for key in KEYS}


class Errand(BaseJob):
    """Something to be done."""

    number: int


async def asked(redis: Redis, *words: str) -> object:
    """What Redis answers to a command line."""
    execute = cast("Callable[..., Awaitable[object]]", redis.execute_command)
    return await execute(*words)


def producer(url: str) -> JobsysContainer:
    return JobsysContainer(Settings(backend=url, worker=WorkerSettings(enabled=False)))


async def test_llen_answers_five_after_five_submits_with_no_worker(clean_redis_url: str) -> None:
    container = producer(clean_redis_url)
    async with container.lifecycle(), Redis.from_url(clean_redis_url) as redis:
        for number in range(5):
            await container.job_service().submit(Errand(number=number))
        assert await asked(redis, "LLEN", "jobs:queue:default:normal") == 5


async def test_what_fails_is_counted_where_the_document_says(clean_redis_url: str) -> None:
    container = JobsysContainer(Settings(backend=clean_redis_url))

    @container.handles(Errand)
    async def fails(job: Errand, context: JobContext) -> None:
        raise RuntimeError("out of stock")

    async with container.lifecycle(), Redis.from_url(clean_redis_url) as redis:
        jobs = container.job_service()
        job_id = await jobs.submit(
            Errand(number=1), retry=Errand.retry.model_copy(update={"max_attempts": 1})
        )
        await jobs.wait(job_id)
        assert await asked(redis, "ZCARD", "jobs:failed:default") == 1
        history = await asked(redis, "HGET", "jobs:errors:default", job_id.key)
        assert b"out of stock" in cast("bytes", history)


@pytest.mark.parametrize("line", [line for line in REDIS_LINES if line != "MONITOR"])
async def test_each_redis_line_is_a_command_that_redis_takes(
    line: str, clean_redis_url: str
) -> None:
    container = producer(clean_redis_url)
    async with container.lifecycle(), Redis.from_url(clean_redis_url) as redis:
        job_id = await container.job_service().submit(Errand(number=1))
        words = [job_id.key if word == "KEY" else word for word in line.split()]
        await asked(redis, *words)  # raises for a wrong command, or a key of another type
        assert words[1].split(":")[1] in FAMILIES


@pytest.mark.parametrize("line", SQLITE_LINES)
async def test_each_sqlite_line_finds_the_job(line: str, tmp_path: Path) -> None:
    container = producer(f"sqlite:///{tmp_path}/jobs.db")
    async with container.lifecycle():
        await container.job_service().submit(Errand(number=1))
        await container.job_service().schedule("daily", Errand(number=2), every="1d")
        await container.job_service().circuits.open("bank")
    with sqlite3.connect(tmp_path / "jobs.db") as file:
        assert file.execute(line).fetchall()
    file.close()
