"""Jobs in a test: what was submitted, and running it through the real pipeline."""

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Final, Self, TypeVar

from dependency_injector.providers import Object

from jobsys.adapters.memory.backend import MemoryBackend
from jobsys.application.log_sender import LogSender
from jobsys.application.service import BackgroundJobService
from jobsys.container import JobsysContainer
from jobsys.domain.base_job import BaseJob
from jobsys.domain.duration import parse_duration
from jobsys.domain.errors import UnknownJobType
from jobsys.domain.record import JobRecord
from jobsys.ports.backend import BackendOptions
from jobsys.testing.accepted_jobs import AcceptingStore
from jobsys.testing.shift import Shift
from jobsys.testing.virtual_clock import VirtualClock
from jobsys.testing.watched_executor import WatchedExecutor

J = TypeVar("J", bound=BaseJob)
T = TypeVar("T")

MOST_SHOWN: Final = 20
SWAPPED: Final = ("clock", "backend", "executor", "runs_worker")


class JobKit:
    """A container on a backend in memory and a virtual clock, whose jobs run when a test says so.

    Handlers, middleware and every adapter that a test swaps are the container's own; its lifecycle
    runs no worker meanwhile. On leaving, backend and clock are as they were before.
    """

    def __init__(self, container: JobsysContainer) -> None:
        self.container = container
        self.clock = VirtualClock()
        self._store = AcceptingStore()
        options = container.executor().options
        self._lines = LogSender(container.job_logs, self.clock, container.log_sender().level)
        self._executor = WatchedExecutor(
            container.handlers(),
            container.metrics(),
            self.clock,
            replace(options, lines=self._lines if options.lines else None),
        )
        self._runner = asyncio.Runner()
        self._undo = ExitStack()

    @property
    def service(self) -> BackgroundJobService:
        """The container's service: give it to the use case under test."""
        return self.container.job_service()

    async def drain(
        self,
        *,
        raise_failures: bool = True,
        at_most: int = 10_000,
        within: timedelta | str = "30s",
    ) -> list[JobRecord]:
        """Runs what is due now, and what that submits, and returns the jobs that ended, as begun.

        Delayed jobs, retries and schedules are due once the clock was advanced.

        Raises:
            ExceptionGroup: what the handlers raised, once nothing is left to run; with
                `raise_failures=False` the records alone tell it.
            EndlessDrain: after `at_most` attempts, or `within` of real time, jobs are left.
        """
        self._executor.forget()
        shift = Shift(self.container, self._executor, at_most)
        await self._lines.start()
        try:
            ended = await shift.run(parse_duration(within))
        finally:
            await self._lines.stop()
        if raise_failures and self._executor.failures:
            raise BaseExceptionGroup(
                "attempts failed; drain(raise_failures=False) leaves it to the records",
                self._executor.failures,
            )
        return ended

    def run(self, coroutine: Coroutine[object, object, T]) -> T:
        """Returns what a coroutine returns, for tests that are not async themselves."""
        return self._runner.run(coroutine)

    def submitted(self, job_class: type[J]) -> list[J]:
        """Returns every job of this class that was accepted, in order, also from schedules."""
        return [
            job_class.model_validate_json(record.payload)
            for record in self._store.accepted
            if record.job_type == job_class.job_type
        ]

    def assert_submitted(
        self, job_class: type[J], /, *, count: int | None = None, **fields: object
    ) -> list[J]:
        """Returns the jobs of this class with these fields: `count` of them, or at least one.

        Raises:
            AssertionError: there are more or fewer; the message lists what was submitted.
        """
        found = self._matching(job_class, fields)
        if len(found) != count if count is not None else not found:
            wanted = "at least one" if count is None else f"{count} of"
            raise AssertionError(
                f"{wanted} {_told(job_class, fields)}: {len(found)} found; {self._all_told()}"
            )
        return found

    def assert_not_submitted(self, job_class: type[BaseJob], /, **fields: object) -> None:
        """Returns if no job of this class with these fields was accepted.

        Raises:
            AssertionError: there are some; the message lists what was submitted.
        """
        if found := self._matching(job_class, fields):
            raise AssertionError(
                f"no {_told(job_class, fields)}: {len(found)} found; {self._all_told()}"
            )

    def __enter__(self) -> Self:
        backend = MemoryBackend(BackendOptions("memory://", self.clock), self._store)
        self._undo.callback(self._runner.close)  # nothing, where it ran nothing
        self._undo.callback(self.container.renew, *SWAPPED)
        stand_ins = (self.clock, backend, self._executor, False)
        for name, stand_in in zip(SWAPPED, stand_ins, strict=True):
            provider = self.container.providers[name]
            provider.override(Object(stand_in))
            self._undo.callback(provider.reset_last_overriding)
        self.container.renew(*SWAPPED)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    def _matching(self, job_class: type[J], fields: dict[str, object]) -> list[J]:
        unknown = fields.keys() - job_class.model_fields.keys()
        if unknown:
            raise TypeError(
                f"{job_class.__name__} has no field {', '.join(sorted(unknown))}:"
                f" it has {', '.join(job_class.model_fields)}"
            )
        return [
            job
            for job in self.submitted(job_class)
            if all(getattr(job, name) == value for name, value in fields.items())
        ]

    def _all_told(self) -> str:
        accepted = self._store.accepted
        if not accepted:
            return "nothing was submitted"
        more = len(accepted) - MOST_SHOWN
        lines = [self._line(record) for record in accepted[:MOST_SHOWN]]
        return "\n  ".join(["submitted were:", *lines, *([f"and {more} more"] if more > 0 else [])])

    def _line(self, record: JobRecord) -> str:
        factory = self.container.job_factory()
        try:
            job = repr(
                factory.decode(
                    factory.class_for(record.header), record.payload, record.header.version
                )
            )
        except UnknownJobType:
            job = f"{record.job_type} {bytes(record.payload).decode()}"
        return f"{job} in queue {record.id.queue!r}"


def _told(job_class: type[BaseJob], fields: dict[str, object]) -> str:
    inside = ", ".join(f"{name}={value!r}" for name, value in fields.items())
    return f"{job_class.__name__}({inside})"
