"""What a process that does nothing but run jobs needs to be fast."""

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")


def run(main: Coroutine[object, object, T], *, on_uvloop: bool) -> T:
    """Runs a coroutine to its end, on uvloop where that is wanted and installed."""
    _fill_the_first_three_files()
    with asyncio.Runner(loop_factory=_fastest() if on_uvloop else None) as runner:
        return runner.run(main)


def keep_what_is_imported() -> None:
    """Lets Python look for garbage no more in what was imported by now."""
    gc.collect()
    gc.freeze()


def _fill_the_first_three_files() -> None:
    """Opens what a shell has closed (`2>&-`): uvloop ends a process where its own get a number below 3."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _fastest() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 (the extra may be missing)
    except ImportError:
        return None
    return new_event_loop
