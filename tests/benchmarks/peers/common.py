"""What everything under measurement shares: the payload, the log of runs, and the command line.

Standard library only, as a peer runs in an environment of its own. Whatever is measured is a
program with these verbs, and finds the rest in the environment (see `Stage.environment`):

    put KIND NUMBER MODE    queues jobs `one` by one, by a `hundred` callers, or in `bulk`
    trickle NUMBER GAP      queues a no-op every GAP seconds
    work                    runs jobs until it is killed

`put` and `trickle` print one object of JSON with the seconds that it took, and the CPU's.
"""

import asyncio
import importlib
import importlib.util
import json
import os
import struct
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

URL = os.environ.get("BENCH_URL", "")
KIND = os.environ.get("BENCH_KIND", "noop")
WORKER = int(os.environ.get("BENCH_WORKER", "0"))
RECORD = struct.Struct("<ddII")
"""When it ran, when it was sent, the job's number, the worker's number."""
SLEEP = 0.01
HANG = 2.0
CHUNK = 1000
CALLERS = 100

Payload = dict[str, Any]

_log = os.environ.get("BENCH_LOG")
_file = os.open(_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if _log else -1


def option(name: str, default: int) -> int:
    """Returns a number of this contender's own: BENCH_OPTIONS="c=200 batch=100"."""
    pairs = (pair.partition("=") for pair in os.environ.get("BENCH_OPTIONS", "").split())
    return next((int(number) for key, _, number in pairs if key == name), default)


def payload(number: int) -> Payload:
    """Returns about 200 bytes of JSON, such as those of an ordinary mail job."""
    return {
        "number": number,
        "sent": time.time(),
        "to": f"user{number:08d}@example.org",
        "subject": "Your weekly report is ready",
        "template": "weekly_report",
        "locale": "en_GB",
        "tags": ["report", "weekly"],
        "attempts": 1,
    }


def ran(number: int, sent: float) -> None:
    """Proves that a job ran, by one write of a fixed size."""
    os.write(_file, RECORD.pack(time.time(), sent, number, WORKER))


def noop(given: Payload) -> None:
    """Is the handler of a thread."""
    ran(given["number"], given["sent"])


def sleep(given: Payload) -> None:
    """Is one that blocks its thread for a moment."""
    time.sleep(SLEEP)
    noop(given)


async def noop_async(given: Payload) -> None:
    """Is the handler of an event loop."""
    noop(given)


async def sleep_async(given: Payload) -> None:
    """Is one that waits for a moment."""
    await asyncio.sleep(SLEEP)
    noop(given)


def use_uvloop() -> None:
    """Has event loops made by uvloop where it is installed."""
    if importlib.util.find_spec("uvloop"):
        asyncio.set_event_loop_policy(importlib.import_module("uvloop").EventLoopPolicy())


def become(*command: str) -> None:
    """Goes on as the peer's own program."""
    os.execv(command[0], command)  # noqa: S606 (an environment of the bench's own)


def tell(**figures: float) -> None:
    """Prints what a verb has found out."""
    print(json.dumps(figures), flush=True)


Put = Callable[[str, Payload], Awaitable[object]]
PutMany = Callable[[str, Sequence[Payload]], Awaitable[object]]


async def serve(put: Put, put_many: PutMany | None = None) -> None:
    """Obeys `put` or `trickle`, of which the first has no bulk unless `put_many` is given."""
    if sys.argv[1] == "trickle":
        await trickle(put, int(sys.argv[2]), float(sys.argv[3]))
        return
    kind, number, mode = sys.argv[2], int(sys.argv[3]), sys.argv[4]
    begun, cpu = time.perf_counter(), time.process_time()
    if mode == "bulk" and put_many is not None:
        for start in range(0, number, CHUNK):
            await put_many(kind, [payload(n) for n in range(start, min(start + CHUNK, number))])
    else:
        await _by_callers(put, kind, number, 1 if mode == "one" else CALLERS)
    tell(seconds=time.perf_counter() - begun, cpu=time.process_time() - cpu)


async def _by_callers(put: Put, kind: str, number: int, callers: int) -> None:
    numbers = iter(range(number))

    async def call() -> None:
        for n in numbers:
            await put(kind, payload(n))

    await asyncio.gather(*(call() for _ in range(callers)))


async def trickle(put: Put, number: int, gap: float) -> None:
    """Queues one job at a time, at a steady pace."""
    due = time.time()
    for n in range(number):
        due += gap
        await asyncio.sleep(max(0.0, due - time.time()))
        await put("noop", payload(n))
    tell(seconds=number * gap)


def serve_sync(
    put: Callable[[str, Payload], object],
    put_many: Callable[[str, Sequence[Payload]], object] | None = None,
) -> None:
    """Obeys the same verbs by calls that block; a hundred callers are one."""

    async def one(kind: str, given: Payload) -> object:
        return put(kind, given)

    async def many(kind: str, given: Sequence[Payload]) -> object:
        return put_many(kind, given) if put_many else [put(kind, each) for each in given]

    asyncio.run(serve(one, many))
