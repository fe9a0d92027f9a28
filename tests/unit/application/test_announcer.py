"""What happens here is told to whoever listens, and costs nothing while nobody does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from jobsys.adapters.memory.event_bus import MemoryEventBus
from jobsys.application import announcer as module
from jobsys.application.announcer import Announcer
from jobsys.domain.job_id import JobId
from jobsys.domain.notice import JobNotice
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.testing.jobs import CRASH
from jobsys.testing.notices import ANY, received
from jobsys.testing.virtual_clock import START
from tests.support.bench import Bench, Greet
from tests.support.workshop import until


class Bus(MemoryEventBus):
    """A bus in memory that notes the sizes of its batches, and waits or fails when it is told to."""

    sizes: list[int]
    error: Exception | None = None
    gate: asyncio.Event

    async def publish(self, notices: Sequence[JobNotice]) -> bool:
        self.sizes.append(len(notices))
        had_listeners = bool(self._store.listeners)
        await self.gate.wait()
        if not had_listeners:
            return False
        if self.error is not None:
            raise self.error
        return await super().publish(notices)


@pytest.fixture
def bus(bench: Bench) -> Bus:
    bus = Bus(bench.store)
    bus.sizes, bus.gate = [], asyncio.Event()
    bus.gate.set()
    return bus


@pytest.fixture
async def announcer(bench: Bench, bus: Bus) -> AsyncIterator[Announcer]:
    announcer = Announcer(bus, bench.inspector, bench.clock)
    await announcer.start()
    yield announcer
    await announcer.stop()


async def test_an_end_is_told_in_few_words(bench: Bench, announcer: Announcer) -> None:
    lease = await bench.leased(Greet())
    async with announcer.listen(ANY) as listener:
        announcer.announce([lease.succeeded(b'"a result"')])
        announcer.announce([lease.failed(CRASH, None, Reason.EXHAUSTED)])
        announcer.announce([lease.failed(CRASH, timedelta(seconds=1), Reason.EXHAUSTED)])
        done, dead, again = await received(listener, 3)
    job_id = lease.record.id
    assert done == JobNotice(
        job_id, "greet", JobEvent.SUCCEEDED, JobStatus.COMPLETED, 1, START, has_result=True
    )
    assert dead == JobNotice(
        job_id, "greet", JobEvent.FAILED, JobStatus.FAILED, 1, START, Reason.EXHAUSTED, "Crash"
    )
    assert (again.status, again.error, again.has_result) == (JobStatus.RETRYING, "Crash", False)


async def test_a_waiting_job_that_is_cancelled_is_told_once(bench: Bench) -> None:
    job_id = await bench.service.submit(Greet())
    await bench.announcer.start()
    async with bench.service.events(statuses=["cancelled"]) as notices:
        await bench.service.cancel(job_id)
        told = [await anext(notices)]
        await bench.service.cancel(job_id)
        await bench.service.cancel(other := await bench.service.submit(Greet()))
        told += [await anext(notices)]
    await bench.announcer.stop()
    assert [(n.job_id, n.event, n.reason) for n in told] == [
        (job_id, JobEvent.CANCEL, Reason.REQUESTED),
        (other, JobEvent.CANCEL, Reason.REQUESTED),
    ]


async def test_one_that_was_retried_meanwhile_or_is_gone_is_not_told(
    bench: Bench, announcer: Announcer, bus: Bus
) -> None:
    job_id = await bench.service.submit(Greet())
    async with announcer.listen(ANY) as listener:
        announcer.announce_cancelled(job_id)
        announcer.announce_cancelled(JobId.of("default", "gone"))
        announcer.announce([(await bench.leased(Greet())).released()])
        [only] = await received(listener, 1)
    assert only.event is JobEvent.RELEASED


async def test_what_comes_while_a_publish_is_under_way_goes_with_the_next(
    bench: Bench, announcer: Announcer, bus: Bus
) -> None:
    end = (await bench.leased(Greet())).succeeded(None)
    async with announcer.listen(ANY) as listener:
        bus.gate.clear()
        announcer.announce([end])
        await until(lambda: bus.sizes == [1])
        for _ in range(1_100):
            announcer.announce([end])
        bus.gate.set()
        await received(listener, 1_101)
    assert bus.sizes == [1, 500, 500, 100]


async def test_what_is_too_much_is_dropped_the_oldest_first_and_counted(
    bench: Bench, announcer: Announcer, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = await bench.leased(Greet())
    async with announcer.listen(ANY) as listener:
        announcer.announce([lease.released()] * module.MOST_WAITING)
        announcer.announce([lease.succeeded(None)] * 3)
        told = await received(listener, module.MOST_WAITING)
    assert announcer.dropped == 3
    assert [notice.status for notice in told[-4:]] == [JobStatus.QUEUED, *["completed"] * 3]


async def test_while_nobody_listens_it_looks_once_a_second_and_only_when_there_is_something(
    bench: Bench, announcer: Announcer, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    end = (await bench.leased(Greet())).succeeded(None)
    announcer.announce([])
    for _ in range(3):
        announcer.announce([end])
        await until(lambda: bus.sizes)
    assert bus.sizes == [1]
    now = 101.1
    announcer.announce([end])
    await until(lambda: len(bus.sizes) > 1)
    assert bus.sizes == [1, 1]


async def test_who_begins_to_listen_elsewhere_is_told_a_second_later(
    bench: Bench, announcer: Announcer, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    end = (await bench.leased(Greet())).succeeded(None)
    announcer.announce([end])
    await until(lambda: bus.sizes)
    async with MemoryEventBus(bench.store).subscribe(ANY) as listener:
        now = 101.1
        announcer.announce([end])
        assert len(await received(listener, 1)) == 1


async def test_who_begins_to_listen_here_is_told_at_once(
    bench: Bench, announcer: Announcer, bus: Bus
) -> None:
    end = (await bench.leased(Greet())).succeeded(None)
    bus.gate.clear()
    announcer.announce([end])
    await until(lambda: bus.sizes)
    async with announcer.listen(ANY) as listener:
        bus.gate.set()
        announcer.announce([end])
        assert len(await received(listener, 1)) == 1


async def test_a_bus_that_raises_keeps_nothing_from_the_next_notices(
    bench: Bench, announcer: Announcer, bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    end = (await bench.leased(Greet())).succeeded(None)
    async with announcer.listen(ANY) as listener:
        bus.error = ValueError("made up")
        announcer.announce([end])
        await until(lambda: "not told: ValueError('made up')" in caplog.text)
        bus.error = None
        announcer.announce([end])
        assert len(await received(listener, 1)) == 1


async def test_the_last_notices_are_told_at_the_stop_and_none_after_it(
    bench: Bench, bus: Bus
) -> None:
    announcer = Announcer(bus, bench.inspector, bench.clock)
    end = (await bench.leased(Greet())).succeeded(None)
    announcer.announce([end])
    await announcer.stop()
    for _ in range(2):
        await announcer.start()
    async with announcer.listen(ANY) as listener:
        announcer.announce([end])
        for _ in range(2):
            await announcer.stop()
        announcer.announce([end])
        announcer.announce_cancelled(end.record.id)
        await announcer.start()
        announcer.announce([end])
        await announcer.stop()
        assert len(await received(listener, 2)) == 2
    assert bus.sizes == [1, 1]


async def test_a_stop_does_not_wait_for_a_bus_that_hangs(
    bench: Bench, announcer: Announcer, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_WORDS", 0.01)
    async with announcer.listen(ANY):
        bus.gate.clear()
        announcer.announce([(await bench.leased(Greet())).succeeded(None)])
        async with asyncio.timeout(5):
            await announcer.stop()
