"""What must be true of a backend's jobs whatever has happened to those who called it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from jobsys.domain.record import JobRecord
from jobsys.domain.status import FINAL, JobStatus
from jobsys.ports.job_inspector import QueueCounts
from jobsys.testing.backend import BackendUnderTest
from jobsys.testing.faults.ledger import Entry, Ledger
from jobsys.testing.jobs import QUEUE, found


async def violations(backend: BackendUnderTest, ledger: Ledger, *, drained: bool) -> list[str]:
    """Returns in words what is not as it must be; `drained` says that every job must have ended."""
    records, entries = await found(backend), ledger.entries()
    counts = (await backend.inspector.counts()).get(QUEUE, QueueCounts({}, {}, {}))
    by_id = await backend.inspector.get([record.id for record in records])
    return [
        *_lost(records, entries, drained=drained),
        *_tokens_that_fell(records, entries),
        *_second_outcomes(records, entries),
        *_in_two_places(records, len(by_id)),
        *_miscounted(records, counts),
        *(f"{entry.job} was begun before it was due" for entry in entries if entry.what == "early"),
    ]


def _lost(
    records: Sequence[JobRecord], entries: Sequence[Entry], *, drained: bool
) -> Iterator[str]:
    """What was accepted has ended, or is still there."""
    there = {record.id for record in records}
    for entry in entries:
        if entry.what == "accepted" and entry.job not in there:
            yield f"{entry.job} was accepted and is lost"
    for record in records:
        if drained and not record.status.is_final:
            yield f"{record.id} is stuck as {record.status}"


def _tokens_that_fell(records: Sequence[JobRecord], entries: Sequence[Entry]) -> Iterator[str]:
    """A job's token only grows, and only the holder of the newest ends the job."""
    last: dict[str, int] = {}
    for entry in entries:
        newest = last.get(entry.job, 0)
        if entry.token < newest and entry.what in FINAL and entry.token:
            yield f"{entry.job} was ended under the token {entry.token} after {newest}"
        elif entry.token and entry.token <= newest and entry.what not in FINAL:
            yield f"{entry.job} was given the token {entry.token} after {newest}"
        last[entry.job] = max(newest, entry.token)
    for record in records:
        if record.standing.token < last.get(record.id, 0):
            yield f"{record.id} has the token {record.standing.token}, and had {last[record.id]}"


def _second_outcomes(records: Sequence[JobRecord], entries: Sequence[Entry]) -> Iterator[str]:
    """A job ends once, and as its caller was told."""
    status: dict[str, JobStatus] = {record.id: record.status for record in records}
    ends = [entry for entry in entries if entry.what in FINAL]
    for job, number in Counter(entry.job for entry in ends).items():
        if number > 1:
            yield f"{job} has ended {number} times"
    for entry in ends:
        if entry.job in status and status[entry.job] != entry.what:
            yield f"{entry.job} ended as {entry.what} and is {status[entry.job]}"


def _in_two_places(records: Sequence[JobRecord], different: int) -> Iterator[str]:
    """A job is in one place."""
    for job, number in Counter(record.id for record in records).items():
        if number > 1:
            yield f"{job} is in {number} places"
    if different != len({record.id for record in records}):
        yield "a job is in a place and has no record"


def _miscounted(records: Sequence[JobRecord], counts: QueueCounts) -> Iterator[str]:
    """What is counted is what is there; nothing that has ended leaves its end in the story."""
    there = Counter(record.status for record in records)
    for status in JobStatus:
        now, ever = counts.now.get(status, 0), counts.ever.get(status, 0)
        if now != there[status]:
            yield f"{now} jobs are counted as {status}, and {there[status]} are"
        if status.is_final and ever != there[status]:
            yield f"{ever} jobs are counted as ever {status}, and {there[status]} are"
