"""Signals to processes that are in the middle of a job."""

import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from jobsys.testing.faults.ledger import Ledger, open_runs


@dataclass(frozen=True)
class Blow:
    """A process that got a signal, and the jobs that it had begun and not ended."""

    process: "subprocess.Popen[bytes]"
    at: float
    jobs: Sequence[str]


class Killer:
    """Strikes one of your processes, only while the ledger shows that it has a job in its hands.

    It is given the processes themselves, so it never meets a stranger that got an old number.
    """

    def __init__(self, ledger: Ledger, draw: random.Random) -> None:
        self._ledger = ledger
        self._draw = draw

    def strike(
        self,
        processes: "Sequence[subprocess.Popen[bytes]]",
        number: signal.Signals = signal.SIGKILL,
    ) -> Blow | None:
        """Sends one of them a signal and returns what that broke off; None when none is busy.

        One that is killed is gone when this returns. Where it ended its last job at that very
        moment, the blow's list of jobs is empty.
        """
        entries = self._ledger.entries()
        busy = [
            process
            for process in processes
            if process.poll() is None and any(open_runs(entries, process.pid))
        ]
        if not busy:
            return None
        victim = self._draw.choice(busy)
        victim.send_signal(number)
        if number is signal.SIGKILL:
            victim.wait()
        at = time.time()
        broken_off = open_runs(self._ledger.entries(), victim.pid)
        return Blow(victim, at, [entry.job for entry in broken_off])
