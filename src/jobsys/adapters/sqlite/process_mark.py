"""What tells a process from every other one, also from a later one of the same number."""

import os
from functools import cache
from pathlib import Path
from typing import Final

from jobsys.domain.value import value

_PROC: Final = Path("/proc")
_ENDED: Final = frozenset("ZX")
"""The states of a process that runs no more, whether its parent has taken note or not."""


@value
class ProcessMark:
    """A process: `started` is in ticks since the boot, `host` is where its number means it."""

    host: str
    pid: int
    started: int

    @property
    def boot(self) -> str:
        """The boot of its host; no process outlives that."""
        return self.host.partition(" ")[0]


@cache
def this_host() -> str | None:
    """Returns this boot of this host, and this namespace of processes; None where nothing tells."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return None


def mark_of(pid: int) -> ProcessMark | None:
    """Returns the mark of a process of this host; None where nothing tells."""
    host, found = this_host(), _state_and_start(pid)
    return ProcessMark(host, pid, found[1]) if host and found else None


def has_ended(mark: ProcessMark) -> bool:
    """Says whether a process of this host has certainly ended."""
    found = _state_and_start(mark.pid)
    if found is not None:
        return found[0] in _ENDED or found[1] != mark.started
    try:
        os.kill(mark.pid, 0)  # changes nothing; `/proc` may hide the processes of other users
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _state_and_start(pid: int) -> tuple[str, int] | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        fields = text.rpartition(")")[2].split()  # the name before it may hold anything
        return fields[0], int(fields[19])
    except (OSError, ValueError, IndexError):
        return None
