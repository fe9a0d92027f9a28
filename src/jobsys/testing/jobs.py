"""Jobs and looks at jobs, in few words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.payload import JobPayload
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import JobRecord
from jobsys.domain.retention import Retention
from jobsys.domain.value import value
from jobsys.ports.job_inspector import JobQuery, QueueCounts
from jobsys.ports.submission import Submission
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.virtual_clock import START

QUEUE: Final = "emails"
LEASE_FOR: Final = timedelta(seconds=10)
SECOND: Final = timedelta(seconds=1)
HOUR: Final = timedelta(hours=1)
EVERYTHING: Final = JobQuery()
CRASH: Final = AttemptError(attempt=1, at=START, code="SRV_6001", type="Crash", message="died")


def id_of(key: str, queue: str = QUEUE) -> JobId:
    """Returns the id of a job in the queue that most tests use."""
    return JobId.of(queue, key)


def job(
    key: str,
    *,
    queue: str = QUEUE,
    job_type: str = "greet",
    priority: JobPriority = JobPriority.NORMAL,
    due: timedelta | datetime | None = None,
) -> Submission:
    """Returns a submission whose payload names its key."""
    header = Header(type=job_type)
    payload = JobPayload(b'{"name":"%b"}' % key.encode())
    return Submission(id_of(key, queue), header, payload, priority, due)


def blocked(key: str) -> Submission:
    """Returns a submission that waits for its parents."""
    plain = job(key)
    return Submission(plain.job_id, plain.header, plain.payload, blocked=True)


def kept(submission: Submission, retention: Retention) -> Submission:
    """Returns the submission with a retention of its own."""
    told = {**dict(submission.header), "retention": retention}
    return replace(submission, header=Header.model_validate(told))


def jobs(*keys: str) -> list[Submission]:
    """Returns submissions with nothing special about them."""
    return [job(key) for key in keys]


def keys_of(records: Sequence[JobRecord]) -> list[str]:
    """Returns the keys of records, in their order."""
    return [record.id.key for record in records]


async def look(backend: BackendUnderTest, key: str, queue: str = QUEUE) -> JobRecord:
    """Returns the record of a job that exists."""
    job_id = id_of(key, queue)
    return (await backend.inspector.get([job_id]))[job_id]


async def found(backend: BackendUnderTest, query: JobQuery = EVERYTHING) -> list[JobRecord]:
    """Returns every record that a query matches, in the order of `find`."""
    return list((await backend.inspector.find(query, 1000)).records)


@value
class Snapshot:
    """All that an inspector tells of a backend."""

    records: list[JobRecord]
    counts: Mapping[str, QueueCounts]


async def snapshot(backend: BackendUnderTest) -> Snapshot:
    """Returns what must be equal before and after a call that changes nothing."""
    return Snapshot(await found(backend), await backend.inspector.counts())
