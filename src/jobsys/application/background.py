"""Calls that this process makes beside everything else, and that end with it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final, ParamSpec

from jobsys.application.threads import called, is_asked_to_stop
from jobsys.domain.errors import BackgroundFull, NotRunning
from jobsys.domain.value import value
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.background")

P = ParamSpec("P")

LAST_WORD: Final = timedelta(seconds=1)
"""How long a cancelled call may take to clean up before it is left behind."""


@value
class CallCounts:
    """What has become of calls since the process began.

    `dropped` are those that were refused at the limit or cut short by the stop.
    """

    started: int
    running: int
    failed: int
    dropped: int


class BackgroundCalls(Component):
    """Makes up to `limit` calls side by side between its start and its stop."""

    def __init__(self, limit: int, grace: timedelta) -> None:
        self._limit = limit
        self._grace = grace
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._started = self._failed = self._dropped = 0

    @property
    def counts(self) -> CallCounts:
        """What has become of calls so far."""
        return CallCounts(self._started, len(self._running), self._failed, self._dropped)

    async def start(self) -> None:
        """Takes calls from now on."""
        self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Takes no more calls, lets those that run end for the grace, and cancels the others."""
        self._loop = None
        await self._rest(self._grace)
        for task in self._running:
            task.cancel()
        await self._rest(LAST_WORD)
        if self._running:
            log.error("%d background calls do not end, and are left behind", len(self._running))

    def begin(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Begins a call and returns at once.

        Raises:
            BackgroundFull: as many calls as the limit allows run already.
            NotRunning: this is not the event loop of a lifecycle that runs.
        """
        if self._loop is None or self._loop is not _running_loop():
            raise NotRunning(
                "fire_and_forget: call it in the event loop of the lifecycle, between its start"
                " and its stop: async with container.lifecycle(): …"
            )
        if len(self._running) >= self._limit:
            self._dropped += 1
            raise BackgroundFull(
                f"fire_and_forget: {self._limit} calls run already: submit a job instead, or raise"
                " background.limit in the settings"
            )
        task = self._loop.create_task(self._run(function, *args, **kwargs))
        self._started += 1
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await called(function, *args, **kwargs)
        except KeyboardInterrupt:  # the operator's, not the call's
            raise
        except BaseException as error:
            if is_asked_to_stop():
                self._dropped += 1
                log.warning("background call %r is cut short by the stop", function)
            else:
                self._failed += 1
                log.error("background call %r failed", function, exc_info=error)

    async def _rest(self, at_most: timedelta) -> None:
        if self._running:
            await asyncio.wait(list(self._running), timeout=at_most.total_seconds())


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
