"""Memory, SQLite and Redis tell the same history of the same story."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from jobsys.testing.differential import Operation, first_difference, shortest, stories, tell
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend
from jobsys.testing.whole_backend import WholeBackend

EXAMPLES = int(os.environ.get("JOBSYS_EXAMPLES", "150"))
"""How many stories are told: JOBSYS_EXAMPLES=5000 ./dev test tests/contract/test_differential.py"""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Stories are shortened step by step instead, which takes seconds where Hypothesis takes minutes."""


def test_every_backend_tells_the_same_history_of_any_story(
    tmp_path: Path, clean_redis_url: str
) -> None:
    backends = {
        "memory": MemoryBackend(),
        "sqlite": SqliteBackend(tmp_path / "jobs.db"),
        "redis": RedisBackend(clean_redis_url),
    }
    with asyncio.Runner() as runner:

        @settings(max_examples=EXAMPLES, deadline=None, phases=UNSHRUNK)
        @given(stories())
        def same_history(story: Sequence[Operation]) -> None:
            if difference := runner.run(difference_in_short(backends, story)):
                pytest.fail(difference, pytrace=False)

        try:
            same_history()
        finally:
            runner.run(closed(backends))


async def difference_in_short(
    backends: Mapping[str, WholeBackend], story: Sequence[Operation]
) -> str | None:
    async def difference(story: Sequence[Operation]) -> str | None:
        histories = {name: await tell(backend, story) for name, backend in backends.items()}
        return first_difference(story, histories)

    async def differs(story: Sequence[Operation]) -> bool:
        return await difference(story) is not None

    return await difference(await shortest(story, differs)) if await differs(story) else None


async def closed(backends: Mapping[str, WholeBackend]) -> None:
    for backend in backends.values():
        await backend.close()
