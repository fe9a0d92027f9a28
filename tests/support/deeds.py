"""Everything that a job in a process of its own may do, by its name."""

import asyncio
import ctypes
import logging
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from jobsys import Discard, FailNow, JobContext, RetryIn, Snooze
from jobsys.application.child_context import ChildContext
from jobsys.application.errand_texts import Note
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


@Once
def gated() -> int:
    """Waits for a word, and fails if it is a bad one."""
    gate = Path(os.environ["GATE"])
    gate.with_suffix(".begun").write_text(str(os.getpid()))
    while not gate.exists():
        time.sleep(0.01)
    if gate.read_text() == "broken":
        raise OSError("the model is not there")
    return os.getpid()


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


def _fork_a_pool(job: Deed, context: JobContext) -> list[int]:
    with get_context("fork").Pool(2) as pool:
        return pool.map(abs, [-1, -2, -3])


def _end_a_fork(job: Deed, context: JobContext) -> int | None:
    reader, writer = os.pipe()
    fork = get_context("fork").Process(target=_say_and_sleep, args=(writer,))
    fork.start()
    os.read(reader, 1)
    fork.terminate()
    fork.join()
    return fork.exitcode


def _say_and_sleep(writer: int) -> None:
    logging.getLogger("app.of.a.user").warning("said by a stranger")
    os.write(writer, b".")
    time.sleep(1e6)


def _join_the_server(job: Deed, context: JobContext) -> None:
    os.setpgid(0, os.getpgid(os.getppid()))
    _ignore_sigterm(job, context)


def _exaggerate(job: Deed, context: JobContext) -> None:
    assert isinstance(context, ChildContext)
    context.say(Note(progress=(10**30, "more than all")))


def _sockets_left_to_programs(job: Deed, context: JobContext) -> list[int]:
    files = [int(file.name) for file in Path("/proc/self/fd").iterdir()]
    return [file for file in files if _is_socket(file) and os.get_inheritable(file)]


def _is_socket(file: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(file).st_mode)
    except OSError:  # the folder of these files
        return False


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
    "parent": lambda job, context: os.getppid(),
    "fork a pool": _fork_a_pool,
    "end a fork": _end_a_fork,
    "join the server": _join_the_server,
    "exaggerate": _exaggerate,
    "sockets": _sockets_left_to_programs,
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
