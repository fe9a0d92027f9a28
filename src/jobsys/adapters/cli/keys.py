"""Keys that are pressed while something is shown."""

import asyncio
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def ended_by_q(stop: asyncio.Event) -> Generator[None]:
    """Sets `stop` when q is pressed; leaves the terminal as it was, and where there is none, alone."""
    if not sys.stdin.isatty():
        yield
        return
    import termios  # noqa: PLC0415 (not on every system)
    import tty  # noqa: PLC0415 (as above)

    loop, keyboard = asyncio.get_running_loop(), sys.stdin.fileno()

    def read() -> None:
        pressed = os.read(keyboard, 1024)
        if not pressed:  # the terminal is gone
            loop.remove_reader(keyboard)
        if not pressed or pressed.lower().startswith(b"q"):
            stop.set()

    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard)
    loop.add_reader(keyboard, read)
    try:
        yield
    finally:
        loop.remove_reader(keyboard)
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
