"""Metrics kept in memory, for tests and for the summary of one process."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobsys.ports.job_metrics import JobMetrics, TypeTotals


@dataclass(slots=True)
class _Totals:
    succeeded: int = 0
    failed: int = 0
    seconds: float = 0.0


class MemoryJobMetrics(JobMetrics):
    """Totals per job type since the object was made."""

    def __init__(self) -> None:
        self._totals: dict[str, _Totals] = {}

    def increment_jobs_processed(self, job_type: str, success: bool, count: int = 1) -> None:
        totals = self._of(job_type)
        if success:
            totals.succeeded += count
        else:
            totals.failed += count

    def observe_job_duration(self, job_type: str, seconds: float) -> None:
        self._of(job_type).seconds += seconds

    def snapshot(self) -> Mapping[str, TypeTotals]:
        return {
            job_type: TypeTotals(totals.succeeded, totals.failed, totals.seconds)
            for job_type, totals in self._totals.items()
        }

    def _of(self, job_type: str) -> _Totals:
        return self._totals.get(job_type) or self._totals.setdefault(job_type, _Totals())
