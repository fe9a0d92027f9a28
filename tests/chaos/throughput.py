"""How many short computations a second jobs in processes of their own make, beside a bare pool.

The pool has a process a core, and keeps a call ready for the next that is free. A worker claims no
job that it cannot start: its slot more than there are cores keeps them busy while it settles.
"""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from time import perf_counter, process_time
from typing import Final

from jobsys import BaseJob, JobContext, JobsysContainer, Settings
from tests.support.isolated_app import Isolated
from tests.support.workshop import until

CORES: Final = 2
SLOTS: Final = CORES + 1
JOBS: Final = 300
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


def ratio() -> float:
    """Returns the median, over rounds in turn, of this rate beside the other."""
    ratios = []
    with ProcessPoolExecutor(CORES, get_context("forkserver")) as pool, asyncio.Runner() as runner:
        list(pool.map(computed, range(CORES * 4)))
        for _ in range(ROUNDS):
            begun_at = perf_counter()
            for future in [pool.submit(computed, number) for number in range(JOBS)]:
                future.result()
            bare = perf_counter() - begun_at
            ratios.append(bare / runner.run(_seconds()))
    return round(median(ratios), 3)


async def _seconds() -> float:
    made = JobsysContainer(Settings(backend="memory://", worker={"concurrency": SLOTS}))
    made.handles(Compute)(compute)
    done, ended = 0, asyncio.Event()

    @made.use
    async def counted(job: BaseJob, context: JobContext, call_next: object) -> object:
        nonlocal done
        assert callable(call_next)
        result: object = await call_next(job)
        done += 1
        if done == JOBS:
            ended.set()
        return result

    async with made.lifecycle():
        service = made.job_service()
        done -= SLOTS * 2
        await service.submit_many([Compute()] * SLOTS * 2)
        await until(lambda: done == 0)
        begun_at = perf_counter()
        await service.submit_many([Compute(number=number) for number in range(JOBS)])
        await ended.wait()
        return perf_counter() - begun_at
