"""What monitors ask of the process that runs jobs, answered from any thread."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from datetime import timedelta
from time import monotonic
from typing import Final

from jobsys.application.health import (
    HealthStatus,
    jobs_health,
    no_health,
    queues_health,
    workers_health,
)
from jobsys.application.overview import Overview, SharedSurvey, Survey
from jobsys.application.rounds import Rounds
from jobsys.domain.errors import JobsysError
from jobsys.ports.lifecycle import Component
from jobsys.ports.probing import Answer

BEATS_EVERY: Final = timedelta(seconds=0.5)
BLOCKED_AFTER: Final = 5.0
"""Seconds for which the event loop may do nothing else."""
ANSWERED_WITHIN: Final = 5.0
_READ: Final[Mapping[str, Callable[[Overview], Mapping[str, object]]]] = {
    "/health/jobs": jobs_health,
    "/health/queues": queues_health,
    "/health/workers": workers_health,
}


class Probes(Component):
    """Tells whether the event loop lives, whether the worker would take a job, and why not.

    Whoever asks does so from another thread: a loop that is blocked could not say that it is.
    """

    def __init__(self, survey: Survey, is_ready: Callable[[], bool], backend: str) -> None:
        self._survey, self._shared = survey, SharedSurvey(survey)
        self._is_ready = is_ready
        self._backend = backend
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beat_at, self._was_ready = monotonic(), False
        self._rounds = Rounds("jobsys-heartbeat", self._beat, lambda _: BEATS_EVERY)

    async def start(self) -> None:
        """Beats from now on."""
        self._loop, self._beat_at = asyncio.get_running_loop(), monotonic()
        self._shared = SharedSurvey(self._survey)
        self._rounds.start()

    async def stop(self) -> None:
        """Beats no more; what is asked from now on is not answered by the backend."""
        self._loop, self._was_ready = None, False
        await self._rounds.stop()

    def answer(self, path: str) -> Answer | None:
        """Returns what a monitor is told at a path; None where there is nothing to tell."""
        if path == "/health/live":
            return self._live()
        if path == "/health/ready":
            return _said(self._was_ready, "not_ready", "the worker could not claim a job now")
        return self._read(_READ[path]) if path in _READ else None

    def _live(self) -> Answer:
        blocked = monotonic() - self._beat_at
        told = f"the event loop has been blocked for {blocked:.0f} s"
        return _said(blocked <= BLOCKED_AFTER, "loop_blocked", told)

    def _read(self, tell: Callable[[Overview], Mapping[str, object]]) -> Answer:
        loop = self._loop
        if loop is None:
            return _said(False, "not_running", "the process starts, or stops")
        reading = asyncio.run_coroutine_threadsafe(self._shared.seen(), loop)
        try:
            seen = reading.result(ANSWERED_WITHIN)
            return Answer(200, tell(seen.for_anybody))  # the port asks for no token
        except (Exception, CancelledError) as error:  # noqa: BLE001 (a monitor is told whatever it is)
            reading.cancel()
            code = error.code if isinstance(error, JobsysError) else "SRV_6001"
            return Answer(503, no_health(self._survey.clock.now(), self._backend, code))

    async def _beat(self) -> timedelta:
        self._beat_at, self._was_ready = monotonic(), self._is_ready()
        return BEATS_EVERY


def _said(is_well: bool, code: str, message: str) -> Answer:
    if is_well:
        return Answer(200, {"status": HealthStatus.OK})
    reason = {"code": code, "severity": "critical", "message": message}
    return Answer(503, {"status": HealthStatus.UNAVAILABLE, "reasons": [reason]})
