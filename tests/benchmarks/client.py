"""Queues jobs by jobsys, as `peers/common.py` says; `alone` runs them in the same process as well."""

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from jobsys import BackgroundJobService
from tests.benchmarks.app import JOBS, Ballast, Noop, container
from tests.benchmarks.peers import common

LATER = timedelta(days=1)


async def main() -> None:
    """Obeys the verb."""
    verb = sys.argv[1]
    made = container(worker=verb == "alone")
    if verb == "alone":
        await made.backend().start()
        await queue(made.job_service())
        async with made.lifecycle():
            await asyncio.Event().wait()
    async with made.lifecycle():
        verbs = {"look": look, "load": load}
        await verbs.get(verb, queue)(made.job_service())


async def queue(jobs: BackgroundJobService) -> None:
    """Queues what the command line says."""

    async def put(kind: str, given: common.Payload) -> object:
        return await jobs.submit(JOBS[kind](**given))

    async def put_many(kind: str, given: Sequence[common.Payload]) -> object:
        return await jobs.submit_many([JOBS[kind](**each) for each in given])

    await common.serve(put, put_many)


async def look(jobs: BackgroundJobService) -> None:
    """Tells how long it takes to find so many jobs by their ids, one by one, and to cancel them."""
    ids = await jobs.submit_many(_jobs(Noop, int(sys.argv[2])), delay=LATER)
    begun = time.perf_counter()
    for job_id in ids:
        await jobs.get(job_id)
    found = time.perf_counter()
    for job_id in ids:
        await jobs.cancel(job_id)
    common.tell(get=found - begun, cancel=time.perf_counter() - found)


async def load(jobs: BackgroundJobService) -> None:
    """Queues ballast: jobs that wait, as many that are delayed, and queues of one job each."""
    number, queues = int(sys.argv[2]), int(sys.argv[3])
    for start in range(0, number, common.CHUNK):
        some = _jobs(Ballast, min(common.CHUNK, number - start))
        await jobs.submit_many(some)
        await jobs.submit_many(some, delay=LATER)
    for n in range(queues):
        await jobs.submit(_jobs(Ballast, 1)[0], queue=f"ballast-{n}")


def _jobs(kind: type[Noop], number: int) -> list[Noop]:
    return [kind(**common.payload(n)) for n in range(number)]


if __name__ == "__main__":
    common.use_uvloop()
    asyncio.run(main())
