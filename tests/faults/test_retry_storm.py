"""Many jobs that fail together do not come back together."""

import asyncio
from collections import Counter
from datetime import timedelta

from jobsys import BaseJob, JobContext, JobsysContainer, RetryPolicy, Settings

JOBS = 1000
SPREAD = timedelta(seconds=10)


class CallTheSameHost(BaseJob):
    retry = RetryPolicy(max_attempts=2, base=SPREAD)


async def test_a_thousand_jobs_that_fail_at_once_are_due_again_at_different_times() -> None:
    container = JobsysContainer(Settings(backend="memory://", worker={"concurrency": 50}))
    begun, all_begun = set[str](), asyncio.Event()

    @container.handles(CallTheSameHost)
    async def fail(job: CallTheSameHost, context: JobContext) -> None:
        begun.add(context.job_id)
        if len(begun) == JOBS:
            all_begun.set()
        raise ConnectionError("the host is down")

    async with container.lifecycle():
        ids = await container.job_service().submit_many([CallTheSameHost()] * JOBS)
        await all_begun.wait()
    standings = [found.standing for found in (await container.job_inspector().get(ids)).values()]
    dues = [standing.due_at for standing in standings if standing.due_at is not None]
    assert len(dues) > JOBS / 2  # some have failed for good by now
    each_second = Counter(due.timestamp() // 1 for due in dues)
    assert max(each_second.values()) <= 3 * len(dues) / SPREAD.total_seconds()
