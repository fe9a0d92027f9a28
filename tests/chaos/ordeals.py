"""Jobs that are an ordeal for their worker, on one backend after the other: `./dev chaos ordeals`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Final

from jobsys import JobStatus
from tests.support.crew import SOON, Crew
from tests.support.crew_app import Block, Die, Rest
from tests.support.workshop import until

LEASE: Final = 2.0
LASTS: Final = 5 * LEASE
GOOD: Final = 50
GOOD_WITHIN: Final = 15.0
TOLD_WITHIN: Final = 1.5
STARTS: Final = 3
BLOCKED: Final = "the event loop has been blocked"


@dataclass(frozen=True)
class Figures:
    """What an ordeal showed.

    `again` is how often good jobs began once more, which is right only where their process was
    killed, and `spent` their attempts; `starts` are those of the job that kills. `seconds` went by from the first begin to the end of the last
    good job, and `told` from the begin of the job that blocks to the warning.
    """

    ordeal: str
    backend: str
    jobs: int
    done: int
    again: int
    spent: int
    starts: int
    seconds: float
    told: float

    @property
    def promised(self) -> bool:
        """True when every good job was done once, in time, and the other was dealt with."""
        if self.done != self.jobs or self.spent:
            return False
        if self.ordeal == "poison":
            return self.starts == STARTS and self.seconds <= GOOD_WITHIN
        return not self.again and self.told <= TOLD_WITHIN


async def undergo(ordeal: str, url: str, folder: Path) -> Figures:
    """Has two worker processes run the jobs of an ordeal."""
    crew = Crew(url, folder)
    try:
        return await ORDEALS[ordeal](crew)
    finally:
        await crew.close()


async def long_jobs(crew: Crew) -> Figures:
    """Runs a job of five leases, and one that blocks the event loop for as long."""
    for _ in range(2):
        crew.begin(lease_for=f"{LEASE}s")
    good = [await crew.jobs.submit(job(seconds=LASTS)) for job in (Rest, Block)]
    begun = await crew.begun(good[1])
    await until(lambda: BLOCKED in crew.said(), SOON)
    return await _figures("long jobs", crew, good, told=time() - begun.at)


async def poison(crew: Crew) -> Figures:
    """Runs a job that kills its process, among good ones."""
    bad = await crew.jobs.submit(Die())
    good = await crew.jobs.submit_many([Rest(seconds=0.05)] * GOOD)
    crew.begin("--processes", "2", concurrency="4", lease_for=f"{LEASE}s")
    figures = await _figures("poison", crew, good, bad=bad)
    crew.processes[0].terminate()
    crew.processes[0].wait()
    return figures


async def _figures(
    ordeal: str, crew: Crew, good: Sequence[str], bad: str | None = None, told: float = 0
) -> Figures:
    """Waits for every job, and counts."""
    records = [await crew.outcome(job) for job in good]
    if bad is not None:
        assert (await crew.outcome(bad)).status is JobStatus.FAILED
    runs = crew.runs()
    last = max(record.ended_at.timestamp() for record in records if record.ended_at)
    return Figures(
        ordeal=ordeal,
        backend=crew.backend.partition(":")[0],
        jobs=len(good),
        done=sum(record.status is JobStatus.COMPLETED for record in records),
        again=sum(runs[job] - 1 for job in good),
        spent=sum(record.attempts for record in records),
        starts=runs[bad] if bad else 0,
        seconds=round(last - crew.noted("begin")[0].at, 3),
        told=round(told, 3),
    )


ORDEALS: Final[Mapping[str, Callable[[Crew], Awaitable[Figures]]]] = {
    "long jobs": long_jobs,
    "poison": poison,
}
