"""Processes that the benchmark starts, what they cost, and their end."""

import os
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

Process = subprocess.Popen[bytes]

OUTPUT: Final = "output"
TICKS: Final = os.sysconf("SC_CLK_TCK")
PROC: Final = Path("/proc")


def spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    user: str | None = None,
) -> Process:
    """Starts a process in a session of its own, whose output goes to a file of the folder."""
    with (folder / OUTPUT).open("ab") as output:
        return subprocess.Popen(
            command, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True, user=user,
        )  # fmt: skip


@contextmanager
def ended(processes: Sequence[Process]) -> Iterator[Sequence[Process]]:
    """Kills processes at the end, with everything that they have started."""
    try:
        yield processes
    finally:
        for process in processes:
            kill(process)


def kill(process: Process) -> None:
    """Kills a process with everything that it has started."""
    for pid in tree(process.pid):  # the first one first: it would replace the others
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def tree(pid: int) -> list[int]:
    """Returns a process and what it has started; where there is no /proc, itself alone."""
    found = [pid]
    for each in found:
        for children in _read_all(PROC.glob(f"{each}/task/*/children")):
            found += map(int, children.split())
    return found


def cpu(pids: Iterable[int]) -> float:
    """Returns the seconds of CPU that processes have used, and what they started and outlived.

    Those of the living are known to the nanosecond, those of the dead to the tick; 0 where there is
    no /proc.
    """
    everybody = [each for pid in pids for each in tree(pid)]
    return sum(_lived(pid) + _outlived(pid) for pid in everybody)


def _lived(pid: int) -> float:
    lines = _read_all(PROC.glob(f"{pid}/task/*/schedstat"))
    return sum(int(line.split()[0]) / 1e9 for line in lines)


def _outlived(pid: int) -> float:
    lines = _read_all([PROC / str(pid) / "stat"])
    fields = [line.rpartition(")")[2].split() for line in lines]
    return sum((int(each[13]) + int(each[14])) / TICKS for each in fields)


def resident(pid: int) -> float:
    """Returns the megabytes that a process and what it has started keep in memory."""
    return sum(
        int(line.split()[1]) / 1024
        for each in tree(pid)
        for status in _read_all([PROC / str(each) / "status"])
        for line in status.splitlines()
        if line.startswith("VmRSS:")
    )


def busy() -> float:
    """Returns the seconds of CPU that the whole machine has used; 0 where that is not known."""
    for text in _read_all([PROC / "stat"]):
        user, nice, system, _idle, _waiting, irq, softirq, *_ = map(int, text.split()[1:8])
        return (user + nice + system + irq + softirq) / TICKS
    return 0.0


def _read_all(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with suppress(OSError):  # it has ended meanwhile
            yield path.read_text(encoding="ascii", errors="replace")
