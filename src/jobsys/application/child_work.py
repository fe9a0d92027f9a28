"""Carrying jobs out in a child process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from inspect import isawaitable
from typing import Final

from jobsys.application.child_context import ChildContext, RelayedLog
from jobsys.application.errand_texts import FAILED, SUCCEEDED, Facts
from jobsys.application.failure_text import told
from jobsys.application.handlers import HandlerRegistry
from jobsys.application.results import kept_result
from jobsys.domain.envelope import TraceContext
from jobsys.domain.errors import JobTimeout
from jobsys.domain.payload import JobPayload
from jobsys.ports.clock import Clock
from jobsys.ports.process_runner import Answer, ChildWork, ParentLine

Continue = Callable[[TraceContext], AbstractContextManager[None]]
"""Has a trace go on in this process."""

SHORT: Final = "the time limit is near: the job was asked to end"


class HandlerWork(ChildWork):
    """Runs one handler at a time: a plain `def` right here, an `async def` in the child's loop."""

    def __init__(
        self,
        handlers: HandlerRegistry,
        clock: Clock,
        continue_trace: Continue = lambda _: nullcontext(),
    ) -> None:
        self._handlers = handlers
        self._clock = clock
        self._continue_trace = continue_trace
        self._log = RelayedLog()
        self._context: ChildContext | None = None
        self._task: asyncio.Task[object] | None = None
        self._time_was_short = False
        self._attempt = 1

    def begin(self, parent: ParentLine) -> None:
        self._parent = parent
        self._loop = asyncio.Runner()
        logging.getLogger().handlers = [self._log]  # the worker's own write what it is told
        for start in self._handlers.process_starts:
            start()

    def carry_out(self, order: bytes) -> Answer:
        head, _, payload = order.partition(b"\n")
        facts = Facts.model_validate_json(head)
        context = self._about_to(facts)
        try:
            with self._continue_trace(facts.trace) if facts.trace else nullcontext():
                result = self._result(facts, JobPayload(payload), context)
            return Answer(SUCCEEDED + (kept_result(result, facts.max_result) or b""))
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 (a handler that exits ends its job)
            return Answer(self.failed(error))
        finally:
            context.end()

    def failed(self, error: BaseException) -> bytes:
        if self._time_was_short and isinstance(error, asyncio.CancelledError):
            error = JobTimeout(SHORT)
        failure = told(error, self._attempt, self._clock.now())
        return FAILED + failure.model_dump_json().encode()

    def time_is_short(self) -> None:
        if self._context is not None:
            self._time_was_short = True
            self._interrupt(JobTimeout(SHORT))

    def end(self) -> None:
        if self._context is not None and self._context.news.stopped is not None:
            self._interrupt(asyncio.CancelledError())

    def _about_to(self, facts: Facts) -> ChildContext:
        context = ChildContext(facts, self._parent)
        for name in ("", "jobsys.job"):  # the worker knows who hears what a job logs
            logger = logging.getLogger(name)
            if logger.level != facts.log_level:  # a change clears what every logger has cached
                logger.setLevel(facts.log_level)
        self._log.say = context.say
        self._attempt, self._time_was_short = facts.attempt, False
        return context

    def _result(self, facts: Facts, payload: JobPayload, context: ChildContext) -> object:
        job_class = self._handlers.factory.class_at(facts.job_type, facts.version)
        job = self._handlers.factory.decode(job_class, payload, facts.version)
        execute = self._handlers.bare_provider_of(job_class)()
        self._context = context
        try:
            result = execute(job, context)
            if not isawaitable(result):
                return result
            return self._loop.run(self._awaited(result), context=copy_context())
        finally:
            self._context = None

    async def _awaited(self, result: Awaitable[object]) -> object:
        self._task = asyncio.current_task()
        try:
            return await result
        finally:
            self._task = None

    def _interrupt(self, error: BaseException) -> None:
        task = self._task
        if task is None:
            raise error
        task.get_loop().call_soon_threadsafe(task.cancel)
