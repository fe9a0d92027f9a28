"""A call on its way to the file's thread and back."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

from jobsys.adapters.sqlite.snapshot import Snapshot
from jobsys.adapters.sqlite.transaction import Transaction

T_co = TypeVar("T_co", covariant=True)


class Call(Generic[T_co]):
    """Work for the file's thread, and the answer that its caller awaits.

    `write` changes the file; `read` only looks, and what it returns is the answer, unless that is
    None and there is something to write. A call has one of them or both.
    """

    def __init__(
        self,
        read: Callable[[Snapshot], T_co | None] | None,
        write: Callable[[Transaction], T_co] | None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[T_co] = self.loop.create_future()
        self._read = read
        self._write = write
        self._error: Exception | None = None
        self._deliver: Callable[[], None] | None = None

    @property
    def looks(self) -> bool:
        """True when it may be answered without a write."""
        return self._read is not None

    @property
    def is_answered(self) -> bool:
        """True once there is an answer, or an error instead."""
        return self._deliver is not None

    @property
    def has_failed(self) -> bool:
        """True when the answer is an error."""
        return self._error is not None

    def look(self, snapshot: Snapshot) -> None:
        """Reads the answer, if it can be read."""
        if self._read is None:
            return
        try:
            found = self._read(snapshot)
        except Exception as error:  # noqa: BLE001 (the caller gets it)
            self.fail(error)
        else:
            if found is not None:
                self._deliver = partial(self.answer.set_result, found)

    def change(self, transaction: Transaction) -> None:
        """Writes, and has the answer."""
        if self._write is None:
            return
        try:
            self._deliver = partial(self.answer.set_result, self._write(transaction))
        except Exception as error:  # noqa: BLE001 (the caller gets it)
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Has an error for an answer."""
        self._error = error
        self._deliver = partial(self.answer.set_exception, error)

    def deliver(self) -> None:
        """Hands the answer to the caller; runs in the caller's loop."""
        if self._deliver is not None and not self.answer.done():
            self._deliver()


def deliver_all(calls: Iterable[Call[object]]) -> None:
    """Wakes each loop once, however many of its calls are answered."""
    of_loops: defaultdict[asyncio.AbstractEventLoop, list[Call[object]]] = defaultdict(list)
    for call in calls:
        of_loops[call.loop].append(call)
    for loop, answered in of_loops.items():
        with suppress(RuntimeError):  # the loop was closed, nobody awaits
            loop.call_soon_threadsafe(_deliver, answered)


def _deliver(calls: Iterable[Call[object]]) -> None:
    for call in calls:
        call.deliver()
