"""Work for the processor: a plain `def` runs in a thread, so the event loop stays free.

python -m examples.calculation
"""

import asyncio
from math import isqrt

from jobsys import BaseJob, JobContext, JobsysContainer

container = JobsysContainer()


class CountPrimes(BaseJob):
    below: int


@container.handles(CountPrimes)
def count_primes(job: CountPrimes, context: JobContext) -> int:
    found = 0
    for number in range(2, job.below):
        if context.cancelled:  # a thread cannot be interrupted: it has to look
            raise InterruptedError(f"cancelled at {number}")
        found += all(number % divisor for divisor in range(2, isqrt(number) + 1))
    return found


async def main() -> None:
    async with container.lifecycle():
        jobs = container.job_service()
        wanted = [CountPrimes(below=below) for below in (100, 1_000, 10_000)]
        for job, job_id in zip(wanted, await jobs.submit_many(wanted), strict=True):
            record = await jobs.wait(job_id, timeout="30s")
            print(f"{record.result} primes below {job.below}")


if __name__ == "__main__":
    asyncio.run(main())
