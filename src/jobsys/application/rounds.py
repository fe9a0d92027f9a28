"""What is done again and again beside everything else, from a start to a stop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from jobsys.application.loop_time import happened


class Rounds:
    """Goes round after round; each says how long the pause after it is, which `ring` ends.

    A round that raises ends nothing: `failed` is told why, and says how long the pause is then.
    """

    def __init__(
        self,
        name: str,
        go: Callable[[], Awaitable[timedelta]],
        failed: Callable[[Exception], timedelta],
    ) -> None:
        self._name = name
        self._go = go
        self._failed = failed
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def are_going(self) -> bool:
        """True from the start to the stop."""
        return self._task is not None

    def start(self) -> None:
        """Goes from now on; a second start changes nothing."""
        if self._task is None:
            self._rung = asyncio.Event()
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Breaks off the round under way."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def ring(self) -> None:
        """Goes round at once."""
        self._rung.set()

    async def _run(self) -> None:
        while self._task is not None:  # a client may swallow the cancel of a stop
            self._rung.clear()
            try:
                pause = await self._go()
            except Exception as error:  # noqa: BLE001 (whatever it is, the next round may succeed)
                pause = self._failed(error)
            await happened(self._rung, pause)
