"""A Redis that dies, or whose disk is full."""

import asyncio
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobsys import JobStatus, JobsysContainer, Settings
from jobsys.ports.errors import QueueUnavailable
from tests.chaos.app import Moment
from tests.chaos.workers import Workers
from tests.support.redis_server import EVERYSEC, RedisServer
from tests.support.workplace import SOON, Workplace, runs, workplaces

KEEPS_ON = "#!/bin/sh\ntrap '' XFSZ\nexec {binary} \"$@\"\n"
"""A program that a file beyond its limit does not kill: to it, the disk is full."""


@pytest.fixture
def server(redis_binary: Path, tmp_path: Path) -> Iterator[RedisServer]:
    wrapper = tmp_path / "redis-server"
    wrapper.write_text(KEEPS_ON.format(binary=redis_binary))
    wrapper.chmod(0o755)
    with RedisServer(wrapper, appendonly=True, options=EVERYSEC) as running:
        yield running


def limit_files(server: RedisServer, size: int) -> None:
    """Lets the server write no file beyond a size, in bytes."""
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, hard))


async def told(log: Path, words: str, times: int) -> None:
    """Waits until other processes have written something into their log so often."""
    async with asyncio.timeout(SOON.total_seconds()):
        while log.read_text().count(words) < times:  # noqa: ASYNC110, ASYNC240 (a log of others)
            await asyncio.sleep(0.05)


async def submit_for_ever(place: Workplace, accepted: list[str]) -> None:
    """Submits jobs, noting what was accepted, until that fails."""
    while True:
        accepted += await place.submit(1)


async def test_a_redis_that_was_killed_loses_nothing_and_its_workers_come_back_by_themselves(
    server: RedisServer, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    environment = {"JOBSYS_BACKEND": server.url, "CHAOS_LEDGER": str(tmp_path / "ledger")}
    producer = JobsysContainer(Settings(backend=server.url, worker={"enabled": False}))
    jobs = producer.job_service()
    await producer.backend().start()
    with Workers("tests.chaos.app:container", 2, environment, log) as workers:
        await told(log, "serves", 2)
        accepted = await jobs.submit_many([Moment(milliseconds=30)] * 200)
        await jobs.wait(accepted[20], SOON)
        server.kill()
        with pytest.raises(QueueUnavailable):
            await jobs.submit(Moment(milliseconds=1))
        await told(log, "trying again", 4)
        server.start()
        accepted.append(await jobs.submit(Moment(milliseconds=1), priority="critical"))
        records = [await jobs.wait(job_id, SOON) for job_id in accepted]
        assert {record.status for record in records} == {JobStatus.COMPLETED}
        assert workers.exited() == []
    await producer.backend().stop()


async def test_a_redis_with_a_full_disk_refuses_new_jobs_and_goes_on_once_there_is_room(
    server: RedisServer,
) -> None:
    async with workplaces(server.url) as places:
        one = places[0]
        one.gate.clear()
        accepted = await one.submit(20)
        await one.until(JobStatus.PROCESSING, 8)
        limit_files(server, server.appended.stat().st_size)
        with pytest.raises(QueueUnavailable, match=r"MISCONF.*disk is full or fails: make room"):
            await submit_for_ever(one, accepted)
        one.gate.set()
        limit_files(server, resource.RLIM_INFINITY)
        await one.until(JobStatus.COMPLETED, len(accepted))
        assert set(runs(places)) == set(accepted)
        counts = (await one.jobs.counts())["default"]
        assert counts.ever[JobStatus.COMPLETED] == len(accepted)
