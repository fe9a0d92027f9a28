"""Everything that a job in a process of its own may do, by its name."""

import asyncio
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from jobsys import Discard, FailNow, JobContext, RetryIn, Snooze
from jobsys.application.once import Once

MEBIBYTE = 1024 * 1024


class Deed(Protocol):
    """What a job says: `marker` is the path of a file in which it notes that it has begun."""

    @property
    def marker(self) -> str: ...


STARTED: list[int] = []
"""In which processes `born` was called, seen from each of them."""


@Once
def born() -> int:
    """Notes the process."""
    STARTED.append(os.getpid())
    return os.getpid()


@Once
def unfit() -> int:
    """Fails."""
    raise OSError("the model is not there")


class Told(LookupError):
    """An error of the application's."""

    code = "APP_7"


def _spin(job: Deed, context: JobContext) -> None:
    _mark(job)
    while True:
        pass


def _sleep(job: Deed, context: JobContext) -> None:
    _mark(job)
    time.sleep(1e6)


def _hold_the_interpreter(job: Deed, context: JobContext) -> int:
    _mark(job)
    return sum(range(10**13))  # one call of C, which looks at no signal


def _ignore_sigterm(job: Deed, context: JobContext) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _sleep(job, context)


def _leave_a_grandchild(job: Deed, context: JobContext) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1e6)"])
    Path(job.marker).write_text(f"{os.getpid()} {child.pid}")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1e6)


def _orphan_a_grandchild(job: Deed, context: JobContext) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1e6)"])
    Path(job.marker).write_text(f"{os.getpid()} {child.pid}")
    os._exit(3)


def _mark(job: Deed) -> None:
    if job.marker:
        Path(job.marker).write_text(str(os.getpid()))


def _say(job: Deed, context: JobContext) -> str:
    asyncio.run(context.progress(40, "half way"))
    context.log.warning("said by %s", context.job_id)
    logging.getLogger("app.of.a.user").warning("said elsewhere")
    context.metrics.counter("said_total", 2, how="loud")
    return f"{context.attempt}/{context.max_attempts} {context.fencing_token}"


def _clean_up(job: Deed, context: JobContext) -> None:
    try:
        _spin(job, context)
    finally:
        Path(job.marker).write_text(f"cleaned, cancelled={context.cancelled}")


def _raise(error: Exception) -> Callable[[Deed, JobContext], None]:
    def raising(job: Deed, context: JobContext) -> None:
        raise error

    return raising


def _fill(job: Deed, context: JobContext) -> None:
    kept: list[bytearray] = []
    while True:
        kept.append(bytearray(1024))


DEEDS: Mapping[str, Callable[[Deed, JobContext], object]] = {
    "nothing": lambda job, context: None,
    "pid": lambda job, context: os.getpid(),
    "started": lambda job, context: [os.getpid(), born(), *STARTED],
    "environment": lambda job, context: sorted(os.environ),
    "say": _say,
    "spin": _spin,
    "sleep": _sleep,
    "hold the interpreter": _hold_the_interpreter,
    "ignore SIGTERM": _ignore_sigterm,
    "leave a grandchild": _leave_a_grandchild,
    "orphan a grandchild": _orphan_a_grandchild,
    "clean up": _clean_up,
    "take 2 GB": lambda job, context: len(bytearray(2048 * MEBIBYTE)),
    "fill": _fill,
    "exit": lambda job, context: os._exit(3),
    "sys.exit": lambda job, context: sys.exit(3),
    "segfault": lambda job, context: ctypes.string_at(0),
    "raise": _raise(Told("no such thing")),
    "fail now": _raise(FailNow("never again")),
    "discard": _raise(Discard("nothing to do")),
    "snooze": _raise(Snooze("1h", "later")),
    "retry in": _raise(RetryIn("1h", "later")),
    "no json": lambda job, context: object(),
    "too large": lambda job, context: "x" * 300_000,
}
