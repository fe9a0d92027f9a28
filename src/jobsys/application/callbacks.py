"""Functions of the user's that are called when something has become of a job."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar

from jobsys.application.threads import called, is_asked_to_stop
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.notice import JobNotice, NoticeInterest
from jobsys.ports.lifecycle import Component
from jobsys.ports.subscription import Subscription

log = logging.getLogger("jobsys.events")

Listen = Callable[[NoticeInterest], AbstractAsyncContextManager[Subscription]]
Callback = Callable[[JobNotice], object]
C = TypeVar("C", bound=Callback)

AGAIN_AFTER: Final = 1.0
LAST_CALLS: Final = 1.0
"""Seconds that callbacks have at the stop for what they were told already."""


class Callbacks(Component):
    """Calls each callback with each notice of its interest, one after the other.

    Each has a subscription of its own: one that is slow or raises is nobody else's concern.
    """

    def __init__(self, listen: Listen) -> None:
        self._listen = listen
        self._callbacks: list[tuple[NoticeInterest, Callback]] = []
        self._open: set[Subscription] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def on(self, interest: NoticeInterest) -> Callable[[C], C]:
        """Decorates an `async def`, or a plain function, which is called in a thread.

        Raises:
            ConfigurationError: it runs already.
        """

        def register(callback: C) -> C:
            if self._tasks:
                raise ConfigurationError("name every callback before the start")
            self._callbacks.append((interest, callback))
            return callback

        return register

    async def start(self) -> None:
        """Listens from now on."""
        if not self._tasks:
            begun = [asyncio.Event() for _ in self._callbacks]
            self._tasks = [
                asyncio.create_task(self._serve(*callback, event), name="jobsys-callback")
                for callback, event in zip(self._callbacks, begun, strict=True)
            ]
            for event in begun:
                await event.wait()

    async def stop(self) -> None:
        """Lets callbacks come to an end with what they were told, for a second at most."""
        tasks, self._tasks = self._tasks, []
        for subscription in self._open:
            subscription.close()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LAST_CALLS)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks, timeout=LAST_CALLS)

    async def _serve(
        self, interest: NoticeInterest, callback: Callback, begun: asyncio.Event
    ) -> None:
        while True:
            try:
                async with self._listen(interest) as subscription:
                    await self._follow(subscription, callback, begun)
                return
            except Exception as error:  # noqa: BLE001 (the next try may find the backend there)
                log.warning("a callback cannot listen now: %r", error)
                begun.set()
                await asyncio.sleep(AGAIN_AFTER)

    async def _follow(
        self, subscription: Subscription, callback: Callback, begun: asyncio.Event
    ) -> None:
        self._open.add(subscription)
        begun.set()
        try:
            async for notices in subscription:
                for notice in notices:
                    await _call(callback, notice)
        finally:
            self._open.discard(subscription)


async def _call(callback: Callback, notice: JobNotice) -> None:
    try:
        await called(callback, notice)
    except KeyboardInterrupt:  # the operator's, not the callback's
        raise
    except BaseException as error:
        if is_asked_to_stop():
            raise
        told = (notice.job_id, notice.status)
        log.error("a callback failed at job %s, %s", *told, exc_info=error)
