"""The simulation's event loop: virtual time, a drawn order, and owners that freeze and die."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from random import Random

import pytest

from jobsys.application.loop_time import loop_time
from jobsys.testing.simulation.loop import OWNER, Owner, SimulatedLoop


def new_loop(seed: int = 0) -> SimulatedLoop:
    return SimulatedLoop(Random(seed))  # noqa: S311 (chance, not secrecy)


async def owned(owner: Owner, work: Coroutine[object, object, None]) -> None:
    """Begins work that belongs to somebody."""
    context = Context()
    context.run(OWNER.set, owner)
    asyncio.get_running_loop().create_task(work, context=context)


def order(seed: int) -> list[int]:
    """Returns in which order tasks run that are ready together."""
    ran: list[int] = []

    async def run(number: int) -> None:
        ran.append(number)

    async def main() -> None:
        await asyncio.gather(*map(run, range(6)))

    new_loop(seed).play(main())
    return ran


def test_what_is_ready_runs_in_an_order_that_the_seed_draws() -> None:
    assert order(1) == order(1)
    assert len({tuple(order(seed)) for seed in range(10)}) > 5
    assert sorted(order(2)) == [0, 1, 2, 3, 4, 5]


def test_time_jumps_to_the_next_timer() -> None:
    loop, seen = new_loop(), list[float]()

    async def main() -> None:
        await asyncio.sleep(1000)
        seen.append(loop.time())
        try:
            async with asyncio.timeout(50):
                await asyncio.sleep(100)
        except TimeoutError:
            seen.append(loop.time())

    assert loop.play(main()) == []
    assert seen == [1000, 1050]


def test_the_application_goes_by_virtual_time() -> None:
    seen: list[float] = []

    async def main() -> None:
        await asyncio.sleep(1000)
        seen.append(loop_time())

    new_loop().play(main())
    assert seen == [1000]


def test_what_a_dead_owner_has_begun_never_goes_on() -> None:
    owner, steps = Owner(), list[str]()

    async def work() -> None:
        try:
            steps.append("begun")
            await asyncio.sleep(1)
            steps.append("gone on")
        except asyncio.CancelledError:
            steps.append("cancelled")

    async def main() -> None:
        await owned(owner, work())
        await asyncio.sleep(0.5)
        owner.is_dead = True
        await asyncio.sleep(10)

    new_loop().play(main())
    assert steps == ["begun"]


def test_a_frozen_owner_goes_on_when_its_time_has_come() -> None:
    owner, loop, woken_at = Owner(), new_loop(), list[float]()

    async def work() -> None:
        await asyncio.sleep(1)
        woken_at.append(loop.time())

    async def main() -> None:
        await owned(owner, work())
        await asyncio.sleep(0.5)
        owner.frozen_until = 7.0
        await asyncio.sleep(10)

    loop.play(main())
    assert woken_at == [7]


def test_what_is_called_as_if_from_another_thread_belongs_to_nobody() -> None:
    owner, loop = Owner(), new_loop()
    rung = asyncio.Event()

    async def work() -> None:
        loop.call_soon_threadsafe(rung.set)
        owner.is_dead = True

    async def main() -> None:
        await owned(owner, work())
        await rung.wait()

    assert loop.play(main()) == []


def test_what_tasks_and_callbacks_raise_is_returned_and_a_halt_ends_all() -> None:
    loop, steps = new_loop(), list[str]()

    async def work() -> None:
        raise ValueError("a task")

    def halt() -> None:
        loop.halt()
        raise ValueError("a callback")

    async def main() -> None:
        failing = asyncio.create_task(work())
        loop.call_later(1, halt)
        await asyncio.sleep(2)
        steps.append(str(failing))

    assert sorted(map(str, loop.play(main()))) == ["a callback", "a task"]
    assert steps == []


def test_a_loop_in_which_nothing_will_ever_happen_says_so() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="everything waits"):
        new_loop().play(main())
