"""A pool whose event loop begins tasks at once loses no end."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import TypeVar

from jobsys.adapters.asyncio.worker_pool import AsyncioWorkerPool
from jobsys.domain.transition import Transition
from jobsys.testing.held_attempts import HeldAttempt, leased

T = TypeVar("T")


class AtOnce(HeldAttempt):
    """An attempt that ends without ever waiting."""

    async def run(self) -> Transition:
        return self.lease.succeeded(None)


def eager(
    loop: asyncio.AbstractEventLoop, work: Coroutine[object, object, T]
) -> "asyncio.Future[T]":
    """Runs work that never waits at once, as an eager task of Python 3.12 does."""
    done: asyncio.Future[T] = loop.create_future()
    try:
        work.send(None)
    except StopIteration as end:
        done.set_result(end.value)
    return done


async def test_an_attempt_that_ends_while_its_task_is_made_comes_out_once_as_it_ended() -> None:
    rung: list[None] = []
    pool = AsyncioWorkerPool(AtOnce, 2)
    await pool.start(lambda: rung.append(None))
    loop = asyncio.get_running_loop()
    loop.set_task_factory(eager)  # type: ignore[arg-type]  # what is wrong is tested
    attempt = pool.start_attempt(leased())
    loop.set_task_factory(None)
    assert pool.finished() == [attempt.lease.succeeded(None)]
    assert (pool.finished(), pool.stats().active_jobs, len(rung)) == ([], 0, 1)
    assert await pool.stop(timedelta(0)) == []
