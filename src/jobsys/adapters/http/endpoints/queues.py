"""Queues."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, cast

from fastapi.responses import JSONResponse
from pydantic import Field

from jobsys.adapters.http.desk import Asking
from jobsys.adapters.http.endpoints.fields import Body, Name, Queue, Wait
from jobsys.adapters.http.refusals import NotConfirmed
from jobsys.application.overview_views import flow_view
from jobsys.application.queues import TO_PURGE
from jobsys.application.views import policy_view, queue_view
from jobsys.domain.queue_policy import PolicyChange
from jobsys.domain.status import JobStatus

MOST_PURGED = 10_000


class Policy(Body):
    """What is set of a queue; what is left out stays."""

    paused: bool = False
    closed: bool = False
    max_jobs: Annotated[int, Field(ge=0, le=2**31)] = 0
    wait_for_room: Wait = "0s"
    age_after: Wait | None = None


class Held(Body):
    """The type that is meant; none: the whole queue."""

    job_type: Name | None = None


class Purge(Body):
    """Which jobs go, those that wait where nothing is said; `confirm` repeats the queue's name."""

    confirm: str = ""
    job_type: Name | None = None
    statuses: Annotated[
        list[Annotated[JobStatus, Field(strict=False)]],
        Field(default_factory=list[JobStatus], max_length=9),
    ]
    dry_run: bool = False


async def queues(ask: Asking) -> JSONResponse:
    """Lists the queues with their counts, their policies, and their rates of the last ten seconds."""
    found, flows = await ask.jobs.queues.find(), ask.desk.overview.flows
    reached = {name: one for name, one in found.items() if ask.principal.reaches_queue(name)}
    # A thousand queues as they are: FastAPI would look at each value of theirs.
    shown = {
        name: {**queue_view(one), "rates": flow_view(flows.get(name))}
        for name, one in reached.items()
    }
    return JSONResponse({"queues": shown})


async def policy(ask: Asking, queue: Queue) -> dict[str, object]:
    """Returns what is set of a queue."""
    found = await ask.jobs.queues.policy(ask.queue(queue))
    return {"queue": queue, "policy": policy_view(found)}


async def configure(ask: Asking, queue: Queue, body: Policy) -> dict[str, object]:
    """Sets what is named of a queue, and leaves the rest; returns what holds then."""
    async with ask.change("configure", ask.whole_queue(queue)) as change:
        change.before = policy_view(await ask.jobs.queues.policy(queue))
        said = cast("PolicyChange", body.model_dump(exclude_unset=True))
        after = await ask.jobs.queues.configure(queue, **said)
        change.after = policy_view(after)
    return {"queue": queue, "policy": change.after}


async def pause(ask: Asking, queue: Queue, body: Held | None = None) -> dict[str, object]:
    """Has nothing of a queue begun any more, or nothing of one type, until it is resumed."""
    return await _hold(ask, queue, body, paused=True)


async def resume(ask: Asking, queue: Queue, body: Held | None = None) -> dict[str, object]:
    """Lets a paused queue go on, or one type in it."""
    return await _hold(ask, queue, body, paused=False)


async def drain(ask: Asking, queue: Queue) -> dict[str, object]:
    """Closes a queue to new jobs, and says how many in it have not ended; it does not wait."""
    async with ask.change("drain", ask.whole_queue(queue)) as change:
        await ask.jobs.queues.configure(queue, closed=True)
        change.after = "closed"
    counts = (await ask.jobs.counts()).get(queue)
    not_ended = [n for s, n in counts.now.items() if not s.is_final] if counts else []
    return {"queue": queue, "outcome": "closed", "open_jobs": sum(not_ended)}


async def purge(ask: Asking, queue: Queue, body: Purge) -> dict[str, object]:
    """Removes jobs of a queue for good, 10,000 at most; `more` says that there are others."""
    ask.whole_queue(queue, body.job_type)
    if not body.dry_run and body.confirm != queue:
        raise NotConfirmed("confirm: write the name of the queue, its jobs are removed for good")
    async with ask.change("count" if body.dry_run else "purge", queue) as change:
        counted = ask.jobs.queues.purge(
            queue,
            job_type=body.job_type,
            statuses=body.statuses or TO_PURGE,
            dry_run=body.dry_run,
        )
        removed = 0
        async with aclosing(cast("AsyncGenerator[int]", counted)) as batches:
            async for number in batches:
                removed += number
                if removed >= MOST_PURGED:
                    break
        change.after = {"removed": 0 if body.dry_run else removed}
    more = removed >= MOST_PURGED
    return {"queue": queue, "matched": removed, **change.after, "more": more}


async def _hold(ask: Asking, queue: str, body: Held | None, *, paused: bool) -> dict[str, object]:
    job_type = body.job_type if body else None
    ask.whole_queue(queue, job_type)
    async with ask.change("pause" if paused else "resume", queue) as change:
        book = ask.jobs.queues
        change.before = policy_view(await book.policy(queue))
        await (book.pause if paused else book.resume)(queue, job_type=job_type)
        change.after = policy_view(await book.policy(queue))
    return {"queue": queue, "policy": change.after}
