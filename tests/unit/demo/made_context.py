"""A context as a worker would hand it out, and a record as it would leave it."""

from datetime import UTC, datetime, timedelta

from pydantic_core import to_json

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


def made_record(job_id: str, result: object) -> JobRecord:
    now = datetime.now(UTC)
    standing = Standing(JobStatus.COMPLETED, JobPriority.NORMAL, now)
    header = Header(type="demo_short")
    return JobRecord(JobId(job_id), header, JobPayload(b"{}"), now, standing, to_json(result))
