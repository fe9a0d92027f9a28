"""What a worker writes on its card."""

import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from jobsys.application.handlers import HandlerRegistry
from jobsys.application.loop_time import loop_time
from jobsys.application.worker import Worker
from jobsys.domain.transition import Transition
from jobsys.domain.worker_card import Work, WorkerCard
from jobsys.ports.clock import Clock
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import DURATION, LATENCY, Distribution, Family, MetricsSnapshot

RATE_OVER: Final = timedelta(seconds=1)
"""The least time of which a rate is told."""


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
        queues: Callable[[], Sequence[str]],
        metrics: JobMetrics,
        clock: Clock,
    ) -> None:
        self._worker = worker
        self._handlers = handlers
        self._queues = queues
        self._metrics = metrics
        self._clock = clock
        self._started_at: datetime | None = None
        self._ended, self._rate, self._counted_at = 0, 0.0, 0.0

    @property
    def worker(self) -> str:
        """The name of the worker."""
        return self._worker.name

    def begin(self) -> None:
        """Notes that the worker starts now."""
        self._started_at, self._counted_at = self._clock.now(), loop_time()

    def count(self, ended: Sequence[Transition]) -> None:
        """Counts what turns have ended into the rate."""
        self._ended += sum(transition.target.is_final for transition in ended)

    def card(self) -> WorkerCard:
        """Returns the card as it is now."""
        stats = self._worker.stats()
        return WorkerCard(
            worker=self.worker,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self._started_at or self._clock.now(),
            release=RELEASE,
            queues=list(self._queues()),
            types=self._handlers.types(),
            slots=stats.total_workers,
            active=stats.active_jobs,
            rate=self._rate_now(),
            is_ready=self._worker.is_ready,
            bounds=self._worker.bounds,
            work=work_in(self._metrics.snapshot()),
            lease_seconds=self._worker.lease_for.total_seconds(),
        )

    def _rate_now(self) -> float:
        """Returns how many jobs a second have ended since the last look of some length."""
        now = loop_time()
        if now - self._counted_at >= RATE_OVER.total_seconds():
            self._rate = round(self._ended / (now - self._counted_at), 3)
            self._ended, self._counted_at = 0, now
        return self._rate


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
