"""What Linux does for processes that must not outlive or outgrow their parent."""

import ctypes
import os
import resource
import signal
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Final

from jobsys.domain.process_limits import ProcessLimits

PR_SET_PDEATHSIG: Final = 1
RESERVE: Final = 32 * 1024 * 1024
"""Memory with which a child that has run out of it can still say so."""


def die_with(parent: int) -> None:
    """Lets the kernel kill this process at the death of its parent, or does it where that is dead."""
    _set_death_signal(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def live_on() -> None:
    """Lets this process outlive its parent again."""
    _set_death_signal(0)


def kill(pid: int) -> None:
    """Kills a process and its group, which it may have left."""
    for end in (os.killpg, os.kill):
        with suppress(OSError):
            end(pid, signal.SIGKILL)


def apply(limits: ProcessLimits) -> None:
    """Bounds this process, once and for all, in what all its jobs have in common."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core of a large process takes seconds
    if limits.memory is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory + RESERVE))
    if limits.env is not None:
        for name in set(os.environ) - set(limits.env):
            del os.environ[name]


def allow(limits: ProcessLimits) -> None:
    """Grants the computing time of one more job; the kernel counts whole seconds."""
    if limits.cpu is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = ceil(used.ru_utime + used.ru_stime + limits.cpu.total_seconds())
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def use_reserve() -> None:
    """Lets this process use all of its memory for its last words."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def memory_in_use() -> int:
    """Returns how many bytes of memory this process has in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def has_threads() -> bool:
    """Says whether more than this one thread runs here, be it Python's or a library's."""
    return len(os.listdir("/proc/self/task")) > 1  # noqa: PTH208 (a fork server imports little)


def _set_death_signal(number: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
