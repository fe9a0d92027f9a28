"""Tells stories to one backend and to a reference until they differ, and prints how many it took.

Run as `python -m tests.support.count_stories BACKEND REFERENCE FOLDER REDIS_URL`.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from hypothesis import Phase, given, settings

from jobsys.testing.differential import Operation, first_difference, stories, tell
from jobsys.testing.memory_backend import MemoryBackend
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.sqlite_backend import SqliteBackend
from jobsys.testing.whole_backend import WholeBackend

AT_MOST: Final = 150
"""As many as the differential test tells."""


class Different(Exception):
    """Two backends have told different histories."""


def main(names: list[str], folder: Path, redis_url: str) -> None:
    makers: Mapping[str, Callable[[], WholeBackend]] = {
        "memory": MemoryBackend,
        "sqlite": lambda: SqliteBackend(folder / "jobs.db"),
        "redis": lambda: RedisBackend(redis_url),
    }
    told = 0
    backends = {name: makers[name]() for name in names}
    with asyncio.Runner() as runner:

        @settings(max_examples=AT_MOST, deadline=None, database=None, phases=[Phase.generate])
        @given(stories())
        def until_they_differ(story: list[Operation]) -> None:
            nonlocal told
            told += 1
            if runner.run(differ(backends, story)):
                raise Different

        try:
            until_they_differ()
        except Different:
            print(told)
        finally:
            runner.run(close(backends))


async def differ(backends: Mapping[str, WholeBackend], story: list[Operation]) -> bool:
    """Tells whether the backends differ; a backend that raises an error differs, too."""
    try:
        histories = {name: await tell(backend, story) for name, backend in backends.items()}
    except Exception:  # noqa: BLE001 (whatever a planted bug may cause)
        return True
    return first_difference(story, histories) is not None


async def close(backends: Mapping[str, WholeBackend]) -> None:
    for backend in backends.values():
        await backend.close()


if __name__ == "__main__":
    main(sys.argv[1:3], Path(sys.argv[3]), sys.argv[4])
