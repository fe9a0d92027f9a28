"""Single jobs."""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, Field

from jobsys.adapters.http.desk import Asking
from jobsys.adapters.http.endpoints.fields import After, Body, Instant, JobIdText, Name, Wait
from jobsys.adapters.http.shown import shown_job
from jobsys.application.commands import CancelOutcome
from jobsys.application.job_type_views import job_type_view
from jobsys.application.views import line_view, stats_view
from jobsys.domain.errors import IllegalTransition, JobNotFound
from jobsys.domain.status import JobStatus

Priority = Annotated[str, Field(pattern=r"^(?i:critical|high|normal|low)$")]


class Stats(BaseModel):
    """How many jobs stand where; `completed` counts all that ever were."""

    waiting: int
    active: int
    completed: int
    failed: int
    delayed: int


class Submitted(BaseModel):
    """The id of a job that is stored."""

    success: bool
    jobId: str  # noqa: N815 (as callers in JavaScript read it)
    job_id: str


class Submit(Body):
    """A job of a registered type; what is left out is as its class says."""

    job_type: Annotated[
        str, Field(max_length=64, validation_alias=AliasChoices("job_type", "type"))
    ]
    payload: Annotated[
        dict[str, object],
        Field(default_factory=dict, validation_alias=AliasChoices("payload", "data")),
    ]
    key: Name | None = None
    queue: Name | None = None
    priority: Priority | None = None
    delay: Wait | None = None
    run_at: Instant | None = None
    timeout: Wait | None = None
    start_within: Wait | None = None


class ChangeOfJob(Body):
    """Another priority, another time, or both."""

    priority: Priority | None = None
    delay: Wait | None = None
    run_at: Instant | None = None


async def stats(ask: Asking) -> Stats:
    """Counts the jobs by where they stand, over all queues."""
    counts = await ask.jobs.counts()
    reached = [one for queue, one in counts.items() if ask.principal.reaches_queue(queue)]
    return Stats(**stats_view(reached))


async def job(ask: Asking, job_id: JobIdText) -> dict[str, object]:
    """Returns all that is known of a job."""
    return shown_job(ask, await ask.record(job_id))


async def log(ask: Asking, job_id: JobIdText, after: After = None) -> dict[str, object]:
    """Returns what a job's handler has logged; `next` continues it, also with lines to come."""
    if ask.principal.job_types:
        await ask.record(job_id)
    ask.queue(job_id.partition(":")[0])
    page = await ask.jobs.log(job_id, after)
    return {"lines": [line_view(line) for line in page.lines], "next": page.next}


async def submit(ask: Asking, body: Submit) -> Submitted:
    """Stores a job; with the same `key` again, the same job."""
    job_class = ask.desk.types.class_of(body.job_type)
    ask.job_type(job_class.job_type)
    ask.queue(body.queue or job_class.queue)
    ask.count_submit()
    async with ask.change("submit", job_class.job_type) as change:
        job_id = await ask.jobs.submit_by_name(
            job_class.job_type,
            body.payload,
            key=body.key,
            queue=body.queue,
            priority=body.priority,
            delay=body.delay,
            run_at=body.run_at,
            timeout=body.timeout,
            start_within=body.start_within,
        )
        change.after = job_id
    return Submitted(success=True, jobId=job_id, job_id=job_id)


async def retry(ask: Asking, job_id: JobIdText) -> dict[str, object]:
    """Gives a failed or cancelled job another life."""
    async with ask.change("retry", job_id) as change:
        change.before = (await ask.record(job_id)).status
        await ask.jobs.retry(job_id)
        change.after = JobStatus.QUEUED
    return {"success": True, "job_id": job_id, "outcome": JobStatus.QUEUED}


async def cancel(ask: Asking, job_id: JobIdText) -> dict[str, object]:
    """Cancels a waiting job, or asks a running one to stop: `cancelled`, or `requested`."""
    async with ask.change("cancel", job_id) as change:
        change.before = (await ask.record(job_id)).status
        outcome = change.after = await ask.jobs.cancel(job_id)
        if outcome is CancelOutcome.NOT_FOUND:
            raise JobNotFound(f"there is no job {job_id}")
        if outcome is CancelOutcome.TOO_LATE:
            raise IllegalTransition(f"job {job_id} has ended already")
    return {"success": True, "job_id": job_id, "outcome": outcome}


async def change(ask: Asking, job_id: JobIdText, body: ChangeOfJob) -> dict[str, object]:
    """Gives a waiting job another priority, another time, or both."""
    async with ask.change("change", job_id) as made:
        record = await ask.record(job_id)
        made.before = {"priority": record.priority.label, "due_at": record.standing.due_at}
        await ask.jobs.change(job_id, priority=body.priority, delay=body.delay, run_at=body.run_at)
        made.after = body.model_dump(exclude_none=True)
    return {"success": True, "job_id": job_id, "outcome": "changed"}


async def job_types(ask: Asking) -> dict[str, object]:
    """Lists the types that can be submitted here, each with the schema of its payload."""
    known = sorted(ask.desk.types.known(), key=lambda one: one.job_type)
    reached = [one for one in known if ask.principal.reaches_type(one.job_type)]
    return {"job_types": [job_type_view(one) for one in reached]}
