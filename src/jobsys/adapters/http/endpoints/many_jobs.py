"""Many jobs at once: looked for, retried, cancelled."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Annotated

from fastapi import Query
from pydantic import Field

from jobsys.adapters.http.audit import Change, tell
from jobsys.adapters.http.desk import Ask, Asking
from jobsys.adapters.http.endpoints.fields import ID, NAME, Body, Instant, Name
from jobsys.adapters.http.refusals import Forbidden
from jobsys.adapters.http.shown import shown_job
from jobsys.domain.errors import JobError
from jobsys.domain.job_filter import JobFilter
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.ports.job_inspector import Page


class Ids(Body):
    """The jobs that are meant, 100 at most."""

    job_ids: Annotated[list[str], Field(min_length=1, max_length=100)]


class Wanted(Body):
    """Which jobs are meant, as parameters of a URL; `id` is the id of a job, or its key alone."""

    id: Annotated[str, Field(pattern=f"{NAME}|{ID}")] | None = None
    status: Annotated[JobStatus, Field(strict=False)] | None = None
    queue: Name | None = None
    type: Name | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    created_from: Instant | None = None
    created_until: Instant | None = None
    limit: int = Field(default=50, ge=1, le=100, strict=False)
    after: (
        Annotated[str, Field(max_length=1000, description="The `next` of the page before.")] | None
    ) = None


async def jobs(ask: Asking, asked: Annotated[Wanted, Query()]) -> dict[str, object]:
    """Lists jobs; `text` is looked for in ids, types, errors, and in payloads by who may see them.

    A page looks at 2,000 jobs at most: it may have few, or none, and a `next` page all the same.
    """
    wanted = _filter(ask, asked)
    if asked.id is None:
        page = await ask.jobs.search(wanted, limit=asked.limit, after=asked.after)
    else:
        named = filter(wanted.takes, await ask.jobs.named(asked.id))
        page = Page(list(islice(named, asked.limit)), None)
    return {
        "jobs": [shown_job(ask, record, listed=True) for record in page.records],
        "next": page.next,
    }


async def retry_many(ask: Asking, body: Ids) -> dict[str, object]:
    """Gives failed and cancelled jobs another life, and says what became of each."""
    reached, outcomes = await _reached(ask, body.job_ids)
    with _telling(ask, "retry", reached, outcomes):
        made = await ask.jobs.dead_letters.replay_many(reached)
        outcomes.update({job_id: made[JobId.parse(job_id)].value for job_id in reached})
    return {"outcomes": outcomes}


async def cancel_many(ask: Asking, body: Ids) -> dict[str, object]:
    """Cancels jobs that wait, asks those that run to stop, and says what became of each."""
    reached, outcomes = await _reached(ask, body.job_ids)
    with _telling(ask, "cancel", reached, outcomes):
        for job_id in reached:
            outcomes[job_id] = (await ask.jobs.cancel(job_id)).value
    return {"outcomes": outcomes}


def _filter(ask: Ask, asked: Wanted) -> JobFilter:
    """Returns which of the jobs are meant that are reached."""
    return JobFilter(
        asked.status,
        ask.principal.queues if asked.queue is None else {ask.queue(asked.queue)},
        ask.principal.job_types if asked.type is None else {ask.job_type(asked.type)},
        asked.text,
        ask.sees_payloads,
        asked.created_from,
        asked.created_until,
    )


@contextmanager
def _telling(
    ask: Ask, action: str, before: Mapping[str, JobStatus], outcomes: Mapping[str, str]
) -> Generator[None]:
    """Writes a line of the audit log for each job, also where the backend was lost on the way."""
    try:
        yield
    finally:
        for job_id in (*before, *(outcomes.keys() - before.keys())):
            outcome = outcomes.get(job_id, "unknown")
            tell(Change(ask.principal.name, action, job_id, before.get(job_id), outcome=outcome))


async def _reached(ask: Ask, job_ids: Sequence[str]) -> tuple[dict[str, JobStatus], dict[str, str]]:
    """Returns how the jobs stand that are reached, and for each other one why it is not."""
    reached, outcomes = dict[str, JobStatus](), dict[str, str]()
    for job_id in dict.fromkeys(job_ids):
        try:
            reached[job_id] = (await ask.record(job_id)).status
        except (JobError, Forbidden) as error:
            outcomes[job_id] = error.code
    return reached, outcomes
