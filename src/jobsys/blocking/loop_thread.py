"""An event loop in a thread of its own, for callers in other threads."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs from its making until `close`; the thread is a daemon, so it keeps no process alive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_open = True
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(
            target=self._work, args=(started,), name="jobsys-blocking", daemon=True
        )
        self._thread.start()
        self._loop = started.result()

    def call(self, coroutine: Coroutine[object, object, T]) -> T:
        """Returns what the coroutine returns in the loop; any thread may call but the loop's own.

        An interrupt (Ctrl-C) ends the wait and cancels the coroutine.

        Raises:
            RuntimeError: this thread is the loop's own, or the loop is closed.
        """
        future = self._begun(coroutine)
        try:
            return future.result()
        except CancelledError:
            raise RuntimeError("jobsys was closed in this process during the call") from None
        finally:
            future.cancel()

    def close(self, within: timedelta) -> None:
        """Cancels what still runs and ends the thread; one that hangs is left behind."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(within.total_seconds())

    def _begun(self, coroutine: Coroutine[object, object, T]) -> Future[T]:
        with self._lock:  # so that each call that has begun is one that the end cancels
            if self._is_open and threading.current_thread() is not self._thread:
                return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        coroutine.close()
        if self._is_open:
            raise RuntimeError(
                "a blocking call would wait for its own event loop for ever:"
                " await the container's job_service() here"
            )
        raise RuntimeError("jobsys is closed in this process")

    def _work(self, started: "Future[asyncio.AbstractEventLoop]") -> None:
        with asyncio.Runner() as runner:
            runner.run(self._until_the_end(started))

    async def _until_the_end(self, started: "Future[asyncio.AbstractEventLoop]") -> None:
        self._end = asyncio.Event()
        started.set_result(asyncio.get_running_loop())
        await self._end.wait()
