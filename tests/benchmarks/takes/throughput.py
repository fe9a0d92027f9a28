"""How many queued jobs run in a second, and what each costs."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Final

from tests.benchmarks import run_log
from tests.benchmarks.contenders import Contender
from tests.benchmarks.processes import Process, busy, cpu
from tests.benchmarks.reading import Reading
from tests.benchmarks.stage import Stage

SURPLUS_WITHIN: Final = 0.1
"""Seconds in which a job that runs once too often can still be seen."""


@dataclass(frozen=True)
class Spent:
    """What had been spent at one moment."""

    jobs: int
    worker: float
    server: float
    machine: float
    at: float


def throughput(stage: Stage, contender: Contender, jobs: int) -> Reading:
    """Queues jobs first; the clock runs from the first record to the last."""
    stage.reset(contender)
    if stage.place_of(contender).shared:
        stage.client(contender, "put", contender.kind, jobs, "bulk")
    with stage.workers(contender, contender.kind, jobs, "bulk") as workers:
        stage.until_ran(1, workers)
        before = spent(stage, contender, workers)
        stage.until_ran(jobs, workers)
        after = spent(stage, contender, workers)
        sleep(SURPLUS_WITHIN)
    runs = stage.log.read()
    figures = {"rate": run_log.rate(runs), **costs(before, after)}
    return Reading(figures, run_log.fault(runs, jobs, contender.workers))


def spent(stage: Stage, contender: Contender, workers: Sequence[Process]) -> Spent:
    """Returns what the workers and the server have spent so far."""
    return Spent(
        len(stage.log),
        cpu(worker.pid for worker in workers),
        cpu(stage.place_of(contender).pids),
        busy(),
        monotonic(),
    )


def costs(before: Spent, after: Spent) -> dict[str, float]:
    """Returns microseconds of CPU per job, and the share of the machine that others took."""
    jobs = max(1, after.jobs - before.jobs)
    worker, server = after.worker - before.worker, after.server - before.server
    figures = {"worker_us": worker / jobs * 1e6, "server_us": server / jobs * 1e6}
    known = {name: figure for name, figure in figures.items() if figure > 0}
    machine = (after.at - before.at) * (os.cpu_count() or 1)
    if machine <= 0 or after.machine <= 0:
        return known
    others = (after.machine - before.machine - worker - server) / machine
    return {**known, "others": max(0.0, others)}
