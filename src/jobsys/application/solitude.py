"""Running a suspect alone: a job whose next crash would be one too many.

After a kill nobody knows which of a process's jobs caused it, so every interrupted job counts a
crash. Only a job that then dies with the process for itself is to blame; its neighbours never are.
"""

from datetime import timedelta
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease

PATIENCE: Final = timedelta(seconds=30)
"""How long a worker that met a suspect keeps from claiming until its other jobs have ended."""


class Solitude:
    """Says how much may be claimed, so that a suspect finds, and keeps, an empty worker."""

    def __init__(self, crash_limit: int) -> None:
        self._crash_limit = crash_limit
        self._sought_since: float | None = None
        self._alone: JobId | None = None

    def is_suspect(self, lease: Lease) -> bool:
        """Says whether one more crash of this job would be one too many."""
        return lease.record.standing.crashes >= self._crash_limit - 1

    def allows(self, free: int, busy: int) -> int:
        """Returns for how many of the free slots may be claimed while `busy` others are taken."""
        if self._alone is not None:
            return 0
        if self._sought_since is None or self._is_out_of_patience():
            return free
        return 0 if busy else min(free, 1)

    def seek(self) -> bool:
        """Notes that a suspect waits for an empty worker; False when it has waited long enough."""
        if self._sought_since is None:
            self._sought_since = loop_time()
        if self._is_out_of_patience():
            self._sought_since = None
            return False
        return True

    def met_none(self) -> None:
        """Notes that no suspect is left to wait for."""
        self._sought_since = None

    def begin(self, job_id: JobId) -> None:
        """Notes that this job has the worker for itself."""
        self._alone, self._sought_since = job_id, None

    def end(self, job_id: JobId) -> None:
        """Notes that a job has ended."""
        if self._alone == job_id:
            self._alone = None

    def _is_out_of_patience(self) -> bool:
        since = self._sought_since
        return since is not None and loop_time() - since >= PATIENCE.total_seconds()
