"""One process of a simulation: it begins, and may freeze, stop or die."""

import asyncio
from collections.abc import Callable
from contextvars import Context

from jobsys.application.lifecycle import Lifecycle
from jobsys.testing.simulation.loop import OWNER, Owner


class Process(Owner):
    """Runs a lifecycle; `gone` is called once, when it has died or stopped."""

    def __init__(self, name: str, gone: Callable[[], None]) -> None:
        super().__init__()
        self.name = name
        self.missed_until = 0.0
        self._gone = gone
        self._lifecycle: Lifecycle | None = None

    def begin(self, lifecycle: Lifecycle) -> None:
        """Starts what the lifecycle holds, as this process's own."""
        self._lifecycle = lifecycle
        context = Context()
        context.run(OWNER.set, self)
        asyncio.get_running_loop().create_task(lifecycle.start(), context=context)

    def die(self) -> None:
        """Ends at once: no code of it ever runs again."""
        if not self.is_dead:
            self.is_dead = True
            self._gone()

    def freeze(self, seconds: float) -> None:
        """Keeps all its code from running for a while."""
        self.frozen_until = asyncio.get_running_loop().time() + seconds

    def miss(self, seconds: float) -> None:
        """Has it taken for dead for a while, though it lives."""
        self.missed_until = asyncio.get_running_loop().time() + seconds

    def leave(self) -> None:
        """Begins a graceful stop, after which it is gone."""
        lifecycle, self._lifecycle = self._lifecycle, None
        if lifecycle is not None:
            asyncio.get_running_loop().create_task(self._stop(lifecycle))

    async def _stop(self, lifecycle: Lifecycle) -> None:
        await lifecycle.stop()
        self.die()
