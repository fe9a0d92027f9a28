"""The ledger outlives whoever writes it, and only those in mid-job are struck."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobsys.testing.faults.killer import Killer
from jobsys.testing.faults.ledger import Ledger, open_runs
from tests.support.processes import until

PROGRAM = """
import sys, time
from pathlib import Path
from jobsys.testing.faults.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for what in sys.argv[2:]:
    ledger.note(what, "a:1", 1)
time.sleep(60)
"""
Process = subprocess.Popen[bytes]
DRAW = random.Random(1)  # noqa: S311 (chance, not secrecy)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    ledger = Ledger(path)
    yield ledger
    ledger.close()


@pytest.fixture
def started(ledger: Ledger, path: Path) -> Iterator[Callable[..., Process]]:
    """Starts a process that notes what it is told, and returns when it has."""
    with ExitStack() as stack:

        def start(*notes: str) -> Process:
            process = subprocess.Popen([sys.executable, "-c", PROGRAM, path, *notes])
            stack.enter_context(process)
            stack.callback(process.kill)
            until(lambda: sum(e.pid == process.pid for e in ledger.entries()) == len(notes))
            return process

        yield start


def test_what_was_noted_is_there_after_a_kill(
    ledger: Ledger, started: Callable[..., Process]
) -> None:
    process = started("begin", "end")
    process.kill()
    process.wait()
    assert [(e.what, e.job, e.token, e.pid) for e in ledger.entries()] == [
        ("begin", "a:1", 1, process.pid),
        ("end", "a:1", 1, process.pid),
    ]


def test_half_a_line_spoils_neither_itself_nor_the_next(ledger: Ledger, path: Path) -> None:
    ledger.note("begin", "a:1")
    with path.open("a") as file:
        file.write('["end", "a:')
    ledger.note("begin", "a:2")
    assert [entry.job for entry in ledger.entries()] == ["a:1", "a:2"]


def test_a_second_run_of_a_job_is_open_although_the_first_has_ended(ledger: Ledger) -> None:
    for what, token in [("begin", 1), ("end", 1), ("begin", 2)]:
        ledger.note(what, "a:1", token)
    [first, _, second] = ledger.entries()
    assert list(open_runs(ledger.entries(), first.pid)) == [second]


def test_only_a_process_in_mid_job_is_killed(
    ledger: Ledger, started: Callable[..., Process]
) -> None:
    idle, busy = started("begin", "end"), started("begin")
    blow = Killer(ledger, DRAW).strike([idle, busy])
    assert blow is not None
    assert (blow.process, blow.jobs) == (busy, ["a:1"])
    assert (busy.returncode, idle.poll()) == (-signal.SIGKILL, None)


def test_nobody_is_struck_where_nobody_is_busy(
    ledger: Ledger, started: Callable[..., Process]
) -> None:
    idle, gone = started("begin", "end"), started("begin")
    gone.kill()
    gone.wait()
    assert Killer(ledger, DRAW).strike([idle, gone]) is None


def test_a_process_is_stopped_and_goes_on(ledger: Ledger, started: Callable[..., Process]) -> None:
    busy = started("begin")
    blow = Killer(ledger, DRAW).strike([busy], signal.SIGSTOP)
    assert blow is not None
    assert os.WIFSTOPPED(os.waitpid(busy.pid, os.WUNTRACED)[1])
    busy.send_signal(signal.SIGCONT)
    assert os.WIFCONTINUED(os.waitpid(busy.pid, os.WCONTINUED)[1])
