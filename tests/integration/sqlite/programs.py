"""What other processes do to a file while a test looks on: `python -m … PROGRAM PATH [ARGUMENT]`.

Each line that a program prints tells of something that is durable by then.
"""

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from jobsys.adapters.sqlite import engine
from jobsys.adapters.sqlite.connection import begin
from jobsys.adapters.sqlite.job_queue import SqliteJobQueue
from jobsys.adapters.sqlite.store import SqliteStore
from jobsys.domain.errors import JobsysError
from tests.integration.sqlite.steps import HostClock, claim, complete, submission

NOBODY = 65534


def tell(line: str) -> None:
    print(line, flush=True)


def store_at(path: str) -> SqliteStore:
    return SqliteStore(Path(path), HostClock())


async def work_until_killed(path: str) -> None:
    queue = SqliteJobQueue(store_at(path))
    for number in count(1):
        await queue.enqueue([submission(f"job-{number}")])
        tell(f"accepted job-{number}")
        [lease] = await claim(queue, "lane", 2 * number, 1)
        tell(f"claimed {lease.record.id.key}")
        await complete(queue, "lane", 2 * number + 1, [lease])
        tell(f"completed {lease.record.id.key}")


async def claim_all(path: str, lane: str) -> None:
    store = store_at(path)
    queue = SqliteJobQueue(store)
    await store.start()
    tell("ready")
    sys.stdin.readline()
    for number in count(1):
        leases = await claim(queue, lane, number)
        for lease in leases:
            tell(lease.record.id.key)
        if not leases:
            break
    await store.stop()


async def enqueue_when_asked(path: str) -> None:
    store = store_at(path)
    await store.start()
    tell("ready")
    sys.stdin.readline()
    await SqliteJobQueue(store).enqueue([submission("arrival")])
    tell("enqueued")
    await store.stop()


def fork_after_open(path: str) -> None:
    store = store_at(path)
    queue = SqliteJobQueue(store)
    asyncio.run(queue_one(queue, "before"))
    child = forked(partial(queue_one, queue, "in-the-child"))
    os.waitpid(child, 0)
    asyncio.run(queue_one(queue, "in-the-parent"))
    asyncio.run(store.stop())


def fork_while_writing(path: str) -> None:
    """Forty children of a process that writes all the time bring five jobs each."""
    store = store_at(path)
    queue, ended, brought = SqliteJobQueue(store), threading.Event(), 0

    async def bring_jobs() -> None:
        nonlocal brought
        while not ended.is_set():
            await queue_one(queue, f"parent-{brought}")
            brought += 1
        await store.stop()

    writer = threading.Thread(target=lambda: asyncio.run(bring_jobs()))
    writer.start()
    children = [forked(partial(bring_five, queue, f"child-{n}")) for n in range(40)]
    statuses = {os.waitpid(child, 0)[1] for child in children}
    ended.set()
    writer.join()
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT count(*) FROM jobs").fetchone()
    tell(f"{statuses} {connection.execute('PRAGMA integrity_check').fetchone()}")
    tell(f"{found[0] - brought} jobs of children")


def fork_while_locked_out(path: str) -> None:
    """A process forks while its writer waits for a lock of somebody else."""
    store = store_at(path)
    queue, tried = SqliteJobQueue(store), threading.Event()
    asyncio.run(store.start())
    tell("open")
    sys.stdin.readline()

    def begin_and_tell(connection: sqlite3.Connection) -> None:
        tried.set()
        begin(connection)

    pytest.MonkeyPatch().setattr(engine, "begin", begin_and_tell)
    with ThreadPoolExecutor() as threads:
        writer = threads.submit(lambda: asyncio.run(queue_one(queue, "parent")))
        tried.wait()
        child = forked(partial(queue_one, queue, "child"))
        tell("forked")
        writer.result()
    tell(str(os.waitpid(child, 0)[1]))


async def bring_five(queue: SqliteJobQueue, name: str) -> None:
    for number in range(5):
        await queue_one(queue, f"{name}-{number}")


def forked(work: Callable[[], Coroutine[object, object, None]]) -> int:
    """Returns the id of a new process that does the work, and whose status says whether it could."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(work())
            status = 0
        finally:
            os._exit(status)
    return child


async def queue_one(queue: SqliteJobQueue, key: str) -> None:
    await queue.enqueue([submission(key)])


def hold_the_lock(path: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    tell("locked")
    sys.stdin.readline()
    connection.execute("ROLLBACK")
    tell("released")


async def start_unprivileged(path: str) -> None:
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    try:
        await store_at(path).start()
    except JobsysError as error:
        tell(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    program = globals()[sys.argv[1]]
    run = program(*sys.argv[2:])
    if asyncio.iscoroutine(run):
        asyncio.run(run)
