"""Whatever a cancel meets, what it returned agrees with how the job ends."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Final

import pytest

from jobsys import JobStatus
from jobsys.application.commands import CancelOutcome
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend
from jobsys.testing.whole_backend import WholeBackend
from tests.support.cancel_race import AGREES, CancelRace

RACES: Final = {"memory": 1000, "sqlite": 400, "redis": 400}


@pytest.fixture
async def backend(name: str, tmp_path: Path, clean_redis_url: str) -> AsyncIterator[WholeBackend]:
    backends: dict[str, WholeBackend] = {
        "memory": MemoryBackend(),
        "sqlite": SqliteBackend(tmp_path / "jobs.db"),
        "redis": RedisBackend(clean_redis_url),
    }
    yield backends[name]
    for one in backends.values():
        await one.close()


@pytest.mark.parametrize("name", RACES)
async def test_what_a_cancel_returned_agrees_with_the_end_and_no_job_comes_back(
    name: str, backend: WholeBackend
) -> None:
    seen: Counter[tuple[CancelOutcome, JobStatus]] = Counter()
    for seed in range(RACES[name]):
        await backend.reset()
        race = CancelRace(backend, Random(seed))  # noqa: S311 (chance, not secrecy)
        end = await race.run()
        assert await race.wrong(end) == [], f"seed {seed}"
        seen.update((told.outcome, end.status) for told in race.told)
    print(seen)
    assert seen.keys() == {(told, end) for told, ends in AGREES.items() for end in ends}
