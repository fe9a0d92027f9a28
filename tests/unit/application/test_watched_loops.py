"""What a watchdog does with the loops that it is given, one after the other."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from jobsys.application import watchdog
from jobsys.application.loop_time import loop_time
from jobsys.application.watchdog import Loop, Watchdog
from tests.support.workshop import until


class Obedient(Loop):
    """Does nothing until it is told how to end; a test says what it waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.rung = 0
        self.was_cancelled = False
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ring(self) -> None:
        self.rung += 1

    async def run(self) -> None:
        try:
            await asyncio.shield(self.end)
        except asyncio.CancelledError:
            self.was_cancelled = not self.end.cancelled()
            raise

    def hang(self) -> None:
        """Waits for an answer since long ago."""
        self.asked_at = loop_time() - watchdog.HANGS_AFTER


class Kennel:
    """A watchdog at its work, and the loops that it has made."""

    def __init__(self) -> None:
        self.made: list[Obedient] = []
        self.watchdog = Watchdog(self._new)
        self.work = asyncio.create_task(self.watchdog.run())

    def _new(self) -> Loop:
        self.made.append(Obedient())
        return self.made[-1]

    async def next(self, number: int) -> Obedient:
        """Waits for the loop of this number."""
        await until(lambda: len(self.made) >= number)
        return self.made[number - 1]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "LOOKS_EVERY", 0.02)
    monkeypatch.setattr(watchdog, "PAUSE", 0.02)


@pytest.fixture
async def kennel() -> AsyncIterator[Kennel]:
    kennel = Kennel()
    yield kennel
    kennel.work.cancel()
    await asyncio.wait([kennel.work])


async def test_a_first_loop_need_not_have_an_answer_and_its_successor_must(kennel: Kennel) -> None:
    first = await kennel.next(1)
    first.asked_at = loop_time()
    assert kennel.watchdog.is_content
    first.end.set_exception(RuntimeError("a bug"))
    second = await kennel.next(2)
    second.asked_at = loop_time()
    assert not kennel.watchdog.is_content
    second.was_answered = True
    assert kennel.watchdog.is_content


async def test_a_loop_that_hangs_is_told_cancelled_and_replaced_by_one_that_looks_at_once(
    kennel: Kennel, caplog: pytest.LogCaptureFixture
) -> None:
    first = await kennel.next(1)
    first.hang()
    assert not kennel.watchdog.is_content
    second = await kennel.next(2)
    await until(lambda: second.rung)
    assert first.was_cancelled
    assert [(r.levelno, r.getMessage()[:35]) for r in caplog.records] == [
        (logging.ERROR, "a call of the worker is not answere")
    ]
    assert kennel.watchdog.is_content


async def test_a_loop_is_rung_now_and_then_in_case_that_a_wake_up_was_lost(kennel: Kennel) -> None:
    first = await kennel.next(1)
    await until(lambda: first.rung >= 2)


async def test_a_loop_that_has_waited_for_less_is_left_alone(kennel: Kennel) -> None:
    first = await kennel.next(1)
    first.asked_at = loop_time() - watchdog.HANGS_AFTER + 10
    await asyncio.sleep(0.1)
    assert kennel.watchdog.is_content
    assert kennel.made == [first]


async def test_a_loop_that_was_cancelled_has_done_its_work(kennel: Kennel) -> None:
    (await kennel.next(1)).end.cancel()
    await asyncio.wait_for(kennel.work, 10)
    assert len(kennel.made) == 1


async def test_a_watchdog_that_is_cancelled_takes_its_loop_along(kennel: Kennel) -> None:
    first = await kennel.next(1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kennel.work.cancel()
    await asyncio.wait([kennel.work])
    assert first.was_cancelled
