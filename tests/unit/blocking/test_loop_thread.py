"""An event loop in a thread of its own: it answers, or says why not, and never hangs."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from datetime import timedelta

import pytest

from jobsys.blocking.loop_thread import LoopThread

SOON = timedelta(seconds=10)
CALLER = ContextVar("CALLER", default="nobody")


async def echo(text: str) -> str:
    await asyncio.sleep(0)
    return text


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close(SOON)


def test_a_call_returns_what_its_coroutine_returns(thread: LoopThread) -> None:
    assert thread.call(echo("a")) == "a"


def test_a_call_raises_what_its_coroutine_raises(thread: LoopThread) -> None:
    async def fail() -> None:
        raise ValueError("out of stock")

    with pytest.raises(ValueError, match="out of stock"):
        thread.call(fail())


def test_many_threads_call_at_once(thread: LoopThread) -> None:
    everyone_is_here = asyncio.Barrier(8)

    async def met(number: int) -> int:
        await everyone_is_here.wait()
        return number

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda number: thread.call(met(number)), range(8))) == [*range(8)]


async def test_a_thread_that_runs_an_event_loop_may_call_as_well(thread: LoopThread) -> None:
    assert thread.call(echo("a")) == "a"


def test_a_call_from_the_loop_itself_is_refused_and_does_not_hang(thread: LoopThread) -> None:
    async def call_again() -> str:
        return thread.call(echo("never"))

    with pytest.raises(RuntimeError, match="its own event loop"):
        thread.call(call_again())


def test_a_coroutine_sees_the_context_of_its_caller(thread: LoopThread) -> None:
    async def caller() -> str:
        return CALLER.get()

    CALLER.set("somebody")
    assert thread.call(caller()) == "somebody"


def test_a_closed_loop_says_so() -> None:
    thread = LoopThread()
    thread.close(SOON)
    thread.close(SOON)
    with pytest.raises(RuntimeError, match="jobsys is closed"):
        thread.call(echo("never"))


def test_a_call_in_flight_ends_when_the_loop_is_closed() -> None:
    thread, begun = LoopThread(), threading.Event()

    async def never() -> None:
        begun.set()
        await asyncio.Event().wait()

    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(thread.call, never())
        begun.wait()
        thread.close(SOON)
        with pytest.raises(RuntimeError, match="closed in this process during the call"):
            call.result()
