"""Many time limits, one timer."""

import asyncio
from collections.abc import Callable

from jobsys.application.deadlines import Deadlines
from tests.support.workshop import until


def noted(told: list[str], name: str) -> Callable[[], None]:
    return lambda: told.append(name)


async def test_whoever_is_out_of_time_is_called_once_and_the_others_are_not() -> None:
    told: list[str] = []
    deadlines, late = Deadlines(), noted(told, "late")
    deadlines.watch(noted(told, "soon"), 0.01)
    deadlines.watch(late, 60)
    await until(lambda: told)
    await asyncio.sleep(0.25)
    assert told == ["soon"]


async def test_a_limit_that_was_forgotten_never_passes() -> None:
    told: list[str] = []
    deadlines, ended = Deadlines(), noted(told, "ended")
    deadlines.watch(ended, 0.01)
    deadlines.watch(noted(told, "other"), 0.02)
    deadlines.forget(ended)
    await until(lambda: told)
    deadlines.forget(ended)
    assert told == ["other"]


async def test_nothing_is_scheduled_while_nothing_is_watched() -> None:
    told: list[str] = []
    deadlines = Deadlines()
    for name in ("first", "second"):
        deadlines.watch(noted(told, name), 0)
        await until(lambda: name == told[-1] if told else False)  # noqa: B023 (awaited at once)
    assert told == ["first", "second"]


def test_limits_are_watched_on_a_second_event_loop_too() -> None:
    deadlines = Deadlines()
    told: list[str] = []

    async def abandoned() -> None:
        deadlines.watch(noted(told, "of a loop that is gone"), 0)

    async def watched() -> None:
        deadlines.watch(noted(told, "seen"), 0)
        await until(lambda: told)

    asyncio.run(abandoned())
    asyncio.run(watched())
    assert told == ["seen"]
