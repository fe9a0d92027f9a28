"""Slots that are tasks of the running event loop."""

import asyncio

from jobsys.adapters.asyncio.future_pool import FuturePool
from jobsys.domain.transition import Transition
from jobsys.ports.worker_pool import Attempt


class AsyncioWorkerPool(FuturePool):
    """Runs each attempt as a task beside the worker: the fastest, if no handler blocks the loop."""

    def _started(self, attempt: Attempt) -> "tuple[asyncio.Future[Transition], Attempt]":
        return asyncio.get_running_loop().create_task(attempt.run()), attempt
