"""Calling a handler, async in the event loop, blocking beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import cast

from jobsys.application.context import AttemptContext
from jobsys.application.threads import begun_in_thread, is_async
from jobsys.domain.base_job import BaseJob
from jobsys.ports.job_handler import JobContext

Execute = Callable[[BaseJob, JobContext], object]


async def carried_out(execute: Execute, job: BaseJob, context: JobContext) -> object:
    """Returns what a handler returns; one that is a plain `def` runs in a thread.

    A thread that goes on when this call is cancelled is noted in the context.
    """
    if is_async(execute):
        return await cast("Awaitable[object]", execute(job, context))
    outcome = begun_in_thread(execute, job, context)
    try:
        result = await asyncio.wrap_future(outcome)
    except asyncio.CancelledError:
        if isinstance(context, AttemptContext) and not outcome.done():
            context.deserted = outcome
        raise
    return await result if isawaitable(result) else result
