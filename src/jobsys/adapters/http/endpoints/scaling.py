"""How many slots the queues take, for an autoscaler."""

from typing import Annotated

from fastapi import Query

from jobsys.adapters.http.desk import Asking
from jobsys.adapters.http.endpoints.fields import Name, Wait
from jobsys.application.worker_views import scaling_view

Within = Annotated[
    Wait | None, Query(description="By when what waits shall have begun; else as settings say.")
]
Queues = Annotated[list[Name] | None, Query(description="Which queues; none: all.")]


async def scaling(ask: Asking, within: Within = None, queue: Queues = None) -> dict[str, object]:
    """Tells how many slots queues take so that what waits begins in time, and what they have."""
    wished = None if queue is None else {ask.queue(name) for name in queue}
    found = await ask.jobs.scaling.find(within)
    return scaling_view(
        {
            name: demand
            for name, demand in found.items()
            if (ask.principal.reaches_queue(name) if wished is None else name in wished)
        }
    )
