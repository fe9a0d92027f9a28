"""What is remembered of the lanes' last turns: a minute, however many workers come and go."""

from datetime import timedelta

import pytest

from jobsys.ports.turn import Claim, TurnTicket
from tests.support.bench import LEASE_FOR, Bench, Greet


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_the_answers_of_lanes_that_are_gone_are_forgotten_after_a_minute(
    bench: Bench,
) -> None:
    await bench.service.submit_many([Greet()] * 3)
    for lane in ("a", "b"):
        await bench.queue.turn(TurnTicket(lane, 1), [], [Claim("default", 1)], LEASE_FOR)
    bench.clock.advance(timedelta(minutes=1))
    await bench.queue.turn(TurnTicket("c", 1), [], [Claim("default", 1)], LEASE_FOR)
    await bench.queue.tick(["default"], 10)
    assert set(bench.store.last_turns) == {"a", "b", "c"}
    bench.clock.advance(timedelta(milliseconds=1))
    await bench.queue.tick(["default"], 10)
    assert set(bench.store.last_turns) == {"c"}
