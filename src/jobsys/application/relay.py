"""Handing the jobs of an outbox to the backend, again where the backend may have lost them."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.admission import REFUSALS
from jobsys.application.intake import Intake
from jobsys.application.rounds import Rounds
from jobsys.domain.job_id import JobId
from jobsys.ports.backend import Backend
from jobsys.ports.lifecycle import Component
from jobsys.ports.outbox import OutboxRows, Place
from jobsys.ports.submission import Receipt, Submission

log = logging.getLogger("jobsys.relay")

BATCH: Final = 500
LOOK_EVERY: Final = timedelta(seconds=0.2)
FORGET_EVERY: Final = timedelta(seconds=1)
TELL_EVERY: Final = timedelta(minutes=1)
AFTER_AN_ERROR: Final = timedelta(seconds=1)


class Relay(Component):
    """Submits committed jobs under the ids that they have; any number may run, and none leads.

    A job's row is kept until the run of the backend that was given it has lived for `sure_after`
    since: by then it is on that backend's disk, or on its copies. Where another run answers before
    that, it is given the job again: submits are idempotent.
    """

    def __init__(
        self, rows: OutboxRows, backend: Backend, intake: Intake, sure_after: timedelta
    ) -> None:
        self._rows = rows
        self._backend = backend
        self._intake = intake
        self._sure_after = sure_after
        self._forgot_at: datetime | None = None
        self._after: Place | None = None
        self._refusing: set[str] = set()
        self._told_at: dict[str, datetime] = {}
        self._rounds = Rounds("jobsys-relay", self.hand_over, _failed)

    async def start(self) -> None:
        """Hands over from now on."""
        self._rounds.start()

    async def stop(self) -> None:
        """Ends the round under way: what it has submitted and not noted is submitted again."""
        await self._rounds.stop()
        await self._rows.close()

    async def hand_over(self) -> timedelta:
        """Submits the next jobs that wait, and returns how long to pause.

        It goes on past those that were not taken in, to the newest; then the oldest are next again.
        """
        if not await self._rows.are_any():
            return LOOK_EVERY
        asked_at = self._intake.clock.now()
        run = await self._backend.incarnation()  # first: what it took is never taken for another's
        page = await self._rows.waiting(run, BATCH, self._after)
        taken = await self._taken_in(page.jobs)
        if taken:
            await self._rows.relayed(taken, run, self._intake.clock.now())
        if self._forgot_at is None or asked_at - self._forgot_at >= FORGET_EVERY:
            self._forgot_at = asked_at
            await self._rows.forget(run, asked_at - self._sure_after)
        self._after = page.last
        if self._after is not None:
            return timedelta(0)
        self._refusing.clear()
        return LOOK_EVERY

    async def _taken_in(self, waiting: Sequence[Submission]) -> list[JobId]:
        """Submits jobs, and returns the ids of those that were taken in, or kept out for good.

        Those that their queue refused keep their rows, and are submitted again.
        """
        asking = [job for job in waiting if job.job_id.queue not in self._refusing]
        if not asking:
            return []
        try:
            return await self._submitted(asking)
        except Exception:  # noqa: BLE001 (whatever one queue fails of is no matter of the others)
            await self._backend.incarnation()  # fails where all of them would
            return [job_id for jobs in _by_queue(asking) for job_id in await self._tried(jobs)]

    async def _tried(self, jobs: Sequence[Submission]) -> list[JobId]:
        """Submits the jobs of one queue, unless that fails."""
        try:
            return await self._submitted(jobs)
        except Exception as error:  # noqa: BLE001 (as above)
            self._refused(jobs[0].job_id.queue, repr(error))
            return []

    async def _submitted(self, jobs: Sequence[Submission]) -> list[JobId]:
        answers = await self._backend.ports.queue.enqueue(jobs)
        self._intake.count(jobs, answers, drawn=False)
        for job, answer in zip(jobs, answers, strict=True):
            if answer in REFUSALS:
                self._refused(job.job_id.queue, "full" if answer is Receipt.FULL else "closed")
        pairs = zip(jobs, answers, strict=True)
        return [job.job_id for job, answer in pairs if answer not in REFUSALS]

    def _refused(self, queue: str, why: str) -> None:
        """Has a queue asked no more until the oldest are next again; warns of it once a minute."""
        self._refusing.add(queue)
        now = self._intake.clock.now()
        self._told_at = {told: at for told, at in self._told_at.items() if now - at < TELL_EVERY}
        if queue not in self._told_at:
            self._told_at[queue] = now
            log.warning("jobs of the outbox wait, as queue %s does not take them: %s", queue, why)


def _by_queue(jobs: Sequence[Submission]) -> Iterable[Sequence[Submission]]:
    found: dict[str, list[Submission]] = {}
    for job in jobs:
        found.setdefault(job.job_id.queue, []).append(job)
    return found.values()


def _failed(error: Exception) -> timedelta:
    log.warning("the jobs of the outbox cannot be handed over now: %r", error)
    return AFTER_AN_ERROR
