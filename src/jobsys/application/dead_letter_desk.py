"""Functions of the user's that are called when a job becomes a dead letter here."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

from jobsys.application.alerts import Alerts
from jobsys.application.dead_letter_context import DeadLetterContext
from jobsys.application.dead_letters import DeadLetterBook
from jobsys.application.reporter import Reporter
from jobsys.application.threads import called, is_asked_to_stop
from jobsys.domain.alert import AlertSeverity
from jobsys.domain.attempt_error import AttemptError, last_failure
from jobsys.domain.dead_letter import EVERY_DEAD_LETTER, DeadLetterFilter
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.job_id import JobId
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus, Reason
from jobsys.domain.transition import Transition
from jobsys.ports.job_inspector import JobInspector
from jobsys.ports.lifecycle import Component

log = logging.getLogger("jobsys.dead_letters")

Processor = Callable[[JobRecord, DeadLetterContext], object]
D = TypeVar("D", bound=Processor)

BATCH: Final = 100
MOST_WAITING: Final = 10_000
PATIENCE: Final = timedelta(seconds=30)
"""How long a processor may take with one dead letter."""
LAST_CALLS: Final = 1.0
"""Seconds that processors have at the stop for what they were given already."""


class _Line:
    """The dead letters that wait for one processor."""

    def __init__(self, wanted: DeadLetterFilter, processor: Processor) -> None:
        self.wanted = wanted
        self.processor = processor
        self.waiting: deque[JobId] = deque()
        self.rung = asyncio.Event()
        self._left_out = 0

    def add(self, job_id: JobId) -> None:
        """Takes one in; beyond a bound it is left out, and told of."""
        if len(self.waiting) < MOST_WAITING:
            self.waiting.append(job_id)
            self.rung.set()
        else:
            self._left_out += 1

    async def some(self) -> list[JobId]:
        """Returns the next ones, as soon as there are any or the line is rung."""
        if not self.waiting:
            self.rung.clear()
            await self.rung.wait()
        if self._left_out:
            log.error("%d dead letters are not processed: too many at once", self._left_out)
            self._left_out = 0
        return [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]


class DeadLetterDesk(Component):
    """Calls each processor with each dead letter of its own, one after the other, at most once.

    It is told of what the worker and the recovery of this process have settled. Each processor has
    a line of its own: one that is slow, hangs or raises is nobody else's concern. Where alerts go
    to people, those that no processor takes are an alert of severity high.
    """

    def __init__(
        self,
        inspector: JobInspector,
        book: DeadLetterBook,
        alerts: Alerts,
        reporter: Reporter,
        *,
        tells_people: bool,
    ) -> None:
        self._inspector = inspector
        self._book = book
        self._alerts = alerts
        self._reporter = reporter
        self._lines: list[_Line] = []
        self._others = [_Line(EVERY_DEAD_LETTER, _alert)] if tells_people else []
        self._tasks: list[asyncio.Task[None]] = []
        self._is_open = False

    def on(self, wanted: DeadLetterFilter) -> Callable[[D], D]:
        """Decorates an `async def`, or a plain function, which is called in a thread.

        Raises:
            ConfigurationError: it runs already.
        """

        def register(processor: D) -> D:
            if self._is_open:
                raise ConfigurationError("name every processor of dead letters before the start")
            self._lines.append(_Line(wanted, processor))
            return processor

        return register

    async def start(self) -> None:
        """Is told of dead letters from now on, if there is anything to do about them."""
        lines = self._lines + self._others
        if lines and not self._is_open:
            self._is_open = True
            self._tasks = [
                asyncio.create_task(self._serve(line), name="jobsys-dead-letters") for line in lines
            ]
            self._reporter.tell(self._note)

    async def stop(self) -> None:
        """Lets processors come to an end with what they were given, for a second at most."""
        self._is_open, tasks, self._tasks = False, self._tasks, []
        for line in self._lines + self._others:
            line.rung.set()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LAST_CALLS)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks, timeout=LAST_CALLS)

    def _note(self, ended: Sequence[Transition]) -> None:
        for end in ended:
            if end.target is JobStatus.FAILED and self._is_open:
                takers = [line for line in self._lines if line.wanted.takes_failure(*_told(end))]
                for line in takers or self._others:
                    line.add(end.record.id)

    async def _serve(self, line: _Line) -> None:
        while self._is_open or line.waiting:
            for record in await self._records(await line.some()):
                await self._process(line.processor, record)

    async def _records(self, ids: Sequence[JobId]) -> Sequence[JobRecord]:
        """Returns those that are dead letters still."""
        try:
            found = await self._inspector.get(ids)
        except Exception as error:  # noqa: BLE001 (whatever it is, the next ones may be read)
            log.error("dead letters cannot be read, and are not processed: %r: %s", error, ids)
            return ()
        return [record for record in found.values() if record.status is JobStatus.FAILED]

    async def _process(self, processor: Processor, record: JobRecord) -> None:
        context = DeadLetterContext(record, self._book, self._alerts)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await called(processor, record, context)
        except KeyboardInterrupt:  # the operator's, not the processor's
            raise
        except BaseException as error:
            if is_asked_to_stop():
                raise
            told = getattr(processor, "__name__", repr(processor)), record.id
            log.error("the processor %s failed at the dead letter %s", *told, exc_info=error)


async def _alert(record: JobRecord, letter: DeadLetterContext) -> None:
    error = last_failure(record.errors)
    text = f"{error.type}: {error.message}" if error else "nothing is known of an error"
    letter.alert(AlertSeverity.HIGH, text)


def _told(end: Transition) -> tuple[JobId, str, Reason | None, AttemptError | None]:
    return end.record.id, end.record.job_type, end.after.reason, end.error
