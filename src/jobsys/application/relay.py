"""Handing the jobs of an outbox to the backend, again where the backend may have lost them."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from jobsys.application.admission import REFUSALS
from jobsys.application.intake import Intake
from jobsys.application.rounds import Rounds
from jobsys.domain.job_id import JobId
from jobsys.ports.backend import Backend
from jobsys.ports.lifecycle import Component
from jobsys.ports.outbox import OutboxRows
from jobsys.ports.submission import Submission

log = logging.getLogger("jobsys.relay")

BATCH: Final = 500
LOOK_EVERY: Final = timedelta(seconds=0.2)
FORGET_EVERY: Final = timedelta(seconds=1)
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
        self._rounds = Rounds("jobsys-relay", self.hand_over, _failed)

    async def start(self) -> None:
        """Hands over from now on."""
        self._rounds.start()

    async def stop(self) -> None:
        """Ends the round under way: what it has submitted and not noted is submitted again."""
        await self._rounds.stop()
        await self._rows.close()

    async def hand_over(self) -> timedelta:
        """Submits the oldest jobs that wait, and returns how long to pause."""
        if not await self._rows.are_any():
            return LOOK_EVERY
        asked_at = self._intake.clock.now()
        run = await self._backend.incarnation()  # first: what it took is never taken for another's
        waiting = await self._rows.waiting(run, BATCH)
        taken = await self._taken_in(waiting)
        if taken:
            await self._rows.relayed(taken, run, self._intake.clock.now())
        if self._forgot_at is None or asked_at - self._forgot_at >= FORGET_EVERY:
            self._forgot_at = asked_at
            await self._rows.forget(run, asked_at - self._sure_after)
        return timedelta(0) if len(taken) == BATCH else LOOK_EVERY

    async def _taken_in(self, waiting: Sequence[Submission]) -> Sequence[JobId]:
        """Submits jobs, and returns the ids of those that were taken in, or kept out for good.

        Those for which there is no room keep their rows, and are submitted again.
        """
        answers = await self._backend.queue.enqueue(waiting) if waiting else ()
        self._intake.count(waiting, answers, drawn=False)
        pairs = zip(waiting, answers, strict=True)
        return [submission.job_id for submission, answer in pairs if answer not in REFUSALS]


def _failed(error: Exception) -> timedelta:
    log.warning("the jobs of the outbox cannot be handed over now: %r", error)
    return AFTER_AN_ERROR
