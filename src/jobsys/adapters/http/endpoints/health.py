"""What monitors ask: whether this process lives, and whether jobs get done."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import JSONResponse

from jobsys.adapters.http.desk import Asking, Desk, desk_of
from jobsys.application.health import (
    HealthStatus,
    jobs_health,
    no_health,
    queues_health,
    whole_health,
    workers_health,
)
from jobsys.application.overview import Overview
from jobsys.domain.errors import JobsysError


async def live() -> dict[str, object]:
    """Says that this process answers."""
    return {"status": HealthStatus.OK}


async def ready(request: Request) -> JSONResponse:
    """Says whether the backend answers: 503 where it does not."""
    return await _told(desk_of(request), lambda _: {"status": HealthStatus.OK})


async def jobs(ask: Asking) -> JSONResponse:
    """Says whether jobs get done, how many there are, and what the store is worth."""
    return await _told(ask.desk, jobs_health)


async def queues(ask: Asking) -> JSONResponse:
    """Says whether queues are served, and how full they are."""
    return await _told(ask.desk, queues_health)


async def workers(ask: Asking) -> JSONResponse:
    """Says which workers there are, and whether they would take jobs."""
    return await _told(ask.desk, workers_health)


async def whole(ask: Asking) -> JSONResponse:
    """Says how everything stands, in few values."""
    return await _told(ask.desk, lambda seen: whole_health(seen, ask.desk.backend))


async def _told(desk: Desk, tell: Callable[[Overview], dict[str, object]]) -> JSONResponse:
    try:
        return JSONResponse(tell(await desk.shared_survey.seen()))
    except Exception as error:  # noqa: BLE001 (whatever it is, a monitor is told that it is)
        code = error.code if isinstance(error, JobsysError) else "SRV_6001"
        return JSONResponse(no_health(desk.survey.clock.now(), desk.backend, code), 503)
