"""Dead letters to order, on a bench."""

from typing import Unpack

from jobsys.application.arguments import Options
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.base_job import BaseJob
from jobsys.domain.job_id import JobId
from jobsys.domain.status import Reason
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet

GREET = Greet()


async def bury(
    bench: Bench,
    job: BaseJob = GREET,
    error: str = "ValueError: no luck",
    reason: Reason = Reason.EXHAUSTED,
    **options: Unpack[Options],
) -> JobId:
    """Makes a dead letter with this last error, `type: message`."""
    kind, _, message = error.partition(": ")
    told = AttemptError(attempt=1, at=START, code=f"CODE_{kind}", type=kind, message=message)
    lease = await bench.leased(job, **options)
    return (await bench.settled(lease.failed(told, None, reason))).id


async def bury_many(bench: Bench, number: int, error: str = "ValueError: no luck") -> list[JobId]:
    """Makes so many dead letters, each a millisecond after the one before."""
    buried = list[JobId]()
    for _ in range(number):
        buried.append(await bury(bench, error=error))
    return buried
