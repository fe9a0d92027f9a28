"""Not a peer but the yardstick: a bare at-least-once engine, and what one process could do.

Each job is a record with state, attempts and worker; a claim takes a lease; the outcome is written
after the handler returned; the payload is checked by pydantic, and each job is a task of its own,
with a limit on how many run at once. One call writes the outcomes of the finished jobs and claims
the next. There are no retries, renewals, priorities, delays, metrics or logs. With `lanes=2` one
lane's jobs run while the other's call is under way: the ceiling.
"""

import asyncio
import sys
from collections.abc import Sequence

from pydantic_core import to_json

from tests.benchmarks.anchor.lane import Lane
from tests.benchmarks.anchor.memory_store import MemoryStore
from tests.benchmarks.anchor.redis_store import RedisStore
from tests.benchmarks.anchor.sqlite_store import SqliteStore
from tests.benchmarks.anchor.store import Store
from tests.benchmarks.peers import common


def opened(url: str) -> Store:
    """Returns the store at a URL."""
    if url.startswith("memory:"):
        return MemoryStore()
    if url.startswith("sqlite:"):
        return SqliteStore(url.removeprefix("sqlite:///"))
    return RedisStore(url)


async def main() -> None:
    """Obeys the verb, as `peers/common.py` says."""
    store = opened(common.URL)
    if sys.argv[1] != "work":
        await queue(store)
    if sys.argv[1] in {"work", "alone"}:
        await work(store)
    await store.close()


async def queue(store: Store) -> None:
    """Queues what the command line says."""

    async def put(kind: str, given: common.Payload) -> None:
        await store.put(kind, [to_json(given)])

    async def put_many(kind: str, given: Sequence[common.Payload]) -> None:
        await store.put(kind, [to_json(each) for each in given])

    await common.serve(put, put_many)


async def work(store: Store) -> None:
    """Runs jobs in so many lanes."""
    lanes, width = common.option("lanes", 1), common.option("c", 200)
    batch = common.option("batch", 100)
    async with asyncio.TaskGroup() as group:
        for number in range(lanes):
            lane = Lane(store, f"w{common.WORKER}.{number}", width // lanes, batch)
            group.create_task(lane.run())


if __name__ == "__main__":
    common.use_uvloop()
    asyncio.run(main())
