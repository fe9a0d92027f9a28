"""Looking on, from outside, until no job is left to run."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from jobsys import BackgroundJobService
from jobsys.demo.stage import Stage

LOOK_EVERY: Final = 0.2
PATIENCE: Final = 120.0
SLOWEST: Final = 4_000_000
"""Bytes a second; a disk that is slower is not waited for."""

LOG_TAIL: Final = 2_000


class Stalled(Exception):
    """The jobs will not come to an end; the message says why."""


async def until_idle(
    stage: Stage,
    programme: "asyncio.Task[None]",
    largest_file: Callable[[], int],
    tell: Callable[[int, int], None],
) -> None:
    """Returns once the programme has been played and no job is left; tells how many have ended.

    Raises:
        Stalled: a worker process died by itself, or nothing has moved for too long.

    """
    last, moved_at = None, time.monotonic()
    while True:
        was_played = programme.done()
        if was_played:
            programme.result()
        ended, jobs = await _counted(stage.jobs)
        tell(ended, jobs)
        # Going back and forth between a queue and a worker is no movement.
        if (state := (ended, jobs, stage.work.ledger.stat().st_size)) != last:
            last, moved_at = state, time.monotonic()
        if was_played and ended == jobs:
            return
        _check_workers(stage)
        if time.monotonic() - moved_at > PATIENCE + largest_file() / SLOWEST:
            raise Stalled(
                f"nothing has moved for {PATIENCE:.0f} s, and {jobs - ended} jobs are left"
            )
        await asyncio.sleep(LOOK_EVERY)


async def _counted(jobs: BackgroundJobService) -> tuple[int, int]:
    """Returns how many jobs have ended, and how many there are."""
    now = [one.now for one in (await jobs.counts()).values()]
    ended = sum(number for one in now for status, number in one.items() if status.is_final)
    return ended, sum(sum(one.values()) for one in now)


def _check_workers(stage: Stage) -> None:
    for deserter in stage.crew.deserters():
        said = deserter.log.read_bytes()[-LOG_TAIL:].decode(errors="replace")
        raise Stalled(
            f"worker process {deserter.pid} ended with {deserter.exit_code}, and nobody had"
            f" asked it to; it said last:\n{said}"
        )
