"""Jobs that do not end by themselves, or end their process: `./dev chaos endings`."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from jobsys import BackgroundJobService, JobStatus
from tests.chaos import cancels, throughput
from tests.support.isolated_app import TIMEOUT, Capped, Here, Isolated, Patient
from tests.support.isolated_runs import SOON, ran, running
from tests.support.process_tree import descendants

ENDS_WITHIN: Final = 1.0
WAITS_FOR: Final = 1.0
RATE: Final = 0.9
ENDED: Final[Mapping[str, tuple[Isolated, str]]] = {
    "while True: pass": (Isolated(does="spin"), "JOB_TIMEOUT"),
    "time.sleep(1e6)": (Isolated(does="sleep"), "JOB_TIMEOUT"),
    "C holds the GIL": (Isolated(does="hold the interpreter"), "JOB_TIMEOUT"),
    "ignores SIGTERM": (Isolated(does="ignore SIGTERM"), "JOB_TIMEOUT"),
    "2 GB of 200 MB": (Capped(does="take 2 GB"), "OUT_OF_MEMORY"),
    "os._exit(3)": (Patient(does="exit"), "CHILD_DIED"),
    "segfault": (Patient(does="segfault"), "CHILD_DIED"),
}


@dataclass(frozen=True)
class Figures:
    """What one kind of ending showed.

    `right` are the jobs with the right end for the right reason; `late` is how many seconds after
    its limit, or its begin or its cancel, the slowest was over; `wait_p99` is how long other jobs
    took meanwhile, and `left` are the processes that were left. `ratio` is the rate beside that of
    `ProcessPoolExecutor`.
    """

    ending: str
    jobs: int
    right: int
    late: float = 0.0
    wait_p99: float = 0.0
    left: int = 0
    ratio: float = 1.0

    @property
    def promised(self) -> bool:
        """True when all ended as they should, in time, and nobody else was held up."""
        in_time = self.late <= ENDS_WITHIN and self.wait_p99 <= WAITS_FOR
        return self.right == self.jobs and in_time and not self.left and self.ratio >= RATE


def end_all(number: int) -> Iterator[Figures]:
    """Ends a job of every kind, and cancels so many of each; then measures the rate of short ones."""
    for ending in ENDED:
        sys.stderr.write(f"{ending} …\n")
        yield asyncio.run(_ended(ending))
    for kind in cancels.KINDS:
        sys.stderr.write(f"cancelled {kind} …\n")
        right, late, left = asyncio.run(cancels.cancelled(kind, number))
        yield Figures(f"cancelled {kind}", number, right, round(late, 3), left=left)
    sys.stderr.write("10 ms of computing …\n")
    yield Figures("10 ms of work", throughput.JOBS, throughput.JOBS, ratio=throughput.ratio())


async def _ended(ending: str) -> Figures:
    job, code = ENDED[ending]
    limit = TIMEOUT.total_seconds() if code == "JOB_TIMEOUT" else 0.0
    before = descendants(os.getpid())
    async with running(concurrency=3) as service:
        await ran(service, type(job)())  # a child is warm from here on
        over = asyncio.Event()
        others = asyncio.create_task(_others(service, over))
        begun_at = monotonic()
        job_id = await service.submit(job)
        while (record := await service.get(job_id)).status is not JobStatus.FAILED:  # noqa: ASYNC110 (others change it)
            await asyncio.sleep(0.01)
        late = monotonic() - begun_at - limit
        over.set()
        waits = sorted(await others)
    left = len(descendants(os.getpid()) - before)
    p99 = waits[max(int(len(waits) * 0.99) - 1, 0)]
    right = int(record.errors[0].code == code)
    return Figures(ending, 1, right, round(late, 3), round(p99, 3), left)


async def _others(service: BackgroundJobService, over: asyncio.Event) -> Sequence[float]:
    """Runs jobs beside the one, and returns for how long each of them took."""
    waits: list[float] = []
    while not over.is_set() or len(waits) < 10:
        begun_at = monotonic()
        await service.wait(await service.submit(Here()), SOON)
        waits.append(monotonic() - begun_at)
        await asyncio.sleep(0.01)
    return waits
