"""The demo's job types, what carries them out, and what writes each run down."""

import asyncio
from datetime import timedelta
from typing import ClassVar, Final

from jobsys import (
    BaseJob,
    CallNext,
    JobContext,
    JobsysContainer,
    Middleware,
    Retention,
    RetryPolicy,
)
from jobsys.demo.ledger import Ledger
from jobsys.demo.until import until
from jobsys.demo.work_folder import WorkFolder

SOON: Final = RetryPolicy(max_attempts=3, base=timedelta(seconds=0.3), jitter="none")
TIME_LIMIT: Final = timedelta(seconds=0.5)
KEPT: Final = Retention(done=None)
"""Nothing may be removed before it has been looked at."""


class ScenarioJob(BaseJob):
    """A job that only shows how it is treated."""

    queue: ClassVar[str] = "scenarios"
    retry: ClassVar[RetryPolicy] = SOON
    retention: ClassVar[Retention] = KEPT


class ShortJob(ScenarioJob):
    """Succeeds after a moment."""

    job_type: ClassVar[str] = "demo_short"


class FlakyJob(ScenarioJob):
    """Fails as often as it says, then succeeds."""

    job_type: ClassVar[str] = "demo_flaky"
    failures: int


class BrokenJob(ScenarioJob):
    """Fails until somebody has mended the cause."""

    job_type: ClassVar[str] = "demo_broken"


class EndlessJob(ScenarioJob):
    """Runs until its process ends; whoever has it next succeeds at once."""

    job_type: ClassVar[str] = "demo_endless"


class PatientJob(ScenarioJob):
    """Runs until it is told to end, then succeeds."""

    job_type: ClassVar[str] = "demo_patient"


class SlowJob(ScenarioJob):
    """Takes longer than it may at its first attempt."""

    job_type: ClassVar[str] = "demo_slow"
    timeout: ClassVar[timedelta] = TIME_LIMIT


class DemoFailure(Exception):
    """A failure on purpose."""


class Ledgered(Middleware):
    """Writes each run of every handler down."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, job: BaseJob, context: JobContext, call_next: CallNext, /) -> object:
        """Returns what the handler makes of the job."""
        with self._ledger.run_of(context):
            return await call_next(job)


class DemoHandlers:
    """Carries out every kind of scenario job."""

    def __init__(self, work: WorkFolder) -> None:
        self._work = work

    def register(self, container: JobsysContainer) -> None:
        """Makes the container run scenario jobs."""
        container.handles(ShortJob)(self.short)
        container.handles(FlakyJob)(self.flaky)
        container.handles(BrokenJob)(self.broken)
        container.handles(EndlessJob)(self.endless)
        container.handles(PatientJob)(self.patient)
        container.handles(SlowJob)(self.slow)

    async def short(self, job: ShortJob, context: JobContext) -> None:
        """Takes long enough for a queue to form."""
        await asyncio.sleep(0.05)

    async def flaky(self, job: FlakyJob, context: JobContext) -> None:
        """Fails at the first attempts."""
        if context.attempt <= job.failures:
            raise DemoFailure(f"attempt {context.attempt} fails on purpose")

    async def broken(self, job: BrokenJob, context: JobContext) -> None:
        """Fails while its cause is there."""
        if not self._work.mended.exists():
            raise DemoFailure("fails on purpose until the cause is mended")

    async def endless(self, job: EndlessJob, context: JobContext) -> None:
        """Never ends in the process that has it first."""
        await until(lambda: context.fencing_token > 1)

    async def patient(self, job: PatientJob, context: JobContext) -> None:
        """Ends when the demo says so."""
        await until(self._work.told_to_end.exists)

    async def slow(self, job: SlowJob, context: JobContext) -> None:
        """Does not end by itself at the first attempt."""
        await until(lambda: context.attempt > 1)
