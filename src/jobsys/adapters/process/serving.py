"""Keeping a fork server up, whatever becomes of those who have asked for it."""

import asyncio
from collections.abc import Callable, Mapping

from jobsys.adapters.process.server_link import OnDeath, ServerLink


class Serving:
    """Has a server started by the first who needs one, for everybody who does."""

    def __init__(self, on_death: OnDeath, given: Callable[[], Mapping[str, object]]) -> None:
        self._on_death = on_death
        self._given = given
        self._starting: asyncio.Task[ServerLink] | None = None

    async def server(self) -> ServerLink:
        """Returns the server, a new one where there is none any more.

        Whoever gives up waiting leaves the one that is being started to the next.

        Raises:
            ConfigurationError: it cannot import the application.
            OSError: the system has no room for it now.
        """
        starting = self._starting
        if starting is None or _is_over(starting):
            self._starting = starting = asyncio.create_task(self._started())
            starting.add_done_callback(not_missed)
        return await asyncio.shield(starting)

    async def stop(self) -> None:
        """Ends the server, and the start of one."""
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.cancel()
            await asyncio.wait([starting])
            if not _has_failed(starting):
                await starting.result().stop()

    async def _started(self) -> ServerLink:
        server = ServerLink(self._on_death)
        try:
            await server.start(self._given())
        except BaseException:
            await server.give_up()
            raise
        return server


def not_missed(task: "asyncio.Task[object]") -> None:
    """Lets something fail for which nobody waits any more."""
    if not task.cancelled():
        task.exception()


def _has_failed(starting: "asyncio.Task[ServerLink]") -> bool:
    return starting.cancelled() or starting.exception() is not None


def _is_over(starting: "asyncio.Task[ServerLink]") -> bool:
    return starting.done() and (_has_failed(starting) or not starting.result().is_up)
