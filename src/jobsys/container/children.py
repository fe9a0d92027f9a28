"""What a child process is made of, in a process that imports what its worker has imported."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from jobsys.adapters.cli.target import loaded
from jobsys.adapters.system.clock import SystemClock
from jobsys.application.child_work import HandlerWork
from jobsys.application.handlers import HandlerFunction, HandlerRegistry
from jobsys.container.whereabouts import Address, found
from jobsys.domain.base_job import BaseJob
from jobsys.domain.envelope import TraceContext
from jobsys.domain.factory import JobFactory
from jobsys.ports.job_handler import JobHandler


def open_work(address: Address) -> HandlerWork:
    """Returns what children do for the container, or with the handlers, at an address."""
    if address["container"] is not None:
        return HandlerWork(loaded(address["container"]).handlers(), SystemClock(), go_on)
    handlers = HandlerRegistry(JobFactory())
    for job_class, thing, is_provider in address["handlers"]:
        kind, given = cast("type[BaseJob]", found(job_class)), found(thing)
        if is_provider:
            handlers.register(kind, cast("Callable[[], JobHandler[BaseJob]]", given))
        else:
            handlers.handles(kind)(cast("HandlerFunction[BaseJob]", given))
    starts = [cast("Callable[[], object]", found(name)) for name in address["starts"]]
    handlers.process_starts += starts
    return HandlerWork(handlers, SystemClock(), go_on)


def go_on(trace: TraceContext) -> AbstractContextManager[None]:
    """Has the worker's trace go on in this process."""
    from jobsys.adapters.opentelemetry import continued  # noqa: PLC0415 (the extra may be missing)

    return continued(trace)
