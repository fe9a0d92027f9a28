"""Rounds go on from a start to a stop, whatever happens in one of them."""

from datetime import timedelta

from jobsys.application.rounds import Rounds
from tests.support.workshop import until

AT_ONCE, NEVER = timedelta(0), timedelta(days=1)


class Walk:
    """Rounds that are counted."""

    def __init__(self, pause: timedelta, error: Exception | None = None) -> None:
        self.rounds = Rounds("jobsys-walk", self._go, self._failed)
        self.gone = 0
        self.told: list[Exception] = []
        self._pause, self._error = pause, error

    async def _go(self) -> timedelta:
        self.gone += 1
        if self._error is not None:
            raise self._error
        return self._pause

    def _failed(self, error: Exception) -> timedelta:
        self.told.append(error)
        return self._pause


async def test_round_follows_round_until_the_stop() -> None:
    walk = Walk(AT_ONCE)
    walk.rounds.start()
    await until(lambda: walk.gone > 2)
    await walk.rounds.stop()
    assert not walk.rounds.are_going


async def test_a_ring_ends_the_pause() -> None:
    walk = Walk(NEVER)
    walk.rounds.start()
    for gone in (1, 2, 3):
        await until(lambda: walk.gone == gone)  # noqa: B023 (awaited at once)
        walk.rounds.ring()
    await walk.rounds.stop()


async def test_a_round_that_raises_is_told_of_and_ends_nothing() -> None:
    walk = Walk(AT_ONCE, error=(error := RuntimeError("a bug")))
    walk.rounds.start()
    await until(lambda: walk.gone > 2)
    await walk.rounds.stop()
    assert walk.told[:2] == [error, error]


async def test_they_begin_anew_after_a_stop_and_a_second_start_changes_nothing() -> None:
    walk = Walk(NEVER)
    for gone in (1, 2):
        walk.rounds.start()
        walk.rounds.start()
        await until(lambda: walk.gone == gone)  # noqa: B023 (awaited at once)
        await walk.rounds.stop()
        await walk.rounds.stop()
    assert walk.gone == 2
