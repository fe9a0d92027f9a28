"""The shop floor of a worker: its slots, the leases it holds, and what its lanes share."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from jobsys.application.claim_plan import ClaimPlan
from jobsys.application.level_floors import LevelFloors
from jobsys.application.loop_time import loop_time
from jobsys.application.queue_bounds import QueueBounds
from jobsys.application.reach import Reach
from jobsys.application.renewal import LeaseKeeper
from jobsys.application.reporter import Reporter
from jobsys.application.settler import Settler
from jobsys.application.solitude import PATIENCE, Solitude
from jobsys.application.worker_options import WorkerOptions
from jobsys.domain.lease import Lease
from jobsys.domain.status import Reason
from jobsys.domain.transition import Transition
from jobsys.ports.job_queue import JobQueue, LeaseState, Renewal
from jobsys.ports.turn import Claim, Turn
from jobsys.ports.worker_pool import WorkerPool

log = logging.getLogger("jobsys.worker")

POSTPONED_FOR: Final = 1.0
"""Seconds until a queue whose part of a turn failed is tried again."""
HELD_BACK_FOR: Final = timedelta(minutes=1)
"""How long a job of a paused type waits before it is looked at again; a resume lets it go at once."""


class Floor:
    """Claims for free slots, starts what was claimed, and lets go of what has ended."""

    def __init__(
        self,
        queue: JobQueue,
        pool: WorkerPool,
        keeper: LeaseKeeper,
        reporter: Reporter,
        options: WorkerOptions,
    ) -> None:
        self.queue = queue
        self.pool = pool
        self.options = options
        self.plan = ClaimPlan(())
        self.settler = Settler(pool, reporter)
        self.reach = Reach()
        self.draining = False
        self.ring: Callable[[], None] = lambda: None
        self.idle = asyncio.Event()
        self._keeper = keeper
        self._reporter = reporter
        self._solitude = Solitude(options.crash_limit)
        self._reserved = 0

    def open(self, queues: Sequence[str], ring: Callable[[], None]) -> None:
        """Begins anew, with every slot free; `ring` is called when there is something to do."""
        count = self.pool.count_active
        bounds = QueueBounds(
            self.options.bounds, lambda queue: count(lambda r: r.id.queue == queue)
        )
        floors = LevelFloors(
            self.options.floors, lambda level: count(lambda r: r.priority is level)
        )
        self.plan, self.ring, self.idle = ClaimPlan(queues, bounds, floors), ring, asyncio.Event()
        self.draining, self._reserved, self.reach = False, 0, Reach()
        self._solitude = Solitude(self.options.crash_limit)
        self._reporter.opened(self.pool.stats().total_workers)

    def close(self) -> None:
        """Ends what `open` began: there are no slots any more."""
        self._reporter.opened(0)

    @property
    def worker(self) -> str:
        """What the worker is called whose lanes these are."""
        return self._keeper.worker

    @property
    def keeps_leases(self) -> bool:
        """True unless the keeping of its leases has broken off, and begins anew."""
        return not self._keeper.is_down

    @property
    def drained(self) -> bool:
        """True once nothing will be claimed, nothing runs, and every end has been settled."""
        busy = self.pool.stats().active_jobs or self._reserved
        return self.draining and not busy and not self.settler.pending

    @property
    def hungry(self) -> bool:
        """True while slots are free and no queue is known to have work for them."""
        return self._free() > 0 and not self.plan.has_work

    def claims(self) -> list[Claim]:
        """Returns what one lane may claim now, and keeps slots for it until the turn is taken in."""
        stats = self.pool.stats()
        if stats.active_jobs:
            self.plan.look_around(loop_time())
        share = -(-stats.total_workers // self.options.lanes)
        claims = self.plan.claims(min(self._free(), share))
        self._reserved += sum(claim.limit for claim in claims)
        return claims

    def take_back(self, settled: Sequence[Transition], claims: Sequence[Claim]) -> None:
        """Undoes what a turn was begun with whose answer nobody awaits any more."""
        self.settler.add(settled)
        self.plan.give_up(claims)
        self._reserved -= sum(claim.limit for claim in claims)

    async def take_in(
        self, settled: Sequence[Transition], claims: Sequence[Claim], turn: Turn, asked_at: float
    ) -> None:
        """Lets go of what the turn settled, and starts what it leased, or gives it back at once.

        `asked_at` is when the turn was asked for, on the monotonic clock.
        """
        for transition in self.settler.answered(settled, turn):
            self._keeper.let_go(transition.record)
            self._solitude.end(transition.record.id)
        self.plan.learn(claims, turn)
        self._reserved -= sum(claim.limit for claim in claims)
        if self.draining:
            self.settler.add([lease.released() for lease in turn.leases])
        else:
            await self._start(self._let_in(turn), asked_at)
        self._reporter.claimed(turn.leases, self.pool.stats().active_jobs)
        if turn.failures:
            asyncio.get_running_loop().call_later(
                POSTPONED_FOR, self._try_again, list(turn.failures)
            )

    def _free(self) -> int:
        if self.draining:
            return 0
        stats = self.pool.stats()
        free = stats.idle_workers - self._reserved
        return self._solitude.allows(free, stats.active_jobs + self._reserved)

    def _let_in(self, turn: Turn) -> Sequence[Lease]:
        """Returns the leases that may start; of types that are held back none does."""
        if not turn.held_back:
            return turn.leases
        names_of = self.options.names_of
        kept_out = {one.record.id: one for one in turn.leases if turn.holds_back(one, names_of)}
        self.settler.add([one.held(HELD_BACK_FOR, Reason.PAUSED) for one in kept_out.values()])
        return [one for one in turn.leases if one.record.id not in kept_out]

    async def _start(self, leases: Sequence[Lease], asked_at: float) -> None:
        suspects = [lease for lease in leases if self._solitude.is_suspect(lease)]
        for lease in leases:
            if not suspects or lease not in suspects:
                self._keeper.hold(self.pool.start_attempt(lease), asked_at=asked_at)
        for lease in suspects:
            await self._meet(lease)
        if leases and not suspects:
            self._solitude.met_none()

    async def _meet(self, suspect: Lease) -> None:
        """Runs a suspect alone where nothing else runs; else gives it back and waits for that."""
        if self.pool.stats().active_jobs or self._reserved:
            if self._solitude.seek():
                self.settler.add([suspect.released()])
                asyncio.get_running_loop().call_later(PATIENCE.total_seconds(), self.ring)
            else:
                self._keeper.hold(self.pool.start_attempt(suspect))
            return
        self._solitude.begin(suspect.record.id)
        if await self._is_marked(suspect) and not self.draining:
            self._keeper.hold(self.pool.start_attempt(suspect), alone=True)
        else:
            self.settler.add([suspect.released()])

    async def _is_marked(self, suspect: Lease) -> bool:
        """Notes in the backend that the job runs alone; else nobody could blame it."""
        record = suspect.record
        marked = Renewal(record.id, record.standing.token, record.standing.lane, alone=True)
        try:
            [state] = await self.queue.extend([marked], self.options.lease_for)
        except Exception as error:  # noqa: BLE001 (the job goes back, whatever it was)
            log.warning("job %s cannot run alone now: %r", record.id, error)
            return False
        return state in (LeaseState.HELD, LeaseState.CANCEL_ASKED)

    def _try_again(self, queues: Sequence[str]) -> None:
        self.settler.resume()
        self.plan.woken(queues)
        self.ring()
