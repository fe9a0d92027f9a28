"""What a user writes around every handler."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Protocol

from jobsys.domain.base_job import BaseJob
from jobsys.ports.job_handler import JobContext

CallNext = Callable[[BaseJob], Awaitable[object]]
"""Runs what lies inside, with the job that it is handed; returns the handler's result."""


class Middleware(Protocol):
    """One layer around the handlers: an `async def` of these three arguments, or an object."""

    @abstractmethod
    async def __call__(self, job: BaseJob, context: JobContext, call_next: CallNext, /) -> object:
        """Returns the job's result, mostly that of `await call_next(job)`.

        It may hand on another job of the same class, and return another result. What it raises is
        a failed attempt. The job's timeout covers it together with the handler.
        """
