"""A bench for each test, and a keeper of its leases."""

from collections.abc import AsyncIterator

import pytest

from jobsys.application.renewal import LeaseKeeper
from jobsys.testing.faults.faulty_queue import FaultyQueue
from tests.support.bench import LEASE_FOR, Bench
from tests.support.keeper import OFTEN, keeping


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def queue(bench: Bench) -> FaultyQueue:
    return FaultyQueue(bench.queue)


@pytest.fixture
async def keeper(queue: FaultyQueue) -> AsyncIterator[LeaseKeeper]:
    keeper = LeaseKeeper(keeping(queue), LEASE_FOR, OFTEN)
    await keeper.start()
    yield keeper
    await keeper.stop()
