"""A context as a worker would hand it out."""

from datetime import UTC, datetime, timedelta

from jobsys import JobContext, JobId, JobPriority, JobRecord, JobStatus
from jobsys.adapters.memory.job_metrics import MemoryJobMetrics
from jobsys.application.context import AttemptContext
from jobsys.domain.envelope import Header
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.domain.record import Standing


def made_context(job_id: str, *, attempt: int = 1, token: int = 1) -> JobContext:
    now = datetime.now(UTC)
    standing = Standing(
        JobStatus.PROCESSING, JobPriority.NORMAL, now, token=token, attempts=attempt - 1
    )
    record = JobRecord(JobId(job_id), Header(type="demo_short"), JobPayload(b"{}"), now, standing)
    metrics = MemoryJobMetrics().custom
    return AttemptContext(Lease(record, now + timedelta(seconds=10)), now, metrics)
