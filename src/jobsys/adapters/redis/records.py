"""Records and leases from what the scripts answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, repeat
from typing import Final

from jobsys.adapters.redis.standing import fresh, parsed, salvaged
from jobsys.domain.instants import from_ms, stored_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.priority import JobPriority
from jobsys.domain.record import CORRUPT, PAYLOAD_MISSING, JobRecord, Standing, restored
from jobsys.domain.status import JobStatus

Wait = int | bytes | None

_UNKNOWN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOST: Final = Standing(JobStatus.QUEUED, JobPriority.NORMAL, _UNKNOWN)


def record_of(job_id: JobId, stored: bytes | None, state: bytes | None) -> JobRecord:
    """Returns the record of a job as it lies in Redis, whatever shape it is in.

    What was submitted is stored as "<created> <level>", a line break, and the envelope.
    """
    standing = None if state is None else _standing(state)
    if state is not None and standing is None:
        standing = salvaged(state) or _LOST
        return replace(restored(job_id, stored, standing.changed_at, standing), damage=CORRUPT)
    if stored is None:
        return restored(job_id, None, (standing or _LOST).changed_at, standing or _LOST)
    line, _, envelope = stored.partition(b"\n")
    try:
        created_at, level = _arrival(line)
        standing = standing or fresh(level, created_at)
    except (ValueError, KeyError, OverflowError):
        standing = standing or _LOST
        return restored(job_id, stored, standing.changed_at, standing)
    return restored(job_id, envelope, created_at, standing)


def stored_as(record: JobRecord, stored: bytes | None, envelope: bytes) -> bytes:
    """Returns what is stored of a job that is given another envelope.

    When it came, and at which level, stays; where that is lost, what its state says takes its place.
    """
    line = (stored or b"").partition(b"\n")[0]
    try:
        _arrival(line)
    except (ValueError, OverflowError):
        line = f"{stored_ms(record.created_at)} {record.priority.label}".encode()
    return b"%b\n%b" % (line, envelope)


def leases_of(
    queue: str,
    triples: Sequence[bytes | None],
    ends_at: datetime,
    waits: Sequence[Wait] = (),
) -> Iterator[Lease]:
    """Yields the leases of an answer, which is id, stored and state for each of them in turn.

    `waits` are the milliseconds for which each was ready: none for one that was so ever since it
    was submitted, and empty where nobody knows.
    """
    parts = iter(triples)
    rows = zip(parts, parts, parts, strict=True)
    for (key, stored, state), wait in zip(rows, chain(waits, repeat(b"")), strict=False):
        if key is not None:
            record = record_of(JobId.of(queue, key.decode()), stored, state)
            yield Lease(record, ends_at, _waited(record, wait))


def _waited(record: JobRecord, wait: Wait) -> float | None:
    if wait is None and record.damage is not PAYLOAD_MISSING:
        return (record.standing.changed_at - record.created_at).total_seconds()
    return wait / 1000 if isinstance(wait, int) else None


@lru_cache(maxsize=1024)
def _arrival(line: bytes) -> tuple[datetime, str]:
    created, level = line.split(b" ")
    return from_ms(int(created)), level.decode()


@lru_cache(maxsize=1024)  # jobs that a turn claims for the first time have one state
def _standing(state: bytes) -> Standing | None:
    try:
        return parsed(state)
    except (ValueError, OverflowError):
        return None
