"""How many short computations a second jobs in processes of their own make, beside a bare pool."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time
from typing import Final

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from tests.support.isolated_app import Isolated
from tests.support.workshop import until

SLOTS: Final = 2
ROUNDS: Final = 5
SECONDS: Final = 0.01


class Compute(Isolated):
    """Computes for ten milliseconds."""

    number: int = 0


def compute(job: Compute, context: JobContext) -> int:
    """Carries it out."""
    return computed(job.number)


def computed(number: int) -> int:
    """Returns a number after ten milliseconds of computing time."""
    end = process_time() + SECONDS
    while process_time() < end:
        number = number * 31 % 1_000_003
    return number


def ratio(jobs: int) -> float:
    """Returns the median, over rounds in turn, of this rate beside the other."""
    ratios = []
    with ProcessPoolExecutor(SLOTS, get_context("forkserver")) as pool, asyncio.Runner() as runner:
        list(pool.map(computed, range(SLOTS * 4)))
        for _ in range(ROUNDS):
            begun_at = perf_counter()
            for future in [pool.submit(computed, number) for number in range(jobs)]:
                future.result()
            bare = perf_counter() - begun_at
            ratios.append(bare / runner.run(_seconds(jobs)))
    return round(median(ratios), 3)


async def _seconds(jobs: int) -> float:
    made = JobsysContainer(Settings(backend="memory://", worker={"concurrency": SLOTS}))
    made.handles(Compute)(compute)
    done, ended = 0, asyncio.Event()

    @made.use
    async def counted(job: BaseJob, context: JobContext, call_next: object) -> object:
        nonlocal done
        assert callable(call_next)
        result: object = await call_next(job)
        done += 1
        if done == jobs:
            ended.set()
        return result

    async with made.lifecycle():
        service = made.job_service()
        done -= SLOTS * 2
        await service.submit_many([Compute()] * SLOTS * 2)
        await until(lambda: done == 0)
        begun_at = perf_counter()
        await service.submit_many([Compute(number=number) for number in range(jobs)])
        await ended.wait()
        return perf_counter() - begun_at
