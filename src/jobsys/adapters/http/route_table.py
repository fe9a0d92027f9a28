"""Every route of the API, and who may use it: the one place that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from jobsys.adapters.http.endpoints import (
    circuits,
    dead_letters,
    description,
    events,
    health,
    jobs,
    many_jobs,
    overview,
    queues,
    scaling,
    schedules,
    sessions,
    workers,
)
from jobsys.domain.principal import Role


class Reach(Enum):
    """What a route is about, for those who reach only some queues or types."""

    SOME = "of queues and types: it answers for those that are reached"
    ALL = "of the deployment: it is for those who reach everything"
    NONE = "of no job at all"


@dataclass(frozen=True, slots=True)
class Row:
    """A route: the role that it takes at least (none: nobody needs to be known), and its reach.

    `is_shared` answers of one read are for all who ask the same after the same overview.
    """

    method: str
    path: str
    role: Role | None
    reach: Reach
    endpoint: Callable[..., object]
    status: int = 200
    is_shared: bool = False


_V, _O, _A = Role.VIEWER, Role.OPERATOR, Role.ADMIN
_SOME, _ALL, _NONE = Reach.SOME, Reach.ALL, Reach.NONE
_JOB, _QUEUE = "/api/jobs/{job_id}", "/api/queues/{queue}"
_SCHEDULE, _LETTER = "/api/schedules/{schedule_id}", "/api/dead-letters/{job_id}"

ROUTES: Final = (
    Row("POST", "/api/login", None, _NONE, sessions.login),
    Row("POST", "/api/logout", _V, _NONE, sessions.logout),
    Row("GET", "/api/session", _V, _NONE, sessions.session),
    Row("GET", "/api/openapi.json", _V, _NONE, description.openapi),
    Row("GET", "/health/live", None, _NONE, health.live),
    Row("GET", "/health/ready", None, _NONE, health.ready),
    Row("GET", "/health/jobs", _V, _ALL, health.jobs),
    Row("GET", "/health/queues", _V, _ALL, health.queues),
    Row("GET", "/health/workers", _V, _ALL, health.workers),
    Row("GET", "/api/health", _V, _ALL, health.whole),
    Row("GET", "/api/overview", _V, _ALL, overview.overview),
    Row("GET", "/api/live", _V, _ALL, overview.live),
    Row("GET", "/api/jobs/stats", _V, _SOME, jobs.stats, is_shared=True),
    Row("GET", "/api/jobs", _V, _SOME, many_jobs.jobs, is_shared=True),
    Row("POST", "/api/jobs", _O, _SOME, jobs.submit, 202),
    Row("POST", "/api/jobs/retry", _O, _SOME, many_jobs.retry_many),
    Row("POST", "/api/jobs/cancel", _O, _SOME, many_jobs.cancel_many),
    Row("GET", _JOB, _V, _SOME, jobs.job, is_shared=True),
    Row("PATCH", _JOB, _O, _SOME, jobs.change),
    Row("DELETE", _JOB, _O, _SOME, jobs.cancel),
    Row("POST", f"{_JOB}/retry", _O, _SOME, jobs.retry),
    Row("GET", f"{_JOB}/log", _V, _SOME, jobs.log, is_shared=True),
    Row("GET", f"{_JOB}/explain", _V, _SOME, workers.explain, is_shared=True),
    Row("GET", "/api/job-types", _V, _SOME, jobs.job_types),
    Row("GET", "/api/queues", _V, _SOME, queues.queues, is_shared=True),
    Row("GET", f"{_QUEUE}/policy", _V, _SOME, queues.policy),
    Row("PATCH", f"{_QUEUE}/policy", _A, _SOME, queues.configure),
    Row("POST", f"{_QUEUE}/pause", _O, _SOME, queues.pause),
    Row("POST", f"{_QUEUE}/resume", _O, _SOME, queues.resume),
    Row("POST", f"{_QUEUE}/drain", _A, _SOME, queues.drain, 202),
    Row("POST", f"{_QUEUE}/purge", _A, _SOME, queues.purge),
    Row("GET", "/api/schedules", _V, _SOME, schedules.schedules, is_shared=True),
    Row("POST", "/api/schedules/preview", _V, _NONE, schedules.preview),
    Row("GET", _SCHEDULE, _V, _SOME, schedules.schedule),
    Row("PUT", _SCHEDULE, _A, _SOME, schedules.put),
    Row("DELETE", _SCHEDULE, _A, _SOME, schedules.remove),
    Row("POST", f"{_SCHEDULE}/pause", _O, _SOME, schedules.pause),
    Row("POST", f"{_SCHEDULE}/resume", _O, _SOME, schedules.resume),
    Row("POST", f"{_SCHEDULE}/run", _O, _SOME, schedules.run, 202),
    Row("GET", "/api/dead-letters", _V, _SOME, dead_letters.dead_letters, is_shared=True),
    Row("GET", "/api/dead-letters/summary", _V, _SOME, dead_letters.summary, is_shared=True),
    Row("POST", "/api/dead-letters/replay", _O, _SOME, dead_letters.replay),
    Row("POST", "/api/dead-letters/purge", _A, _SOME, dead_letters.purge),
    Row("GET", _LETTER, _V, _SOME, dead_letters.dead_letter),
    Row("PUT", _LETTER, _O, _SOME, dead_letters.edit),
    Row("POST", f"{_LETTER}/replay", _O, _SOME, dead_letters.replay_one),
    Row("GET", "/api/workers", _V, _ALL, workers.workers, is_shared=True),
    Row("GET", "/api/scaling", _V, _SOME, scaling.scaling),
    Row("GET", "/api/circuits", _V, _ALL, circuits.circuits, is_shared=True),
    Row("POST", "/api/circuits/{name}/open", _O, _ALL, circuits.open_circuit),
    Row("POST", "/api/circuits/{name}/close", _O, _ALL, circuits.close_circuit),
    Row("GET", "/api/events", _V, _SOME, events.events),
)
