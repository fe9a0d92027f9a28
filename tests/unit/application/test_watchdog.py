"""Jobs that wait are claimed whatever becomes of the worker's own loops."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from jobsys.application import look_out, reach, watchdog
from jobsys.application.held_lease import HeldLease
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import PoolStats
from tests.support.workshop import Workshop, until


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a watchdog bite soon."""
    monkeypatch.setattr(look_out, "LONGEST_WAIT", timedelta(seconds=0.05))
    monkeypatch.setattr(watchdog, "HANGS_AFTER", 0.3)
    monkeypatch.setattr(watchdog, "LOOKS_EVERY", 0.05)
    monkeypatch.setattr(watchdog, "PAUSE", 0.05)


def breaking(times: int) -> Iterator[bool]:
    """Tells as often as that to break."""
    yield from [True] * times
    while True:
        yield False


async def test_a_worker_is_ready_from_its_start_to_its_stop() -> None:
    shop = Workshop()
    worker = shop.container.worker()
    assert not worker.is_ready
    async with shop.open():
        assert worker.is_ready
    assert not worker.is_ready


async def test_lanes_that_were_broken_off_are_replaced_and_the_worker_is_not_ready_meanwhile(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Workshop()
    worker, settler = shop.container.worker(), shop.container.floor().settler
    real, breaks = settler.take, breaking(2)

    def take() -> list[Transition]:
        if next(breaks):
            raise RuntimeError("a bug")
        return real()

    monkeypatch.setattr(settler, "take", take)
    async with shop.open():
        [job_id] = await shop.submit("a")
        await until(lambda: not worker.is_ready)
        await shop.outcome(job_id)
        await until(lambda: worker.is_ready)
    assert "a loop of the worker was broken off" in caplog.text


async def test_a_worker_whose_keeping_of_leases_broke_off_is_not_ready_until_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Workshop({"lease_for": "1s"})
    worker, real, breaks = shop.container.worker(), HeldLease.renewed, breaking(1)

    def renewed(held: HeldLease, kept_until: float) -> None:
        if next(breaks):
            raise RuntimeError("a bug")
        real(held, kept_until)

    monkeypatch.setattr(HeldLease, "renewed", renewed)
    shop.gate.clear()
    async with shop.open():
        await shop.submit("a")
        await until(lambda: not worker.is_ready)
        await until(lambda: worker.is_ready)
        shop.gate.set()


async def test_a_look_out_that_was_broken_off_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Workshop()
    pool = shop.container.worker_pool()
    real = pool.stats
    async with shop.open():
        await until(lambda: "wait" in shop.queue.calls)
        breaks = breaking(3)

        def stats() -> PoolStats:
            if next(breaks):
                raise RuntimeError("a bug")
            return real()

        monkeypatch.setattr(pool, "stats", stats)
        await shop.outcome((await shop.submit("a"))[0])


async def test_a_turn_that_is_never_answered_is_given_up_and_other_jobs_are_claimed() -> None:
    shop = Workshop()
    worker = shop.container.worker()
    async with shop.open():
        await shop.outcome((await shop.submit("before"))[0])
        async with shop.queue.held("turn"):
            await shop.submit("hangs")
            await until(lambda: not worker.is_ready)
        await shop.outcome((await shop.submit("later"))[0])
        await until(lambda: worker.is_ready)


async def test_a_wait_that_is_never_answered_is_made_anew() -> None:
    shop = Workshop()
    worker = shop.container.worker()
    async with shop.open():
        async with shop.queue.held("wait"):
            await shop.outcome((await shop.submit("a"))[0])
            await until(lambda: not worker.is_ready)
        await shop.outcome((await shop.submit("b"))[0])
        await until(lambda: worker.is_ready)


@pytest.mark.parametrize("way", ["refused", "damaged"])
async def test_a_worker_is_not_ready_while_its_calls_go_wrong_for_long(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(reach, "BLIP", 0.2)
    shop = Workshop()
    worker = shop.container.worker()
    async with shop.open():
        [job] = await shop.submit("a")
        shop.queue.damage("default") if way == "damaged" else shop.queue.take_down("turn")
        await until(lambda: not worker.is_ready)
        shop.queue.bring_up()
        shop.queue.mend("default")
        await until(lambda: worker.is_ready)
        await shop.outcome(job)


async def test_a_worker_whose_slots_are_taken_is_ready_though_another_queue_takes_no_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "BLIP", 0.1)
    monkeypatch.setattr("jobsys.application.floor.POSTPONED_FOR", 0.02)
    shop = Workshop({"concurrency": 1, "queues": ["good", "bad"]})
    shop.gate.clear()
    async with shop.open():
        bad = await shop.service.submit(shop.note("bad"), queue="bad")
        await until(lambda: shop.running)
        shop.queue.damage("bad")
        shop.gate.set()
        await until(lambda: shop.ended)
        shop.gate.clear()
        good = await shop.service.submit(shop.note("good"), queue="good")
        await until(lambda: shop.running and len(shop.begun) == 2)
        for _ in range(50):
            assert shop.container.worker().is_ready
            await asyncio.sleep(0.01)
        shop.queue.mend("bad")
        shop.gate.set()
        for job in (bad, good):
            await shop.outcome(job)


async def test_a_worker_stays_ready_while_its_calls_go_wrong_for_a_moment() -> None:
    shop = Workshop()
    worker = shop.container.worker()
    async with shop.open():
        await shop.outcome((await shop.submit("before"))[0])
        shop.queue.fail("turn", "before", "after", "before")
        [job] = await shop.submit("a")
        while not shop.begun[1:]:
            assert worker.is_ready
            await asyncio.sleep(0.002)
        await shop.outcome(job)


async def test_calls_that_go_wrong_now_and_then_with_answers_in_between_are_blips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "BLIP", 0.2)
    shop = Workshop()
    worker = shop.container.worker()
    async with shop.open():
        for number in range(5):
            shop.queue.fail("turn", "before")
            await shop.outcome((await shop.submit(f"{number}"))[0])
            await asyncio.sleep(0.06)
            assert worker.is_ready
