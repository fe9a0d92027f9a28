"""What a child process does from its first to its last breath."""

import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Final

from jobsys.adapters.process import kernel
from jobsys.adapters.process.frames import ANSWER, LAST, NOTICE, READY, UNFIT
from jobsys.adapters.process.line import Line
from jobsys.domain.errors import OutOfMemory
from jobsys.domain.process_limits import ProcessLimits
from jobsys.ports.process_runner import Answer, ChildWork

ASKED_BY: Final = (signal.SIGALRM, signal.SIGTERM)
"""The signals that ask a job to end."""
BUSY_LINE: Final = 0.01
"""In how many seconds a signal is heard again that came while a message was under way."""


@dataclass(frozen=True)
class Recycling:
    """When a child makes way for a fresh one: after so many jobs, or with so much memory in use."""

    after_jobs: int
    above: int | None = None


class Child:
    """Carries out one order after the other, until the worker wants no more or it is worn out."""

    def __init__(
        self,
        connection: socket.socket,
        work: ChildWork,
        limits: ProcessLimits,
        recycling: Recycling,
    ) -> None:
        self._line = Line(connection)
        self._work = work
        self._limits = limits
        self._recycling = recycling
        self._postponed: int = signal.SIGALRM
        self._done = 0

    def live(self) -> None:
        """Returns after the last order."""
        for which in ASKED_BY:
            signal.signal(which, self._on_signal)
        os.register_at_fork(after_in_child=self._be_a_stranger)
        try:
            self._work.begin(self._line)
        except Exception as error:  # noqa: BLE001 (what it is, the worker shall learn)
            self._line.send(UNFIT, self._work.failed(error))
            return
        self._line.send(READY, b"")
        while self._carry_out(self._line.next_order()):
            self._done += 1

    def _carry_out(self, order: bytes) -> bool:
        """Carries one order out; False when it was the last."""
        kernel.allow(self._limits)
        (notice_in,) = NOTICE.unpack_from(order)
        signal.setitimer(signal.ITIMER_REAL, notice_in)
        answer = self._answer(order[NOTICE.size :])
        signal.setitimer(signal.ITIMER_REAL, 0)
        flush()
        is_last = answer.is_last or self._is_worn_out()
        self._line.send(LAST if is_last else ANSWER, answer.text)
        return not is_last

    def _answer(self, order: bytes) -> Answer:
        try:
            return self._work.carry_out(order)
        except MemoryError:
            kernel.use_reserve()
            limit = self._limits.memory
            bound = "there is" if limit is None else f"its limit, {limit:,} bytes"
            error = OutOfMemory(f"the job needed more memory than {bound}")
            return Answer(self._work.failed(error), is_last=True)

    def _is_worn_out(self) -> bool:
        above = self._recycling.above
        if self._done + 1 >= self._recycling.after_jobs:
            return True
        return above is not None and kernel.memory_in_use() > above

    def _be_a_stranger(self) -> None:
        """Makes a fork of this process one that its maker can end, and that says nothing here."""
        self._line.close()
        for which in ASKED_BY:
            if signal.getsignal(which) == self._on_signal:
                signal.signal(which, signal.SIG_DFL)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        """Asks the job to end, now or as soon as no message would be torn by it."""
        if number == signal.SIGTERM:
            self._postponed = number
        if self._line.is_in_use:
            signal.setitimer(signal.ITIMER_REAL, BUSY_LINE)
        elif self._postponed == signal.SIGTERM:
            self._postponed = signal.SIGALRM
            self._work.end()
        else:
            self._work.time_is_short()


def flush() -> None:
    """Hands over what was printed, as a kill would lose it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # there may be none, or nobody reads it
            stream.flush()
