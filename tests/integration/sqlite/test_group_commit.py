"""Calls that arrive while a transaction runs share the next one."""

import asyncio
from datetime import datetime

import pytest

from jobsys.adapters.sqlite.job_inspector import SqliteJobInspector
from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.status import JobStatus
from jobsys.ports.submission import Receipt
from tests.integration.sqlite.conftest import Opener
from tests.integration.sqlite.steps import HostClock, submission


class CountingClock(HostClock):
    """Is asked once in each transaction."""

    def __init__(self) -> None:
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        return super().now()


async def test_a_hundred_concurrent_calls_take_few_transactions(opened: Opener) -> None:
    clock = CountingClock()
    queue = SqliteJobQueue(opened(clock))
    receipts = await asyncio.gather(*(queue.enqueue([submission(f"{n}")]) for n in range(100)))
    assert receipts == [[Receipt.CREATED]] * 100
    assert clock.asked <= 5


async def test_a_call_that_fails_does_not_spoil_those_that_share_its_transaction(
    store: SqliteStore,
) -> None:
    queue = SqliteJobQueue(store)
    await store.start()
    calls = [queue.enqueue([submission(f"{n}")]) for n in range(20)]
    calls.insert(10, queue.enqueue([submission("half"), submission("\ud800")]))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    failed = answers.pop(10)
    assert isinstance(failed, UnicodeEncodeError)
    assert answers == [[Receipt.CREATED]] * 20
    counts = await SqliteJobInspector(store).counts()
    assert counts["mail"].now[JobStatus.QUEUED] == counts["mail"].ever[JobStatus.QUEUED] == 20


async def test_a_caller_that_gives_up_does_not_keep_the_others_waiting(
    store: SqliteStore,
) -> None:
    queue = SqliteJobQueue(store)
    given_up = asyncio.ensure_future(queue.enqueue([submission("a")]))
    kept = asyncio.ensure_future(queue.enqueue([submission("b")]))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await kept == [Receipt.CREATED]
    with pytest.raises(asyncio.CancelledError):
        await given_up
