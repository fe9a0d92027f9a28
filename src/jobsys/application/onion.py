"""Middleware around a handler, layer by layer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from jobsys.application.calling import Execute, carried_out
from jobsys.application.threads import is_asked_to_stop
from jobsys.domain.base_job import BaseJob
from jobsys.domain.errors import InvalidJob
from jobsys.ports.job_handler import JobContext
from jobsys.ports.middleware import CallNext, Middleware

Layer = Callable[[JobContext, CallNext, BaseJob], Awaitable[object]]


def onion(
    middlewares: Sequence[Middleware], provide: Callable[[], Execute], job_class: type[BaseJob]
) -> Execute:
    """Returns the handler with all layers around it, the first middleware outermost.

    An attempt that was stopped ends as stopped, also when a layer keeps the cancellation from
    coming out: else a shutdown would leave a job completed that was never carried out.
    """
    layers: Sequence[Layer] = [partial(_layer, middleware) for middleware in reversed(middlewares)]

    async def execute(job: BaseJob, context: JobContext) -> object:
        stopped: list[asyncio.CancelledError] = []

        async def innermost(handed_on: BaseJob) -> object:
            _check_type(handed_on, job_class)
            try:
                return await carried_out(provide(), handed_on, context)
            except asyncio.CancelledError as error:
                stopped.append(error)
                raise

        call_next: CallNext = innermost
        for layer in layers:
            call_next = partial(layer, context, call_next)
        result = await call_next(job)
        if stopped and is_asked_to_stop():
            raise stopped[0]
        return result

    return execute


def _check_type(handed_on: BaseJob, job_class: type[BaseJob]) -> None:
    if not isinstance(handed_on, job_class):
        raise InvalidJob(
            f"a middleware handed on a {type(handed_on).__name__},"
            f" and the handler takes a {job_class.__name__}"
        )


async def _layer(
    middleware: Middleware, context: JobContext, call_next: CallNext, job: BaseJob
) -> object:
    return await middleware(job, context, call_next)
