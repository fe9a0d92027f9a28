"""Schedules."""

from typing import Annotated, Literal, cast

from pydantic import Field

from jobsys.adapters.http.desk import Ask, Asking
from jobsys.adapters.http.endpoints.fields import Body, Instant, OfQueue, ScheduleIdText, Wait
from jobsys.adapters.http.endpoints.jobs import Priority
from jobsys.adapters.http.shown import shown_schedule
from jobsys.application.schedule_arguments import JobArguments, rule_of
from jobsys.application.views import fire_time_view
from jobsys.domain.errors import ScheduleNotFound
from jobsys.domain.job_id import JobId
from jobsys.domain.schedule import Schedule


class Rule(Body):
    """When it fires: one of `cron`, `every` and `at`."""

    cron: Annotated[str, Field(max_length=200)] | None = None
    every: Wait | None = None
    at: Instant | None = None
    timezone: Annotated[str, Field(max_length=64)] = "UTC"
    gap: Literal["after", "skip"] = "after"
    fold: Literal["first", "second", "both"] = "first"
    start: Instant | None = None
    end: Instant | None = None
    max_runs: Annotated[int, Field(ge=1, le=2**31)] | None = None
    jitter: Wait | None = None


class Wanted(Body):
    """A schedule: what it makes, when, and what it does about times that were missed."""

    job_type: Annotated[str, Field(max_length=64)]
    payload: dict[str, object] = Field(default_factory=dict)
    rule: Rule
    priority: Priority | None = None
    misfire: Literal["skip", "latest", "all"] = "latest"
    misfire_limit: Annotated[int, Field(ge=1, le=100)] = 10
    deadline: Wait | None = None
    overlap: Literal["allow", "skip"] = "allow"


class Preview(Body):
    """A rule, and how many of its fire times are wanted."""

    rule: Rule
    count: Annotated[int, Field(ge=1, le=100)] = 5
    start: Instant | None = None


async def schedules(ask: Asking, queue: OfQueue = None) -> dict[str, object]:
    """Lists schedules, and when each fires next."""
    found = await ask.jobs.schedules.find(None if queue is None else ask.queue(queue))
    reached = [
        one
        for one in found
        if ask.principal.reaches_queue(one.id.queue) and ask.principal.reaches_type(one.header.type)
    ]
    return {"schedules": [shown_schedule(ask, one, listed=True) for one in reached]}


async def schedule(ask: Asking, schedule_id: ScheduleIdText) -> dict[str, object]:
    """Returns a schedule."""
    return shown_schedule(ask, await _reached(ask, schedule_id))


async def put(ask: Asking, schedule_id: ScheduleIdText, body: Wanted) -> dict[str, object]:
    """Stores a schedule in the place of one of the same id."""
    named = JobId.parse(schedule_id)
    ask.queue(named.queue)
    job_class = ask.desk.types.class_of(body.job_type)
    ask.job_type(job_class.job_type)
    async with ask.change("put schedule", schedule_id) as change:
        change.before = await _before(ask, schedule_id)
        said = body.model_dump(exclude={"job_type", "payload", "rule"})
        given = cast("JobArguments", {**said, "queue": named.queue})
        rule = rule_of(body.rule.model_dump())
        book = ask.jobs.schedules
        await book.add_by_name(named.key, job_class.job_type, body.payload, rule, **given)
        stored = await book.get(schedule_id)
        change.after = str(stored.rule)
    return shown_schedule(ask, stored)


async def remove(ask: Asking, schedule_id: ScheduleIdText) -> dict[str, object]:
    """Forgets a schedule; jobs that it has made stay."""
    async with ask.change("remove schedule", schedule_id) as change:
        change.before = str((await _reached(ask, schedule_id)).rule)
        await ask.jobs.schedules.remove(schedule_id)
    return {"success": True, "schedule_id": schedule_id, "outcome": "removed"}


async def pause(ask: Asking, schedule_id: ScheduleIdText) -> dict[str, object]:
    """Keeps a schedule from making jobs until it is resumed."""
    async with ask.change("pause schedule", schedule_id) as change:
        change.before = {"paused": (await _reached(ask, schedule_id)).is_paused}
        await ask.jobs.schedules.pause(schedule_id)
        change.after = {"paused": True}
    return {"success": True, "schedule_id": schedule_id, "outcome": "paused"}


async def resume(ask: Asking, schedule_id: ScheduleIdText) -> dict[str, object]:
    """Lets a paused schedule go on with its next fire time."""
    async with ask.change("resume schedule", schedule_id) as change:
        change.before = {"paused": (await _reached(ask, schedule_id)).is_paused}
        await ask.jobs.schedules.resume(schedule_id)
        change.after = {"paused": False}
    return {"success": True, "schedule_id": schedule_id, "outcome": "resumed"}


async def run(ask: Asking, schedule_id: ScheduleIdText) -> dict[str, object]:
    """Makes a schedule's job at once, beside its fire times."""
    await _reached(ask, schedule_id)
    ask.count_submit()
    async with ask.change("run schedule", schedule_id) as change:
        job_id = change.after = await ask.jobs.schedules.run_now(schedule_id)
    return {"success": True, "schedule_id": schedule_id, "job_id": job_id}


async def preview(ask: Asking, body: Preview) -> dict[str, object]:
    """Returns when a rule would fire; nothing is stored."""
    times = ask.jobs.schedules.preview(rule_of(body.rule.model_dump()), body.count, body.start)
    return {"times": [fire_time_view(one) for one in times]}


async def _reached(ask: Ask, schedule_id: str) -> Schedule:
    """Returns a schedule that is reached.

    Raises:
        Forbidden: its queue is out of reach.
        ScheduleNotFound: there is none, or one of a type that is out of reach.
    """
    ask.queue(JobId.parse(schedule_id).queue)
    found = await ask.jobs.schedules.get(schedule_id)
    if not ask.principal.reaches_type(found.header.type):
        raise ScheduleNotFound(f"there is no schedule {schedule_id}")
    return found


async def _before(ask: Ask, schedule_id: str) -> str | None:
    """Returns the rule that is replaced, if there is one.

    Raises:
        ScheduleNotFound: there is one, and it is out of reach.
    """
    try:
        found = await ask.jobs.schedules.get(schedule_id)
    except ScheduleNotFound:
        return None
    return str((await _reached(ask, found.id)).rule)
