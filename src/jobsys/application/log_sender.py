"""What handlers log, on its way to the log of each job."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from logging import getLevelName
from threading import Lock
from typing import Final

from jobsys.application.loop_time import happened
from jobsys.domain.attempt_error import clipped
from jobsys.domain.lease import Lease
from jobsys.domain.log_line import LONGEST_TEXT, LogLine
from jobsys.domain.redaction import redacted
from jobsys.ports.clock import Clock
from jobsys.ports.errors import QueueUnavailable
from jobsys.ports.job_logs import JobLogs
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.job_log")

SENT_AFTER: Final = timedelta(milliseconds=250)
LATEST: Final = timedelta(seconds=5)
"""The longest pause between two tries while the backend is away."""
BATCH: Final = 500
MOST_WAITING: Final = 10_000
LAST_WORDS: Final = timedelta(seconds=1)
"""How long the last lines may take at the stop."""


class LogSender(Component):
    """Sends what it is told to the backend, all jobs' lines together, while there are any.

    Any thread may tell it. While the backend is away the last 10,000 lines wait for it; a job
    never does, nor fails by it. Nothing runs while nobody logs.
    """

    def __init__(
        self, logs: Callable[[], JobLogs], clock: Clock, level: int = logging.INFO
    ) -> None:
        self.level = level
        self.lost = 0
        self._logs = logs
        self._clock = clock
        self._lock = Lock()
        self._waiting: deque[LogLine] = deque(maxlen=MOST_WAITING)
        self._batch: list[LogLine] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_sending = False
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Takes lines from now on."""
        if self._loop is None:
            self._stopping, self._is_sending = asyncio.Event(), False
            self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Sends what it was told, for a second at most."""
        self._loop = None
        self._stopping.set()
        await asyncio.sleep(0)  # a thread may have begun it just now
        task, self._task = self._task, None
        if task is not None:
            await asyncio.wait([task], timeout=LAST_WORDS.total_seconds())
            task.cancel()
            await asyncio.wait([task])
        left = [*self._batch, *self._waiting]
        self._lose(len(left), "the worker stops, and the backend does not take them")
        self._batch = []
        self._waiting.clear()

    def tell(self, lease: Lease, level: int, text: str) -> None:
        """Takes a line of a job's; before the start and after the stop nobody keeps it."""
        loop = self._loop
        if loop is None:
            return
        attempt, kept = lease.record.attempts + 1, clipped(redacted(text), LONGEST_TEXT)
        line = LogLine(lease.record.id, self._clock.now(), getLevelName(level), kept, attempt)
        with self._lock:
            pushed_out = len(self._waiting) == MOST_WAITING
            self._waiting.append(line)
            begins, self._is_sending = not self._is_sending, True
        if begins:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._begin)
        self._lose(pushed_out, f"more than {MOST_WAITING} wait for the backend")

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._send(), name="jobsys-job-log")

    async def _send(self) -> None:
        pause = SENT_AFTER
        while self._goes_on():
            await happened(self._stopping, pause)
            if await self._sent():
                pause = SENT_AFTER if len(self._waiting) < BATCH else timedelta(0)
            elif self._stopping.is_set():
                return
            else:
                pause = min(max(2 * pause, SENT_AFTER), LATEST)

    def _goes_on(self) -> bool:
        with self._lock:
            self._is_sending = bool(self._batch or self._waiting)
            return self._is_sending

    async def _sent(self) -> bool:
        """Sends a batch; one of which nobody knows whether it came through is sent again as it was."""
        with self._lock:
            number = 0 if self._batch else min(BATCH, len(self._waiting))
            self._batch += [self._waiting.popleft() for _ in range(number)]
        try:
            await self._logs().append(self._batch)
        except QueueUnavailable:
            return False
        except Exception as error:  # noqa: BLE001 (whatever it is, the next ones may get through)
            self._lose(len(self._batch), repr(error))
        self._batch = []
        return True

    def _lose(self, number: int, why: str) -> None:
        """Says the first time that lines are lost: a log of what is not in the log has no end."""
        if number and not self.lost:
            with suppress(Exception):  # handlers of the host's may raise anything
                log.warning("log lines of jobs are lost, %d for now: %s", number, why)
        self.lost += number
