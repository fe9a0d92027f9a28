"""The use cases of schedules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, Unpack

from jobsys.application.fire_times import FireTime, fire_times, never
from jobsys.application.intake import Intake
from jobsys.application.schedule_arguments import JobArguments, options_of, policy_of
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import InvalidSchedule, ScheduleNotFound
from jobsys.domain.job_id import JobId, new_key
from jobsys.domain.names import checked_name
from jobsys.domain.options import NO_OPTIONS, JobOptions
from jobsys.domain.schedule import Schedule, ScheduleId
from jobsys.domain.schedule_policy import USUAL, SchedulePolicy
from jobsys.domain.schedule_rule import ScheduleRule
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.scheduler import Scheduler
from jobsys.ports.submission import Submission
from jobsys.ports.triggers import Triggers

LONGEST_NAME: Final = 40
"""A job's key is its schedule's name and the fire time."""


@dataclass(frozen=True, slots=True)
class ScheduleJob:
    """Make a job at each fire time of a rule; one schedule has this name in its queue."""

    name: str
    job: BaseJob
    rule: ScheduleRule
    options: JobOptions = NO_OPTIONS
    policy: SchedulePolicy = USUAL

    async def run(self, scheduler: Scheduler, triggers: Triggers, intake: Intake) -> ScheduleId:
        """Stores the schedule, in the place of one of the same name.

        Raises:
            InvalidSchedule: the rule cannot be read, or never fires.
            InvalidJob: the name or the payload is not valid.
        """
        self._check()
        made = intake.submission(self.job, self.options, self.name)
        schedule_id = ScheduleId.of(made.job_id.queue, self.name)
        next_at = triggers.next_after(self.rule, intake.clock.now())
        if next_at is None:
            known = (await scheduler.get([schedule_id])).get(schedule_id)
            if known is None or known.rule != self.rule:
                raise InvalidSchedule(f"schedule {self.name!r} never fires: {never(self.rule)}")
        job = made.header, made.payload, made.priority
        schedule = Schedule(schedule_id, self.rule, *job, next_at, policy=self.policy)
        await scheduler.put([schedule])
        return schedule.id

    def _check(self) -> None:
        """Lets a schedule pass whose name can be part of a key, and that alone names its jobs."""
        if len(checked_name("schedule", self.name)) > LONGEST_NAME:
            raise InvalidSchedule(
                f"schedule {self.name!r}: a name has at most {LONGEST_NAME} signs"
            )
        if self.options.key or self.options.delay is not None or self.options.run_at:
            raise InvalidSchedule(
                f"schedule {self.name!r}: it names its jobs and says when they run:"
                " leave key, delay and run_at out"
            )


class ScheduleBook:
    """The schedules that there are: look at them, pause, resume, run and remove them."""

    def __init__(
        self,
        scheduler: Scheduler,
        triggers: Triggers,
        queue: JobQueue,
        intake: Intake,
        changed: Callable[[], None],
    ) -> None:
        self._scheduler = scheduler
        self._triggers = triggers
        self._queue = queue
        self._intake = intake
        self._changed = changed

    async def add(self, command: ScheduleJob) -> ScheduleId:
        """Carries out a `ScheduleJob`, and has the fire times looked at anew."""
        schedule_id = await command.run(self._scheduler, self._triggers, self._intake)
        self._changed()
        return schedule_id

    async def add_by_name(
        self,
        name: str,
        job_type: str,
        payload: Mapping[str, object],
        rule: ScheduleRule,
        **given: Unpack[JobArguments],
    ) -> ScheduleId:
        """Has a job of a registered type made from plain data at each fire time of a rule.

        Raises:
            UnknownJobType: no registered class has this name.
            InvalidSchedule: the rule never fires, or the policy is not valid.
            InvalidJob: the name, an option or the payload is not valid.
        """
        job = self._intake.factory.create(job_type, payload)
        return await self.add(ScheduleJob(name, job, rule, options_of(given), policy_of(given)))

    async def find(self, queue: str | None = None) -> Sequence[Schedule]:
        """Returns the schedules of one queue, or of all, in the order of their ids."""
        return await self._scheduler.find(queue)

    async def get(self, schedule_id: str) -> Schedule:
        """Returns one schedule.

        Raises:
            ScheduleNotFound: there is none of this id.
        """
        wanted = ScheduleId.parse(schedule_id)
        found = await self._scheduler.get([wanted])
        if wanted not in found:
            raise ScheduleNotFound(f"there is no schedule {wanted}")
        return found[wanted]

    async def remove(self, schedule_id: str) -> None:
        """Forgets a schedule; jobs that it has made stay.

        Raises:
            ScheduleNotFound: there is none of this id.
        """
        if not await self._scheduler.remove(ScheduleId.parse(schedule_id)):
            raise ScheduleNotFound(f"there is no schedule {schedule_id}")

    async def pause(self, schedule_id: str) -> None:
        """Keeps a schedule from making jobs until it is resumed.

        Raises:
            ScheduleNotFound: there is none of this id.
        """
        await self._set_next(schedule_id, None)

    async def resume(self, schedule_id: str) -> None:
        """Lets a paused schedule go on with its next fire time; those that it missed stay missed.

        Raises:
            ScheduleNotFound: there is none of this id.
            InvalidSchedule: it has no fire time left.
        """
        schedule = await self.get(schedule_id)
        if schedule.is_over:
            raise InvalidSchedule(f"schedule {schedule_id} has made all of its jobs: remove it")
        if not schedule.is_paused:
            return
        next_at = self._triggers.next_after(schedule.rule, self._intake.clock.now())
        if next_at is None:
            raise InvalidSchedule(f"schedule {schedule_id} has no fire time left: remove it")
        await self._set_next(schedule_id, next_at)

    async def run_now(self, schedule_id: str) -> JobId:
        """Makes the schedule's job at once, beside its fire times, and returns its id.

        Raises:
            ScheduleNotFound: there is none of this id.
            QueueFull: its queue has no room, or is closed.
        """
        schedule = await self.get(schedule_id)
        job_id = JobId.of(schedule.id.queue, new_key(self._intake.clock.now()))
        job = Submission(job_id, schedule.header, schedule.payload, schedule.priority)
        await self._intake.store(self._queue, job, drawn=True)
        return job_id

    def preview(
        self, rule: ScheduleRule, count: int = 5, start: datetime | None = None
    ) -> Sequence[FireTime]:
        """Returns the first fire times later than `start` (now); nothing is stored.

        Raises:
            InvalidSchedule: the rule cannot be read.
        """
        after = start or self._intake.clock.now()
        number = min(count, rule.max_runs or count)
        return list(islice(fire_times(rule, self._triggers, after), number))

    async def _set_next(self, schedule_id: str, next_at: datetime | None) -> None:
        if not await self._scheduler.set_next(ScheduleId.parse(schedule_id), next_at):
            raise ScheduleNotFound(f"there is no schedule {schedule_id}")
        self._changed()
