"""An event loop whose time is virtual and whose order is drawn."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextvars import Context, ContextVar
from itertools import count
from random import Random
from typing import Final, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Owner:
    """Whoever callbacks belong to: what a dead owner had begun never goes on."""

    def __init__(self) -> None:
        self.is_dead = False
        self.frozen_until = 0.0


OWNER: Final[ContextVar[Owner | None]] = ContextVar("owner", default=None)
"""Whose code runs: tasks and callbacks inherit it from whoever makes them."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs what is ready in an order drawn from `chance`; when nothing is, time jumps to the next timer.

    What is called from other threads, or as if from there, belongs to nobody.
    """

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance
        self._now = 0.0
        self._numbers = count()
        self._soon: list[_Call] = []
        self._due: list[tuple[float, int, _Call]] = []
        self._made: list[asyncio.Task[object]] = []
        self._halted = False
        self._errors: list[BaseException] = []

    def time(self) -> float:
        """Returns the virtual seconds since the loop was made."""
        return self._now

    def play(self, main: Coroutine[object, object, None]) -> Sequence[BaseException]:
        """Runs until `main` has ended, or somebody halts; returns what tasks and callbacks raised.

        Raises:
            RuntimeError: nothing is ready, and no timer will ever make it so.
        """
        around = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            task = self.create_task(main)
            while not (task.done() or self._halted):
                self._step()
        finally:
            self.close()
            asyncio._set_running_loop(around)
        return self._errors

    def halt(self) -> None:
        """Ends `play` once the callback that runs has returned."""
        self._halted = True

    def call_soon(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Has a callback run now, before or after others that are ready."""
        call = _Call(self._now, callback, args, self, context)
        self._soon.append(call)
        return call

    def call_soon_threadsafe(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Has a callback run now that belongs to nobody."""
        return self.call_soon(callback, *args, context=context or Context())

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Has a callback run after so many virtual seconds."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Has a callback run at an instant of `time`."""
        call = _Call(when, callback, args, self, context)
        heapq.heappush(self._due, (when, next(self._numbers), call))
        return call

    def create_task(
        self,
        coro: Generator[object, None, T] | Coroutine[object, object, T],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> asyncio.Task[T]:
        """Begins a task; what it holds is let go with the loop, not when chance collects it."""
        task: asyncio.Task[T] = super().create_task(coro, name=name, context=context)
        self._made.append(task)
        return task

    def close(self) -> None:
        """Lets everything go that has not ended, in the order in which it was begun."""
        super().close()
        for task in self._made:
            if not task.done():
                task.get_coro().close()
            elif not task.cancelled() and (error := task.exception()):
                self._errors.append(error)
        self._made, self._soon, self._due = [], [], []

    def call_exception_handler(self, context: dict[str, object]) -> None:
        """Keeps what a callback raised; tasks that are left over at the end say nothing."""
        error = context.get("exception")
        if not self.is_closed() and isinstance(error, BaseException):
            self._errors.append(error)
            self.halt()

    def _step(self) -> None:
        self._ripen()
        ready = self._soon
        if not ready:
            raise RuntimeError("everything waits, and nothing will ever happen")
        index = int(self._chance.random() * len(ready))
        ready[index], ready[-1] = ready[-1], ready[index]
        call = ready.pop()
        if not call.is_void:
            frozen_until = call.owner.frozen_until if call.owner else 0
            if frozen_until > self._now:
                heapq.heappush(self._due, (frozen_until, next(self._numbers), call))
            else:
                call.run()

    def _ripen(self) -> None:
        due = self._due
        while due and (not self._soon or due[0][0] <= self._now):
            when, _, call = heapq.heappop(due)
            if not call.is_void:
                self._now = max(self._now, when)
                self._soon.append(call)


class _Call(asyncio.TimerHandle):
    """A callback and whose it is."""

    __slots__ = ("owner",)

    def __init__(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        args: tuple[*Ts],
        loop: SimulatedLoop,
        context: Context | None,
    ) -> None:
        super().__init__(when, callback, args, loop, context)
        self.owner = OWNER.get() if context is None else context.get(OWNER, None)

    @property
    def is_void(self) -> bool:
        return self.cancelled() or (self.owner is not None and self.owner.is_dead)

    def run(self) -> None:
        self._run()
