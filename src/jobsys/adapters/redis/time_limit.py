"""One time limit of many short calls, kept by one timer."""

import asyncio
from types import TracebackType
from typing import cast


class TimeLimit:
    """Ends calls that take longer than so many seconds, each as `asyncio.timeout` does.

    That one costs a tenth of a call to Redis, for it has a timer of its own. Where all calls may
    take equally long, the one that began first ends first: to watch that one is enough.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._under_way: dict[_Call, None] = {}
        self._watching: asyncio.AbstractEventLoop | None = None

    def call(self) -> "_Call":
        """Returns the limit of one call that begins now, to be entered by the task that makes it.

        It raises TimeoutError in place of the cancel by which it ended the task, and of no other.
        """
        loop = asyncio.get_running_loop()
        call = _Call(self._under_way, loop.time() + self._seconds)
        if self._watching is not loop:  # nobody watches, or in a loop that is gone
            self._watch(loop, call)
        return call

    def _watch(self, loop: asyncio.AbstractEventLoop, call: "_Call") -> None:
        self._watching = loop
        loop.call_at(call.end, self._look)

    def _look(self) -> None:
        """Ends the calls that are late, and looks again when the next may be."""
        loop, self._watching = asyncio.get_running_loop(), None
        for call in list(self._under_way):
            if call.end > loop.time():
                self._watch(loop, call)
                return
            call.cancel()


class _Call:
    __slots__ = ("_cancels", "_task", "_under_way", "end")

    def __init__(self, under_way: "dict[_Call, None]", end: float) -> None:
        self._under_way = under_way
        self._task = cast("asyncio.Task[object]", asyncio.current_task())
        self._cancels: int | None = None
        self.end = end

    def cancel(self) -> None:
        del self._under_way[self]
        self._cancels = self._task.cancelling()
        self._task.cancel()

    def __enter__(self) -> None:
        self._under_way[self] = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._cancels is None:
            self._under_way.pop(self, None)
        elif self._task.uncancel() <= self._cancels and kind is asyncio.CancelledError:
            raise TimeoutError from error
