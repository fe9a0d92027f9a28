"""How a deployment went in the last minutes, by what was read of it again and again."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from jobsys.application.latencies import ended, quantile, upper_bound
from jobsys.application.overview import Overview
from jobsys.application.views import stats_view
from jobsys.domain.status import JobStatus
from jobsys.domain.value import value
from jobsys.domain.worker_card import Work
from jobsys.ports.job_inspector import QueueCounts

KEPT_FOR: Final = timedelta(minutes=5)
STEP: Final = timedelta(seconds=2)
"""The least time between two points that are kept."""
RATE_OVER: Final = timedelta(seconds=10)
LATENCY_OVER: Final = timedelta(seconds=60)


@value
class Point:
    """What had been done at an instant, and what there was to do."""

    at: datetime
    completed: int
    failed: int
    waiting: int
    active: int
    work: Mapping[str, Work] = field(default_factory=dict[str, Work])


@value
class Stretch:
    """What became of jobs between two points, a second, and what there was at the second."""

    at: datetime
    completed: float
    failed: float
    waiting: int
    active: int


@value
class Flow:
    """How many jobs of a queue come in a second, and how many are completed."""

    arrivals: float
    completed: float


class Course:
    """The points of the last five minutes, and what lies between them."""

    def __init__(self) -> None:
        self._points = deque[Point]()
        self._last: Point | None = None
        self._seen = deque[Overview]()

    def add(self, overview: Overview) -> None:
        """Adds what was read now."""
        now = self._last = point_of(overview)
        if not self._points or now.at - self._points[-1].at >= STEP:
            self._points.append(now)
        while now.at - self._points[0].at > KEPT_FOR:
            self._points.popleft()
        self._seen.append(overview)
        while now.at - self._seen[0].at > RATE_OVER:
            self._seen.popleft()

    @property
    def flows(self) -> Mapping[str, Flow]:
        """How each queue went in the last ten seconds; none of those that were read but once."""
        if not self._seen or self._seen[0].at == self._seen[-1].at:
            return {}
        first, last = self._seen[0], self._seen[-1]
        span = (last.at - first.at).total_seconds()
        both = {name: one for name, one in last.queues.items() if name in first.queues}
        return {
            name: _flow(first.queues[name].counts, one.counts, span) for name, one in both.items()
        }

    @property
    def stretches(self) -> Sequence[Stretch]:
        """What lies between the points that are kept, the oldest first."""
        return [_between(one, next_one) for one, next_one in pairwise(self._points)]

    @property
    def now(self) -> Stretch | None:
        """The last ten seconds, or less where less was read; None at the first point."""
        first = self._since(RATE_OVER)
        is_later = first and self._last and self._last.at > first.at
        return _between(first, self._last) if first and self._last and is_later else None

    def latency(self, share: float) -> float | None:
        """Returns within about how many seconds of its submission this share of jobs has ended.

        Of those that ended in the last minute; None where none did, or none is known of.
        """
        return quantile(self._latencies(), share)

    def within(self, share: float) -> float | None:
        """Returns the end of the bucket in which `latency` lies: no job of this share took longer.

        Infinite beyond the last bound; None as `latency`.
        """
        return upper_bound(self._latencies(), share)

    def more_dead(self) -> int:
        """Returns how many jobs have become dead letters since the first point."""
        return self._last.failed - self._points[0].failed if self._last else 0

    def _latencies(self) -> Sequence[int]:
        """Returns how many jobs of the last minute ended in each bucket of latencies."""
        first = self._since(LATENCY_OVER)
        return ended(first.work, self._last.work) if first and self._last else ()

    def _since(self, span: timedelta) -> Point | None:
        """Returns the first point that is no older than this."""
        last = self._last
        return next((one for one in self._points if last and last.at - one.at <= span), last)


def point_of(overview: Overview) -> Point:
    """Returns what had been done when this was read."""
    counts = [one.counts for one in overview.queues.values()]
    stats = stats_view(counts)
    failed = sum(one.ever.get(JobStatus.FAILED, 0) for one in counts)
    work = {f"{one.card.host} {one.card.pid}": one.card.work for one in overview.workers}
    return Point(overview.at, stats["completed"], failed, stats["waiting"], stats["active"], work)


def _between(one: Point, other: Point) -> Stretch:
    seconds = (other.at - one.at).total_seconds()
    return Stretch(
        other.at,
        max(other.completed - one.completed, 0) / seconds,
        max(other.failed - one.failed, 0) / seconds,
        other.waiting,
        other.active,
    )


def _flow(before: QueueCounts, after: QueueCounts, span: float) -> Flow:
    done = after.ever.get(JobStatus.COMPLETED, 0) - before.ever.get(JobStatus.COMPLETED, 0)
    return Flow(after.came_since(before) / span, max(done, 0) / span)
