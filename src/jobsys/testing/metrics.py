"""What an adapter of `JobMetrics` shows of itself so that its conformance suite can test it."""

from abc import abstractmethod
from typing import Protocol

from jobsys.domain.envelope import Header
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord, Standing
from jobsys.domain.status import JobStatus
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import MetricsSnapshot
from jobsys.testing.jobs import LEASE_FOR, QUEUE, id_of
from jobsys.testing.virtual_clock import START


class MetricsUnderTest(Protocol):
    """Metrics that have counted nothing yet."""

    @property
    @abstractmethod
    def metrics(self) -> JobMetrics:
        """What counts."""

    @abstractmethod
    def seen(self) -> MetricsSnapshot:
        """Returns what is seen from outside by now: of a snapshot, or of what a scrape says."""


def leased(
    job_type: str = "greet",
    *,
    queue: str = QUEUE,
    priority: JobPriority = JobPriority.NORMAL,
    waited: float | None = None,
) -> Lease:
    """Returns a lease of a job that was submitted, and claimed, at `START`."""
    standing = Standing(JobStatus.PROCESSING, priority, START, token=1, lane="lane")
    header = Header.model_construct(
        type=job_type
    )  # types that nobody may register are counted, too
    record = JobRecord(id_of("a", queue), header, JobPayload(b"{}"), START, standing)
    return Lease(record, START + LEASE_FOR, waited)
