"""A connection that one thread uses, whose end nobody has to wait for."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

from jobsys.ports.outbox import Connect, Connection

T = TypeVar("T")


class OwnThread:
    """Carries calls out one after the other, with a new connection after each that goes wrong.

    The thread is a daemon: a call that never returns keeps no process from its end.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._ended: Future[None] | None = None

    async def done(self, use: Callable[[Connection], T]) -> T:
        """Returns what is done in a transaction."""
        if self._ended is None:
            self._ended = Future()
            self._ended.set_running_or_notify_cancel()  # nobody who gives it up ends it
            threading.Thread(
                target=self._work, args=(self._ended,), name="jobsys-relay", daemon=True
            ).start()
        answer: Future[T] = Future()
        self._calls.put(lambda: _answer(answer, lambda: self._use(use)))
        return await asyncio.wrap_future(answer)

    async def end(self, within: float) -> None:
        """Closes the connection once the call under way returns; waits so many seconds at most."""
        if self._ended is not None:
            self._calls.put(None)
            await asyncio.wait([asyncio.wrap_future(self._ended)], timeout=within)

    def _work(self, ended: Future[None]) -> None:
        while (call := self._calls.get()) is not None:
            call()
        self._let_go()
        ended.set_result(None)

    def _use(self, use: Callable[[Connection], T]) -> T:
        try:
            if self._connection is None:
                self._connection = self._connect()
            done = use(self._connection)
            self._connection.commit()
        except BaseException:
            self._let_go()
            raise
        return done

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # it may be what has failed
                connection.close()


def _answer(answer: Future[T], call: Callable[[], T]) -> None:
    if answer.set_running_or_notify_cancel():
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 (it is raised where the call was made)
            answer.set_exception(error)
