"""Waiting for work that this process or another one brings."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.adapters.sqlite.watch import LOOK_EVERY, Waiter, Watch
from jobsys.ports.submission import Submission
from tests.integration.sqlite.conftest import Opener
from tests.integration.sqlite.process import started
from tests.integration.sqlite.programs import queue_one
from tests.integration.sqlite.steps import HostClock, submission

LONG = timedelta(seconds=30)


def delayed(key: str, delay: timedelta) -> Submission:
    job = submission(key)
    return Submission(job.job_id, job.header, job.payload, due=delay)


async def waiting(queue: SqliteJobQueue) -> "asyncio.Task[list[str]]":
    """Begins a wait, and returns once it has looked at what is there."""

    async def wait() -> list[str]:
        return list(await queue.wait(["letters", "mail"], LONG))

    task = asyncio.ensure_future(wait())
    assert await queue.wait(["letters", "mail"], timedelta(milliseconds=1)) == []
    return task


async def test_work_of_another_process_ends_a_wait(path: Path, store: SqliteStore) -> None:
    with started("enqueue_when_asked", path) as other:
        assert other.line() == "ready"
        wait = await waiting(SqliteJobQueue(store))
        other.go()
        assert await wait == ["mail"]


async def test_work_of_another_thread_ends_a_wait(path: Path, store: SqliteStore) -> None:
    def bring() -> None:
        asyncio.run(queue_one(SqliteJobQueue(SqliteStore(path, HostClock())), "arrival"))

    wait = await waiting(SqliteJobQueue(store))
    thread = Thread(target=bring)
    thread.start()
    assert await wait == ["mail"]
    thread.join()


async def test_a_file_that_somebody_locks_for_a_moment_is_looked_at_again(
    path: Path, store: SqliteStore
) -> None:
    await queue_one(SqliteJobQueue(store), "before")
    await store.stop()
    watch = Watch(path)
    with closing(sqlite3.connect(path)) as selfish:
        selfish.execute("PRAGMA locking_mode = EXCLUSIVE")
        selfish.execute("DELETE FROM jobs")
        selfish.commit()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            watch.version()
        wait = asyncio.ensure_future(Waiter(watch, ["mail"]).work(LONG))
        await asyncio.wait([wait], timeout=2 * LOOK_EVERY)
        assert not wait.done()
    await queue_one(SqliteJobQueue(store), "arrival")
    assert await wait == ["mail"]
    watch.close()


async def test_each_of_several_arrivals_ends_a_wait(opened: Opener) -> None:
    queues = [SqliteJobQueue(opened(None)) for _ in range(3)]
    waits = [await waiting(queue) for queue in queues]
    for number in range(3):
        await queues[0].enqueue([submission(f"{number}")])
    assert await asyncio.gather(*waits) == [["mail"]] * 3


async def test_a_delayed_job_ends_a_wait_if_it_is_due_before_those_known(opened: Opener) -> None:
    queue, producer = SqliteJobQueue(opened(None)), SqliteJobQueue(opened(None))
    await producer.enqueue([delayed("known", timedelta(hours=1))])
    wait = await waiting(queue)
    await producer.enqueue([delayed("later", timedelta(hours=2))])
    assert await queue.wait(["mail"], timedelta(milliseconds=50)) == []
    assert not wait.done()
    await producer.enqueue([delayed("sooner", timedelta(minutes=1))])
    assert await wait == ["mail"]


async def test_a_wait_ends_with_its_time(store: SqliteStore) -> None:
    queue = SqliteJobQueue(store)
    await queue.enqueue([delayed("later", timedelta(hours=2))])
    assert await queue.wait(["mail"], timedelta(milliseconds=30)) == []
