"""Fire and forget: calls of this process, bounded, drained and counted."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextvars import ContextVar
from datetime import timedelta

import pytest

from jobsys.application import background as module
from jobsys.application.background import BackgroundCalls, CallCounts
from jobsys.domain.errors import BackgroundFull, NotRunning
from tests.support.bench import Bench
from tests.support.workshop import until

WHO: ContextVar[str] = ContextVar("who", default="nobody")


@pytest.fixture
async def started(bench: Bench) -> AsyncIterator[Bench]:
    await bench.background.start()
    yield bench
    await bench.background.stop()


async def test_an_async_function_runs_at_once_with_its_arguments(started: Bench) -> None:
    seen: list[object] = []

    async def note(what: str, *, how: int) -> None:
        seen.extend((what, how, WHO.get()))

    WHO.set("Ada")
    started.service.fire_and_forget(note, "this", how=3)
    await until(lambda: seen)
    assert seen == ["this", 3, "Ada"]


async def test_a_plain_function_runs_in_a_thread(started: Bench) -> None:
    threads: list[threading.Thread] = []
    started.service.fire_and_forget(lambda: threads.append(threading.current_thread()))
    await until(lambda: threads)
    assert threads[0] is not threading.main_thread()


async def test_beyond_the_limit_it_is_refused_clearly_and_counted(started: Bench) -> None:
    gate = asyncio.Event()
    for _ in range(3):
        started.service.fire_and_forget(gate.wait)
    with pytest.raises(BackgroundFull, match=r"3 calls run already.*background\.limit"):
        started.service.fire_and_forget(gate.wait)
    assert started.background.counts == CallCounts(started=3, running=3, failed=0, dropped=1)
    gate.set()
    await until(lambda: started.background.counts.running == 0)
    started.service.fire_and_forget(gate.wait)
    assert started.background.counts.started == 4


@pytest.mark.parametrize("error", [ValueError, SystemExit, asyncio.CancelledError])
async def test_a_failure_is_logged_with_its_traceback_and_counted(
    error: type[BaseException], started: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing() -> None:
        raise error("made up")

    started.service.fire_and_forget(failing)
    await until(lambda: started.background.counts.failed)
    assert "failing" in caplog.text
    assert 'raise error("made up")' in caplog.text
    assert started.background.counts == CallCounts(1, 0, 1, 0)


async def test_a_stop_lets_calls_end(bench: Bench) -> None:
    ended: list[str] = []

    async def slow() -> None:
        await asyncio.sleep(0.05)
        ended.append("slow")

    await bench.background.start()
    bench.service.fire_and_forget(slow)
    for _ in range(2):
        await bench.background.stop()
    assert ended == ["slow"]
    assert bench.background.counts == CallCounts(1, 0, 0, 0)


async def test_what_does_not_end_within_the_grace_is_cancelled_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cleaned_up = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned_up.set()

    background = BackgroundCalls(limit=10, grace=timedelta(0.0))
    await background.start()
    background.begin(endless)
    await asyncio.sleep(0)
    await background.stop()
    assert cleaned_up.is_set()
    assert background.counts == CallCounts(started=1, running=0, failed=0, dropped=1)
    assert "cut short" in caplog.text


async def test_what_will_not_be_cancelled_is_left_behind(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_WORD", timedelta(milliseconds=10))
    gate = asyncio.Event()

    async def stubborn() -> None:
        while not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                continue

    background = BackgroundCalls(limit=10, grace=timedelta(0))
    await background.start()
    background.begin(stubborn)
    await asyncio.sleep(0)
    await background.stop()
    assert "1 background calls do not end" in caplog.text
    gate.set()
    await until(lambda: background.counts.running == 0)


async def test_before_the_start_and_after_the_stop_it_is_refused_clearly(bench: Bench) -> None:
    with pytest.raises(NotRunning, match="between its start and its stop"):
        bench.service.fire_and_forget(print)
    await bench.background.start()
    with pytest.raises(NotRunning, match="in the event loop"):
        await asyncio.to_thread(bench.service.fire_and_forget, print)
    await bench.background.stop()
    with pytest.raises(NotRunning):
        bench.service.fire_and_forget(print)
    assert bench.background.counts == CallCounts(0, 0, 0, 0)
