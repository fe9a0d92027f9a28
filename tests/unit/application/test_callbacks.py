"""Callbacks: each is called with what it wants to know, whatever the others do."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jobsys.adapters.memory.event_bus import MemoryEventBus
from jobsys.application import callbacks as module
from jobsys.application.callbacks import Callbacks
from jobsys.application.events import interest_in
from jobsys.domain.errors import ConfigurationError, InvalidJob, InvalidName
from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.domain.status import JobStatus
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.subscription import Subscription
from jobsys.testing.notices import ANY, notice, notices
from tests.support.bench import Bench
from tests.support.workshop import until


@pytest.fixture
def bus(bench: Bench) -> MemoryEventBus:
    return MemoryEventBus(bench.store)


@pytest.fixture
async def callbacks(bus: MemoryEventBus) -> AsyncIterator[Callbacks]:
    callbacks = Callbacks(bus.subscribe)
    yield callbacks
    await callbacks.stop()


async def test_a_callback_gets_the_notices_of_its_interest(
    bus: MemoryEventBus, callbacks: Callbacks
) -> None:
    done: list[JobNotice] = []
    dead: list[JobNotice] = []

    @callbacks.on(interest_in(["completed"], None, None))
    async def completed(told: JobNotice) -> None:
        done.append(told)

    @callbacks.on(interest_in([JobStatus.FAILED], "reports", "Send-Report"))
    async def failed(told: JobNotice) -> None:
        dead.append(told)

    report = notice("c", JobStatus.FAILED, queue="reports", job_type="send_report")
    await callbacks.start()
    await bus.publish([notice("a"), notice("b", JobStatus.FAILED), report])
    await until(lambda: done and dead)
    assert (done, dead) == ([notice("a")], [report])


async def test_a_plain_function_is_called_in_a_thread(
    bus: MemoryEventBus, callbacks: Callbacks
) -> None:
    threads: list[threading.Thread] = []

    @callbacks.on(ANY)
    def completed(told: JobNotice) -> None:
        threads.append(threading.current_thread())

    await callbacks.start()
    await bus.publish(notices("a"))
    await until(lambda: threads)
    assert threads[0] is not threading.main_thread()


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError, SystemExit])
async def test_one_that_raises_is_logged_and_goes_on_being_called(
    error: type[BaseException],
    bus: MemoryEventBus,
    callbacks: Callbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    told_to: list[str] = []

    @callbacks.on(ANY)
    async def raising(told: JobNotice) -> None:
        told_to.append(told.job_id.key)
        raise error

    await callbacks.start()
    await bus.publish(notices("a", "b"))
    await until(lambda: len(told_to) == 2)
    assert "a callback failed at job emails:a, completed" in caplog.text
    assert error.__name__ in caplog.text


async def test_one_that_is_slow_delays_no_other(bus: MemoryEventBus, callbacks: Callbacks) -> None:
    gate, quick = asyncio.Event(), list[str]()

    @callbacks.on(ANY)
    async def slow(told: JobNotice) -> None:
        await gate.wait()

    @callbacks.on(ANY)
    async def other(told: JobNotice) -> None:
        quick.append(told.job_id.key)

    await callbacks.start()
    await bus.publish(notices("a", "b", "c"))
    await until(lambda: quick == ["a", "b", "c"])
    gate.set()


async def test_a_stop_lets_them_finish_with_what_they_were_told(
    bus: MemoryEventBus, callbacks: Callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_CALLS", 3600)
    told_to: list[str] = []

    @callbacks.on(ANY)
    async def completed(told: JobNotice) -> None:
        await asyncio.sleep(0)
        told_to.append(told.job_id.key)

    for _ in range(2):
        await callbacks.start()
    await bus.publish(notices("a", "b"))
    for _ in range(2):
        await callbacks.stop()
    await bus.publish(notices("c"))
    await callbacks.start()
    await bus.publish(notices("d"))
    await callbacks.stop()
    assert told_to == ["a", "b", "d"]


async def test_a_stop_does_not_wait_for_one_that_hangs(
    bus: MemoryEventBus, callbacks: Callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_CALLS", 0.05)
    begun: list[str] = []
    ended: list[str] = []

    @callbacks.on(ANY)
    async def hanging(told: JobNotice) -> None:
        begun.append(told.job_id.key)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(told.job_id.key)

    await callbacks.start()
    await bus.publish(notices("a", "b"))
    await until(lambda: begun)
    await callbacks.stop()
    assert (begun, ended) == (["a"], ["a"])
    assert not await bus.publish(notices("c"))


async def test_it_listens_again_when_the_backend_was_away(
    bench: Bench,
    bus: MemoryEventBus,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER", 0.01)
    away = [QueueUnavailable("away"), QueueUnavailable("away")]

    @asynccontextmanager
    async def listen(interest: NoticeInterest) -> AsyncGenerator[Subscription]:
        if away:
            raise away.pop()
        async with bus.subscribe(interest) as subscription:
            yield subscription

    told_to: list[str] = []
    callbacks = Callbacks(listen)
    callbacks.on(ANY)(lambda told: told_to.append(told.job_id.key))
    await callbacks.start()
    await until(lambda: not away)
    await until(lambda: bench.store.listeners)
    await bus.publish(notices("a"))
    await until(lambda: told_to == ["a"])
    await callbacks.stop()
    assert "cannot listen now" in caplog.text


async def test_callbacks_are_named_before_the_start(callbacks: Callbacks) -> None:
    callbacks.on(ANY)(print)
    await callbacks.start()
    with pytest.raises(ConfigurationError, match="before the start"):
        callbacks.on(ANY)(print)


def test_an_interest_in_what_does_not_exist_says_what_does() -> None:
    with pytest.raises(InvalidJob, match=r"'done' is not a valid JobStatus.* completed, failed"):
        interest_in(["done"], None, None)
    with pytest.raises(InvalidName, match="queue"):
        interest_in([], "no name", None)
