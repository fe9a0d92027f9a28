"""Keeping leases while their jobs run, whatever the event loop of the jobs does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from typing import Final

from jobsys.application.beside import Begin, in_a_thread
from jobsys.application.held_lease import HeldLease
from jobsys.application.loop_time import happened, loop_time
from jobsys.application.loop_watch import LoopWatch
from jobsys.application.showing import show
from jobsys.application.worker_name import new_worker_name
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.ports.backend import Keeping
from jobsys.ports.job_queue import JobQueue, LeaseState
from jobsys.ports.lifecycle import Component
from jobsys.ports.worker_pool import Attempt, StopReason

log = logging.getLogger("jobsys.renewal")

_STOPS: Final[Mapping[LeaseState, StopReason]] = {
    LeaseState.LOST: StopReason.LEASE_LOST,
    LeaseState.CANCEL_ASKED: StopReason.CANCEL,
}

_KEPT: Final = (LeaseState.HELD, LeaseState.CANCEL_ASKED)
SOONEST: Final = 0.01
SHOWN_WITHIN: Final = timedelta(seconds=1)
"""How long a start waits until others could see the worker die; a backend may be slow, or not tell."""

OpenKeeping = Callable[[], AbstractAsyncContextManager[Keeping]]


class LeaseKeeper(Component):
    """Renews every held lease beside the jobs, through an adapter of its own.

    From there it also shows that the worker, in whose lanes' names the leases are, is there: a
    start ends once it is shown, so that nobody who claims can die unseen. And it tells in the log
    when a job blocks the event loop of the others.

    What a renewal learns is told to the attempt in the attempt's event loop: that its lease is
    lost, or that its job's cancel was asked for. Where the keeping breaks off it begins anew;
    `is_down` is True until leases are renewed again.
    """

    def __init__(
        self,
        open_keeping: OpenKeeping,
        lease_for: timedelta,
        renew_every: timedelta,
        begin: Begin = in_a_thread,
    ) -> None:
        self.worker = new_worker_name()
        self.is_down = False
        self._open_keeping = open_keeping
        self._lease_for = lease_for
        self._lease_seconds = lease_for.total_seconds()
        self._renew_every = renew_every
        self._begin = begin
        self._held: dict[JobId, HeldLease] = {}
        self._until_ended: Callable[[], Awaitable[None]] | None = None
        self._jobs_loop: asyncio.AbstractEventLoop | None = None
        self._end: Callable[[], object] = lambda: None

    def hold(self, attempt: Attempt, *, alone: bool = False, asked_at: float | None = None) -> None:
        """Renews this attempt's lease from now on; `alone` says that it has its process for itself.

        `asked_at` is when the lease was asked for, on the monotonic clock; now, unless given.
        """
        job_id = attempt.lease.record.id
        replaced = self._held.get(job_id)
        kept_until = self._lasts(loop_time() if asked_at is None else asked_at)
        self._held[job_id] = HeldLease(attempt, kept_until, alone=alone)
        if replaced is not None:  # claimed again here, after its lease had run out
            replaced.attempt.stop(StopReason.LEASE_LOST)

    def let_go(self, record: JobRecord) -> None:
        """Renews the lease of this record no more; a newer lease of the same job stays."""
        held = self._held.get(record.id)
        if held is not None and held.attempt.lease.record.standing.token == record.standing.token:
            del self._held[record.id]

    async def start(self) -> None:
        if self._until_ended is None:
            self._jobs_loop = asyncio.get_running_loop()
            self.worker, self._held, self.is_down = new_worker_name(), {}, False
            opened: Future[None] = Future()
            opened.set_running_or_notify_cancel()  # only the work may end it
            watch = LoopWatch(lambda: list(self._held.copy()))
            self._until_ended = self._begin(lambda: self._work(opened, watch))
            await asyncio.wrap_future(opened)

    async def stop(self) -> None:
        until_ended, self._until_ended = self._until_ended, None
        if until_ended is not None:
            with suppress(RuntimeError):  # its event loop has ended already
                self._end()
            await until_ended()

    async def _work(self, opened: "Future[None]", watch: LoopWatch) -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = lambda: loop.call_soon_threadsafe(ended.set)
        while not ended.is_set() and not self._jobs_are_gone():
            try:
                for lease in self._held.copy().values():
                    lease.check()
                await self._keep(opened, ended, watch)
            except Exception as error:
                if not opened.done():
                    opened.set_exception(error)
                    return
                self.is_down = True
                log.exception("leases are not renewed; this begins anew")
                await happened(ended, self._soon())

    async def _keep(self, opened: "Future[None]", ended: asyncio.Event, watch: LoopWatch) -> None:
        async with self._open_keeping() as keeping:
            shown = asyncio.Event()
            showing = asyncio.create_task(
                show(self.worker, keeping.presence, shown), name="jobsys-presence"
            )
            if not opened.done():
                await happened(shown, SHOWN_WITHIN)
                opened.set_result(None)
            watched = asyncio.create_task(watch.run(), name="jobsys-loop-watch")
            try:
                await self._renew(keeping.queue, ended)
            except Exception:
                await _brought_to_an_end(showing, watched)
                raise
            await _brought_to_an_end(showing, watched)

    async def _renew(self, queue: JobQueue, ended: asyncio.Event) -> None:
        pause = timedelta(0) if self.is_down else self._renew_every
        while not await happened(ended, pause) and not self._jobs_are_gone():
            pause = self._renew_every if await self._renewed(queue) else self._soon()
            pause = min(pause, timedelta(seconds=self._surely_for()))
            self.is_down = False

    def _soon(self) -> timedelta:
        return min(self._renew_every / 4, timedelta(seconds=self._surely_for()))

    async def _renewed(self, queue: JobQueue) -> bool:
        held = self._held.copy()
        if not held:
            return True
        renewals = [lease.renewal for lease in held.values()]
        asked_at = loop_time()
        try:
            async with asyncio.timeout(self._surely_for()):
                states = await queue.extend(renewals, self._lease_for)
            answers = dict(zip(held, states, strict=True))
        except Exception as error:  # noqa: BLE001 (whatever it is, the others must be kept)
            log.warning("%d leases could not be renewed: %r", len(held), error)
            answers = dict.fromkeys(held, LeaseState.UNKNOWN)
        self._take_in(answers, held, asked_at)
        return LeaseState.UNKNOWN not in answers.values()

    def _take_in(
        self,
        states: Mapping[JobId, LeaseState],
        held: Mapping[JobId, HeldLease],
        asked_at: float,
    ) -> None:
        for job_id, state in states.items():
            if state in _KEPT:
                held[job_id].renewed(self._lasts(asked_at))
            else:
                held[job_id].check()
        self._tell(states, held)

    def _lasts(self, since: float) -> float:
        return since + self._lease_seconds

    def _surely_for(self) -> float:
        """Returns for how many seconds every lease is sure, of those that are so at all."""
        now = loop_time()
        ends = [lease.kept_until for lease in self._held.copy().values() if lease.is_sure]
        return max(min(ends, default=self._lasts(now)) - now, SOONEST)

    def _jobs_are_gone(self) -> bool:
        return self._jobs_loop is None or self._jobs_loop.is_closed()

    def _tell(self, states: Mapping[JobId, LeaseState], held: Mapping[JobId, HeldLease]) -> None:
        for job_id, state in states.items():
            reason = _STOPS.get(state)
            if reason is not None and self._jobs_loop and job_id in self._held:
                self._jobs_loop.call_soon_threadsafe(held[job_id].attempt.stop, reason)


async def _brought_to_an_end(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
