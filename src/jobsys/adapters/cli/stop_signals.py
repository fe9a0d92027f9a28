"""SIGINT and SIGTERM: the first one asks for a stop, the second one does not wait for it."""

import asyncio
import atexit
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType


class StopSignals:
    """Listens from its construction on; `asked` is set at the first signal.

    One that is not `patient` aborts at the second: `abort` is called, and the process ends.
    Not by the event loop: a handler that blocks it must not keep a second signal from aborting.
    """

    def __init__(self, abort: Callable[[], None] = lambda: None, *, patient: bool = False) -> None:
        self._patient = patient
        self.asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._abort = abort
        self._signalled = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        name = signal.Signals(number).name
        if self._signalled and self._patient:
            return
        if self._signalled:
            say(f"jobsys: {name} again: aborted, leases will run out\n")
            self._abort()
            os._exit(128 + number)
        self._signalled = True
        say(f"jobsys: {name}: finishing running jobs\n")
        with suppress(RuntimeError):  # it is closed: the process ends as it is
            self._loop.call_soon_threadsafe(self.asked.set)


def end_at_signals(code: int) -> None:
    """Lets a signal from now on end the process at once, with the code of the work that is done."""

    def end(_number: int, _frame: FrameType | None) -> None:
        os._exit(code)

    _at_signals(end)


def ignore_signals_at_the_very_end() -> None:
    """Lets no signal change the exit code once nothing of the process is left that could hang."""
    atexit.register(_at_signals, signal.SIG_IGN)


def _at_signals(do: "Callable[[int, FrameType | None], object] | signal.Handlers") -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, do)


def say(text: str) -> None:
    """Writes to standard error from within a signal's handler."""
    # Not by sys.stderr, whose write the signal may have interrupted. Where it is None, the process
    # was started without one, and descriptor 2 may be any file by now.
    if sys.stderr is not None:
        with suppress(OSError):
            os.write(2, text.encode())
