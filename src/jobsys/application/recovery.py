"""Freeing the jobs of workers that died, or that let their leases run out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jobsys.application.reporter import Reporter
from jobsys.application.roll_call import RollCall
from jobsys.application.worker_name import new_worker_name
from jobsys.domain.attempt_error import AttemptError
from jobsys.domain.lease import Lease
from jobsys.domain.status import Reason
from jobsys.domain.transition import Transition
from jobsys.ports.clock import Clock
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.sweep import Sweep
from jobsys.ports.turn import Refusal, TurnTicket

log = logging.getLogger("jobsys.recovery")

BATCH: Final = 500
TAKEOVER_FOR: Final = timedelta(seconds=1)
"""How long a lease that was taken over is held until it is settled: who took it may die as well."""


@dataclass(frozen=True, slots=True)
class RecoveryOptions:
    """How long leases last, and how many crashes of a job are too many."""

    lease_for: timedelta
    crash_limit: int


class Recovery:
    """Takes over leases of dead workers and expired ones, and settles them.

    What could not be settled is kept for the next time.
    """

    def __init__(
        self,
        queue: JobQueue,
        roll_call: RollCall,
        clock: Clock,
        options: RecoveryOptions,
        reporter: Reporter,
    ) -> None:
        self._queue = queue
        self._roll_call = roll_call
        self._clock = clock
        self._options = options
        self._reporter = reporter
        self._unsettled: list[Transition] = []
        self.begin()

    def begin(self) -> None:
        """Counts its calls anew, under a name that nobody had."""
        self._lane, self._calls = f"{new_worker_name()}.t", 0

    @property
    def in_company(self) -> bool:
        """True while there are others who may die."""
        return self._roll_call.in_company

    async def free(self, queues: Sequence[str], *, leased: bool = True) -> None:
        """Frees what is to be freed in these queues.

        Where nothing is `leased` it only looks who has died, so that they are forgotten in time.
        """
        missing = await self._roll_call.missing()
        if not (leased or missing or self._unsettled):
            return
        sweep = Sweep(missing, self._options.lease_for)
        leases = await self._queue.reclaim(self._ticket(), queues, BATCH, TAKEOVER_FOR, sweep)
        for lease in leases:
            self._unsettled.append(lease.expired(self._options.crash_limit, self._remember(lease)))
        if self._unsettled:
            await self._settle()
        if missing and len(leases) < BATCH:
            self._roll_call.freed(missing)

    async def _settle(self) -> None:
        asked = self._unsettled
        turn = await self._queue.turn(self._ticket(), asked, (), self._options.lease_for)
        for queue, failure in turn.failures.items():
            log.error("queue %s: jobs of dead workers are not freed yet: %s", queue, failure)
        self._unsettled = [
            transition.despite_cancel()
            for index, transition in enumerate(asked)
            if turn.refused.get(index) is Refusal.CANCELLING
        ]
        applied = turn.applied(asked)
        self._reporter.settled(applied)
        for transition in applied:
            _tell(transition)

    def _ticket(self) -> TurnTicket:
        self._calls += 1
        return TurnTicket(self._lane, self._calls)

    def _remember(self, lease: Lease) -> AttemptError:
        return AttemptError(
            attempt=lease.record.attempts + 1,
            at=self._clock.now(),
            code="WORKER_LOST",
            type="WorkerLost",
            message="the worker died, or did not renew its lease in time",
        )


def _tell(freed: Transition) -> None:
    """Tells that a job lost its worker; one that is to blame for it is an error, and stays so."""
    job, extra = freed.record, {"job_id": freed.record.id, "queue": freed.record.id.queue}
    if freed.after.reason is Reason.POISON:
        log.error(
            "Job %s (%s) is poison, and a dead letter now: %d processes died that ran it, or lost"
            " its lease, the last of them with nothing else in its hands",
            job.id, job.job_type, freed.after.crashes, extra=extra,
        )  # fmt: skip
    else:
        log.warning("job %s lost its worker and is freed", job.id, extra=extra)
