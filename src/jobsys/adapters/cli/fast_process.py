"""What a process that does nothing but run jobs needs to be fast."""

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine
from typing import Final, TypeVar

T = TypeVar("T")

COLLECT_EVERY: Final = 10_000
"""New objects after which Python looks for cycles: a batch of jobs in flight is a few thousand."""


def run(main: Coroutine[object, object, T], *, on_uvloop: bool) -> T:
    """Runs a coroutine to its end, on uvloop where that is wanted and installed."""
    _fill_the_first_three_files()
    with asyncio.Runner(loop_factory=_fastest() if on_uvloop else None) as runner:
        return runner.run(main)


def collect_garbage_rarely() -> None:
    """Lets Python look for cycles less often, and never again in what was imported by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(max(COLLECT_EVERY, gc.get_threshold()[0]))


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
