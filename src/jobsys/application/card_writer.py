"""What a worker writes on its card."""

import os
import socket
from datetime import datetime
from functools import reduce
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from jobsys.application.handlers import HandlerRegistry
from jobsys.application.pace import Pace
from jobsys.application.worker import Worker
from jobsys.domain.worker_card import Work, WorkerCard
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import DURATION, LATENCY, Distribution, Family, MetricsSnapshot


def _release() -> str:
    try:
        return version("jobsys")
    except PackageNotFoundError:  # the source alone
        return "unknown"


RELEASE: Final = _release()


class CardWriter:
    """Writes who a worker is, and how busy it has been since `begin`."""

    def __init__(
        self,
        worker: Worker,
        handlers: HandlerRegistry,
        pace: Pace,
        metrics: JobMetrics,
        clock: Clock,
    ) -> None:
        self._worker = worker
        self._handlers = handlers
        self._pace = pace
        self._metrics = metrics
        self._clock = clock
        self._started_at: datetime | None = None

    @property
    def worker(self) -> str:
        """The name of the worker."""
        return self._worker.name

    def begin(self) -> None:
        """Notes that the worker starts now."""
        self._started_at = self._clock.now()
        self._pace.begin()

    def card(self) -> WorkerCard:
        """Returns the card as it is now."""
        stats = self._worker.stats()
        self._pace.look()
        return WorkerCard(
            worker=self.worker,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self._started_at or self._clock.now(),
            release=RELEASE,
            queues=list(self._worker.queues),
            types=self._handlers.types(),
            slots=stats.total_workers,
            active=stats.active_jobs,
            rate=self._pace.rate,
            is_ready=self._worker.is_ready,
            bounds=self._worker.bounds,
            seconds=self._pace.seconds,
            work=work_in(self._metrics.snapshot()),
            lease_seconds=self._worker.lease_for.total_seconds(),
        )


def work_in(snapshot: MetricsSnapshot) -> Work:
    """Returns what a process has done by its metrics."""
    ran, took = _all(snapshot, DURATION), _all(snapshot, LATENCY)
    return Work(ran.count, round(ran.total, 6), list(took.buckets))


def _all(snapshot: MetricsSnapshot, family: Family) -> Distribution:
    reading = snapshot.readings.get(family.name)
    return reduce(_sum, reading.distributions.values() if reading else (), Distribution())


def _sum(one: Distribution, other: Distribution) -> Distribution:
    buckets = tuple(a + b for a, b in zip(one.buckets, other.buckets, strict=True))
    return Distribution(buckets, one.total + other.total)
