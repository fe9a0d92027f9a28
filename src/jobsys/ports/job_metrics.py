"""Counting what is done, at no cost that a job would notice."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from jobsys.domain.value import value


@value
class TypeTotals:
    """What was counted for one job type."""

    succeeded: int = 0
    failed: int = 0
    seconds: float = 0.0


class JobMetrics(Protocol):
    """Takes counts and durations; does no I/O, never waits and never raises."""

    @abstractmethod
    def increment_jobs_processed(self, job_type: str, success: bool, count: int = 1) -> None:
        """Counts attempts that ended."""

    @abstractmethod
    def observe_job_duration(self, job_type: str, seconds: float) -> None:
        """Adds the duration of one attempt."""

    @abstractmethod
    def snapshot(self) -> Mapping[str, TypeTotals]:
        """Returns the totals of each job type since the process began."""
