"""Telling an operator what holds on, without telling it for each job."""

import logging
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.errors import UnknownJobType
from jobsys.domain.job_id import JobId
from jobsys.ports.clock import Clock

log = logging.getLogger("jobsys.execution")

PAUSE: Final = timedelta(minutes=1)


class UnroutableHints:
    """Warns of jobs that no handler here takes: once a minute for each type and version."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told_at: dict[str, datetime] = {}

    def tell(self, job_id: JobId, error: UnknownJobType) -> None:
        """Warns of a job, unless another that lacks the same was told of a short while ago."""
        now, lacking = self._clock.now(), str(error)
        self._told_at = {what: at for what, at in self._told_at.items() if now - at < PAUSE}
        if lacking not in self._told_at:
            self._told_at[lacking] = now
            log.warning(
                "job %s cannot run here: %s; register its type with a handler in this worker, or"
                " name only other queues in Settings.worker.queues",
                job_id,
                lacking,
            )
