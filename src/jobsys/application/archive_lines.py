"""How an ended job is written into an archive, and found there again."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import cast

from pydantic_core import from_json, to_json

from jobsys.application.views import job_view
from jobsys.domain.names import normalised
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value

Archived = Mapping[str, object]


@value
class ArchiveQuery:
    """Which archived jobs are looked for; what is None is not asked."""

    job_id: str | None = None
    status: JobStatus | None = None
    queue: str | None = None
    job_type: str | None = None

    def takes(self, job: Archived) -> bool:
        """Says whether a job is looked for."""
        job_type = None if self.job_type is None else normalised(self.job_type)
        asked = {
            "job_id": self.job_id,
            "status": self.status,
            "queue": self.queue,
            "job_type": job_type,
        }
        return all(wanted is None or job.get(name) == wanted for name, wanted in asked.items())


def line_of(record: JobRecord, *, raw: bool) -> bytes:
    """Returns a job as a line: all that is shown of it, its secrets too where it is `raw`."""
    shown = job_view(record)
    if raw:
        shown |= {
            "message": record.standing.message,
            "payload": _plain(record.payload),
            "result": _plain(record.result_json),
            "errors": [error.model_dump(mode="json") for error in record.errors],
        }
    return to_json({**shown, "version": record.header.version})


def found_in(lines: Iterable[bytes], query: ArchiveQuery) -> Iterator[Archived]:
    """Yields the jobs that are looked for; one that was archived twice comes once.

    A job that was replayed, or whose id was used again, is there with each of its ends.
    """
    seen = set[bytes]()
    for line in lines:
        job = _read(line)
        if job is None or not query.takes(job):
            continue
        told = f"{job.get('job_id')} {job.get('created_at')} {job.get('ended_at')}"
        digest = blake2b(told.encode(), digest_size=12).digest()
        if digest not in seen:
            seen.add(digest)
            yield job


def _read(line: bytes) -> Archived | None:
    try:
        job: object = from_json(line)
    except ValueError:
        return None
    return cast("Archived", job) if isinstance(job, dict) else None


def _plain(raw: bytes | None) -> object:
    if raw is None:
        return None
    try:
        return from_json(raw)
    except ValueError:
        return raw.decode(errors="backslashreplace")
