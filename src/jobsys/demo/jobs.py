"""The demo's job types, and what carries them out, each run in the ledger."""

import asyncio
from datetime import timedelta
from typing import ClassVar, Final

from jobsys import (
    BaseJob,
    FileProcessingJob,
    JobContext,
    JobHandler,
    JobsysContainer,
    Retention,
    RetryPolicy,
)
from jobsys.demo.ledger import Ledger
from jobsys.demo.until import until
from jobsys.demo.work_folder import WorkFolder

SOON: Final = RetryPolicy(max_attempts=3, base=timedelta(seconds=0.3), jitter="none")
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


class DemoFailure(Exception):
    """A failure on purpose."""


class LedgeredFiles(JobHandler[FileProcessingJob]):
    """Carries out file jobs as `inner` does, and writes each run down."""

    def __init__(self, inner: JobHandler[FileProcessingJob], ledger: Ledger) -> None:
        self._inner = inner
        self._ledger = ledger

    async def execute(self, job: FileProcessingJob, context: JobContext) -> object:
        """Returns what the inner handler makes of the job."""
        with self._ledger.run_of(context):
            result = self._inner.execute(job, context)
            return await result if asyncio.iscoroutine(result) else result


class DemoHandlers:
    """Carries out every kind of scenario job."""

    def __init__(self, ledger: Ledger, work: WorkFolder) -> None:
        self._ledger = ledger
        self._work = work

    def register(self, container: JobsysContainer) -> None:
        """Makes the container run scenario jobs."""
        container.handles(ShortJob)(self.short)
        container.handles(FlakyJob)(self.flaky)
        container.handles(BrokenJob)(self.broken)
        container.handles(EndlessJob)(self.endless)
        container.handles(PatientJob)(self.patient)

    async def short(self, job: ShortJob, context: JobContext) -> None:
        """Takes long enough for a queue to form."""
        with self._ledger.run_of(context):
            await asyncio.sleep(0.05)

    async def flaky(self, job: FlakyJob, context: JobContext) -> None:
        """Fails at the first attempts."""
        with self._ledger.run_of(context):
            if context.attempt <= job.failures:
                raise DemoFailure(f"attempt {context.attempt} fails on purpose")

    async def broken(self, job: BrokenJob, context: JobContext) -> None:
        """Fails while its cause is there."""
        with self._ledger.run_of(context):
            if not self._work.mended.exists():
                raise DemoFailure("fails on purpose until the cause is mended")

    async def endless(self, job: EndlessJob, context: JobContext) -> None:
        """Never ends in the process that has it first."""
        with self._ledger.run_of(context):
            await until(lambda: context.fencing_token > 1)

    async def patient(self, job: PatientJob, context: JobContext) -> None:
        """Ends when the demo says so."""
        with self._ledger.run_of(context):
            await until(self._work.told_to_end.exists)
