"""Several worker processes under one: one page of all, also when one of them is killed."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from time import time

import pytest

from jobsys import JobsysContainer, Settings
from jobsys.ports.metric_families import ACTIVE_WORKERS, PROCESSED, WORKER_SLOTS
from jobsys.testing.faults.ledger import Ledger
from tests.support.processes import free_port
from tests.support.scrape import seen_at
from tests.support.scraped_app import Quick
from tests.support.scraped_workers import begin
from tests.support.workshop import until

SOON = timedelta(seconds=60)
UNWRITTEN = 2.0
"""A process shares its numbers each second; this is for a busy machine."""


@pytest.fixture
def port(tmp_path: Path, clean_redis_url: str) -> Iterator[int]:
    """Where two processes, four jobs at once in each, are scraped as one."""
    port = free_port()
    process = begin(tmp_path, clean_redis_url, port, "--processes=2")
    try:
        yield port
    finally:
        process.terminate()
        process.wait(60)


def completed(port: int) -> int:
    """How many completed jobs the page tells of."""
    return int(seen_at(port).number(PROCESSED, "quick", "completed"))


async def test_totals_stay_when_a_process_is_killed_and_gauges_are_of_those_that_live(
    port: int, tmp_path: Path, clean_redis_url: str
) -> None:
    submits = JobsysContainer(Settings(backend=clean_redis_url, worker={"enabled": False}))
    ledger, seen = Ledger(tmp_path / "ledger"), list[int]()

    def processes() -> set[int]:
        seen.append(completed(port))
        return {entry.pid for entry in ledger.entries()}

    async with submits.lifecycle():
        jobs = submits.job_service()
        ids = await jobs.submit_many([Quick()] * 200)
        await until(lambda: len(processes()) == 2 and seen[-1] > 20, SOON)
        await until(lambda: seen_at(port).number(WORKER_SLOTS) == 8, SOON)
        victim, killed_at = min(processes()), time()
        os.kill(victim, signal.SIGKILL)
        while len(processes()) < 3:
            ids += await jobs.submit_many([Quick()] * 20)
            await jobs.wait(ids[-1], SOON)
        for job_id in ids:
            await jobs.wait(job_id, SOON)
    unseen = [e for e in ledger.entries() if e.pid == victim and e.at > killed_at - UNWRITTEN]
    await until(lambda: completed(port) >= len(ids) - len(unseen), SOON)
    await until(lambda: seen_at(port).number(WORKER_SLOTS) == 8, SOON)
    await until(lambda: seen_at(port).number(ACTIVE_WORKERS) == 0, SOON)
    seen.append(completed(port))
    print(f"{len(ids)} jobs, {seen[-1]} counted, {len(unseen)} might have been missed")
    assert seen[-1] <= len(ids)
    assert all(before <= after for before, after in pairwise(seen))
    ledger.close()
