"""Dead letters."""

from collections.abc import Set as AbstractSet
from dataclasses import asdict, replace
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from jobsys.adapters.http.desk import Ask, Asking
from jobsys.adapters.http.endpoints.fields import Body, Instant, JobIdText, Name
from jobsys.adapters.http.refusals import Forbidden, NotConfirmed
from jobsys.adapters.http.shown import shown_dead_letter
from jobsys.application.dead_letter_moves import DeadLetterSweep
from jobsys.application.views import summary_view
from jobsys.domain.dead_letter import DeadLetterFilter
from jobsys.domain.errors import PayloadChanged
from jobsys.domain.status import JobStatus, Reason

MOST = 10_000
EVERY = "all"


class Which(Body):
    """Which dead letters are meant; what is left out is not asked."""

    queue: Name | None = None
    job_type: Name | None = None
    reason: Annotated[Reason, Field(strict=False)] | None = None
    error: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    ended_after: Instant | None = None
    ended_before: Instant | None = None


class Replay(Which):
    """Which are replayed; a dry run only counts them."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST
    dry_run: bool = False


class Purge(Replay):
    """Which are removed for good; `confirm` repeats the queue, or says `all` where none is named."""

    confirm: str = ""


class Edit(Body):
    """Another payload, and the `revision` of the one that the editor has seen."""

    payload: dict[str, object]
    revision: Annotated[str, Field(max_length=64)]
    job_type: Name | None = None


class Asked(Which):
    """Which dead letters are meant, as parameters of a URL."""

    limit: int = Field(default=50, ge=1, le=100, strict=False)
    after: Annotated[str, Field(max_length=1000)] | None = None


async def dead_letters(ask: Asking, asked: Annotated[Asked, Query()]) -> dict[str, object]:
    """Lists dead letters; a page looks at 2,000 of them, and may have few and a `next` page."""
    wanted = _wanted(ask, asked)
    page = await ask.jobs.dead_letters.find(wanted, limit=asked.limit, after=asked.after)
    letters = [shown_dead_letter(ask, record, listed=True) for record in page.records]
    return {"dead_letters": letters, "next": page.next}


async def summary(ask: Asking, which: Annotated[Which, Query()]) -> dict[str, object]:
    """Counts dead letters by queue, type, reason and error, up to 10,000 of them."""
    return summary_view(await ask.jobs.dead_letters.summary(_wanted(ask, which), limit=MOST))


async def dead_letter(ask: Asking, job_id: JobIdText) -> dict[str, object]:
    """Returns a dead letter, and the revision of its payload."""
    return shown_dead_letter(ask, await ask.record(job_id))


async def edit(ask: Asking, job_id: JobIdText, body: Edit) -> dict[str, object]:
    """Gives a dead letter another payload, if it still has the one that was seen."""
    async with ask.change("edit", job_id) as change:
        record = await ask.record(job_id)
        change.before = {"revision": record.payload.revision}
        if body.job_type is not None:
            ask.job_type(body.job_type)
        if body.revision != record.payload.revision:
            raise PayloadChanged(f"job {job_id} has another revision by now: look at it again")
        letters, seen = ask.jobs.dead_letters, record.payload
        await letters.edit(job_id, body.payload, seen=seen, job_type=body.job_type)
        edited = await ask.record(job_id)
        change.after = {"revision": edited.payload.revision}
    return shown_dead_letter(ask, edited)


async def replay_one(ask: Asking, job_id: JobIdText) -> dict[str, object]:
    """Puts a dead letter back into its queue, with all its attempts before it."""
    async with ask.change("replay", job_id) as change:
        change.before = (await ask.record(job_id)).status
        await ask.jobs.dead_letters.replay(job_id)
        change.after = JobStatus.QUEUED
    return {"success": True, "job_id": job_id, "outcome": "replayed"}


async def replay(ask: Asking, body: Replay) -> dict[str, object]:
    """Replays the dead letters that are meant; a dry run only counts them."""
    wanted = _wanted(ask, body)
    async with ask.change("count" if body.dry_run else "replay", "dead letters") as change:
        change.before = _meant(wanted)
        sweep = await ask.jobs.dead_letters.replay_matching(
            wanted, limit=body.limit, dry_run=body.dry_run
        )
        change.after = {"matched": sweep.matched, "replayed": sweep.done, "more": sweep.more}
    return _outcome(sweep, "replayed")


async def purge(ask: Asking, body: Purge) -> dict[str, object]:
    """Removes the dead letters that are meant, for good; a dry run only counts them."""
    wanted = _wanted(ask, body)
    if not body.dry_run and body.confirm != (wanted.queue or EVERY):
        raise NotConfirmed(f"confirm: write {wanted.queue or EVERY!r}, they are removed for good")
    async with ask.change("count" if body.dry_run else "purge", "dead letters") as change:
        change.before = _meant(wanted)
        sweep = await ask.jobs.dead_letters.purge(wanted, limit=body.limit, dry_run=body.dry_run)
        change.after = {"matched": sweep.matched, "removed": sweep.done, "more": sweep.more}
    return _outcome(sweep, "removed")


def _wanted(ask: Ask, which: Which) -> DeadLetterFilter:
    """Returns the filter; of what is reached only in part, the part has to be named.

    Raises:
        Forbidden: it is out of reach, or looks into payloads that are not shown to who asks.
    """
    if which.text is not None and not ask.sees_payloads:
        raise Forbidden("text is looked for in payloads as well, which a viewer is not shown")
    fields = {name: getattr(which, name) for name in Which.model_fields}
    wanted = DeadLetterFilter(**fields)
    queues, types = ask.principal.queues, ask.principal.job_types
    queue = wanted.queue or _only("queue", queues)
    job_type = wanted.job_type or _only("job_type", types)
    return replace(
        wanted,
        queue=None if queue is None else ask.queue(queue),
        job_type=None if job_type is None else ask.job_type(job_type),
    )


def _only(what: Literal["queue", "job_type"], reached: AbstractSet[str]) -> str | None:
    """Returns the one that is reached, or None where all are."""
    if len(reached) > 1:
        raise Forbidden(f"name one of those that you reach: {what}={min(reached)}")
    return next(iter(reached), None)


def _meant(wanted: DeadLetterFilter) -> dict[str, object]:
    """Returns what a filter asks, for the audit log."""
    return {name: told for name, told in asdict(wanted).items() if told is not None}


def _outcome(sweep: DeadLetterSweep, done: str) -> dict[str, object]:
    outcomes = {job_id: outcome.value for job_id, outcome in sweep.outcomes.items()}
    return {"matched": sweep.matched, done: sweep.done, "more": sweep.more, "outcomes": outcomes}
