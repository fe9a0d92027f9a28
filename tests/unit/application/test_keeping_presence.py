"""A keeper shows its worker, and keeps leases whatever comes of that."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from jobsys.adapters.memory.presence import MemoryPresence
from jobsys.application.renewal import LeaseKeeper
from jobsys.ports.backend import Keeping
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import LEASE_FOR, Bench, Greet
from tests.support.keeper import OFTEN, Held, renewals


class Unanswered(MemoryPresence):
    """A presence that takes nobody in, and never says so."""

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield


async def test_renewals_and_the_stop_do_not_wait_until_the_worker_is_shown(
    bench: Bench, queue: FaultyQueue
) -> None:
    unanswered = Keeping(queue, Unanswered())
    keeper = LeaseKeeper(lambda: nullcontext(unanswered), LEASE_FOR, OFTEN)
    await keeper.start()
    keeper.hold(Held(await bench.leased(Greet())))
    await renewals(queue)
    await keeper.stop()


class Slow(MemoryPresence):
    """A presence that takes in who comes once it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.is_shown = False

    @asynccontextmanager
    async def present(self, worker: str) -> AsyncIterator[None]:
        await asyncio.to_thread(self.answers.wait)
        self.is_shown = True
        yield


async def test_a_start_ends_once_the_worker_is_shown(queue: FaultyQueue) -> None:
    presence = Slow()
    keeper = LeaseKeeper(lambda: nullcontext(Keeping(queue, presence)), LEASE_FOR, OFTEN)
    start = asyncio.create_task(keeper.start())
    await asyncio.wait([start], timeout=0.1)
    assert not start.done()
    presence.answers.set()
    await start
    assert presence.is_shown
    await keeper.stop()


class Undone(MemoryPresence):
    """A presence that breaks its promise and raises."""

    def present(self, worker: str) -> AbstractAsyncContextManager[None]:
        raise ValueError("a bug")


async def test_a_presence_that_raises_ends_no_renewals(bench: Bench, queue: FaultyQueue) -> None:
    keeper = LeaseKeeper(lambda: nullcontext(Keeping(queue, Undone())), LEASE_FOR, OFTEN)
    await keeper.start()
    keeper.hold(Held(await bench.leased(Greet())))
    await renewals(queue)
    assert not keeper.is_down
    await keeper.stop()
