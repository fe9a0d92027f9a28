"""Keeping leases while their jobs run, whatever the event loop of the jobs does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from typing import Final

from jobsys.application.beside import Begin, in_a_thread
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.ports.job_queue import JobQueue, LeaseState, Renewal
from jobsys.ports.lifecycle import Component
from jobsys.ports.worker_pool import Attempt, StopReason

log = logging.getLogger("jobsys.renewal")

_STOPS: Final[Mapping[LeaseState, StopReason]] = {
    LeaseState.LOST: StopReason.LEASE_LOST,
    LeaseState.CANCEL_ASKED: StopReason.CANCEL,
}

OpenQueue = Callable[[], AbstractAsyncContextManager[JobQueue]]


class LeaseKeeper(Component):
    """Renews every held lease beside the jobs, through an adapter of its own.

    What a renewal learns is told to the attempt in the attempt's event loop: that its lease is
    lost, or that its job's cancel was asked for.
    """

    def __init__(
        self,
        open_queue: OpenQueue,
        lease_for: timedelta,
        renew_every: timedelta,
        begin: Begin = in_a_thread,
    ) -> None:
        self._open_queue = open_queue
        self._lease_for = lease_for
        self._renew_every = renew_every
        self._begin = begin
        self._held: dict[JobId, tuple[Attempt, bool]] = {}
        self._until_ended: Callable[[], Awaitable[None]] | None = None
        self._jobs_loop: asyncio.AbstractEventLoop | None = None
        self._end: Callable[[], object] = lambda: None

    def hold(self, attempt: Attempt, *, alone: bool = False) -> None:
        """Renews this attempt's lease from now on; `alone` says that it has its process for itself."""
        replaced, _ = self._held.get(attempt.lease.record.id, (attempt, alone))
        self._held[attempt.lease.record.id] = attempt, alone
        if replaced is not attempt:  # claimed again here, after its lease had run out
            replaced.stop(StopReason.LEASE_LOST)

    def let_go(self, record: JobRecord) -> None:
        """Renews the lease of this record no more; a newer lease of the same job stays."""
        held = self._held.get(record.id)
        if held is not None and held[0].lease.record.standing.token == record.standing.token:
            del self._held[record.id]

    async def start(self) -> None:
        if self._until_ended is None:
            self._jobs_loop = asyncio.get_running_loop()
            self._held = {}
            opened: Future[None] = Future()
            opened.set_running_or_notify_cancel()  # only the work may end it
            self._until_ended = self._begin(lambda: self._work(opened))
            await asyncio.wrap_future(opened)

    async def stop(self) -> None:
        until_ended, self._until_ended = self._until_ended, None
        if until_ended is not None:
            with suppress(RuntimeError):  # its event loop has ended already
                self._end()
            await until_ended()

    async def _work(self, opened: "Future[None]") -> None:
        try:
            await self._keep(opened)
        except Exception as error:
            if opened.done():
                log.exception("leases are not renewed any more")
            else:
                opened.set_exception(error)

    async def _keep(self, opened: "Future[None]") -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = lambda: loop.call_soon_threadsafe(ended.set)
        async with self._open_queue() as queue:
            opened.set_result(None)
            pause = self._renew_every
            while not await _happened(ended, pause) and not self._jobs_are_gone():
                pause = self._renew_every if await self._renewed(queue) else self._renew_every / 4

    async def _renewed(self, queue: JobQueue) -> bool:
        held = self._held.copy()
        if not held:
            return True
        renewals = [_renewal(attempt, alone) for attempt, alone in held.values()]
        try:
            states = await queue.extend(renewals, self._lease_for)
            answers = dict(zip(held, states, strict=True))
        except Exception as error:  # noqa: BLE001 (whatever it is, the others must be kept)
            log.warning("%d leases could not be renewed: %r", len(held), error)
            return False
        self._tell(answers, held)
        return LeaseState.UNKNOWN not in states

    def _jobs_are_gone(self) -> bool:
        return self._jobs_loop is None or self._jobs_loop.is_closed()

    def _tell(
        self, states: Mapping[JobId, LeaseState], held: Mapping[JobId, tuple[Attempt, bool]]
    ) -> None:
        for job_id, state in states.items():
            reason = _STOPS.get(state)
            if reason is not None and self._jobs_loop and job_id in self._held:
                self._jobs_loop.call_soon_threadsafe(held[job_id][0].stop, reason)


def _renewal(attempt: Attempt, alone: bool) -> Renewal:
    lease, (percent, message) = attempt.lease, attempt.progress
    standing = lease.record.standing
    return Renewal(lease.record.id, standing.token, standing.lane, percent, message, alone)


async def _happened(event: asyncio.Event, within: timedelta) -> bool:
    """Returns True as soon as the event is set, False when the time is up."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            await event.wait()
    except TimeoutError:
        return False
    return True
