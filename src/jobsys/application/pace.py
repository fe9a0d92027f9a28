"""How fast a worker goes."""

from collections.abc import Sequence
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.application.reporter import Reporter
from jobsys.domain.transition import Transition
from jobsys.ports.job_metrics import JobMetrics
from jobsys.ports.metric_families import DURATION

SHORTEST_LOOK: Final = 1.0
"""Seconds of which no shorter look tells a pace."""
KEPT: Final = 0.8
"""By how much what was seen of attempts counts at the next look: half of it after three or four."""


class Pace:
    """How many jobs a second have ended of late, and for how long an attempt holds a slot.

    Jobs are counted where turns tell of them; attempts are what the metrics of this process have
    observed anyway, so that nothing more is done for each of them. Where metrics are off, or none
    has ended yet, `seconds` is None.
    """

    def __init__(self, reporter: Reporter, metrics: JobMetrics) -> None:
        self.rate = 0.0
        self._metrics = metrics
        self._ended, self._looked_at = 0, 0.0
        self._seen = 0.0, 0.0
        self._number, self._lasted = 0.0, 0.0
        reporter.tell(self._count)

    def begin(self) -> None:
        """Looks from now on."""
        self._ended, self._looked_at = 0, loop_time()
        self._seen = self._attempts()

    @property
    def seconds(self) -> float | None:
        """For how long an attempt holds a slot."""
        return round(self._lasted / self._number, 6) if self._number else None

    def look(self) -> None:
        """Takes in what has ended since the last look of some length."""
        since = loop_time() - self._looked_at
        if since < SHORTEST_LOOK:
            return
        self.rate = round(self._ended / since, 3)
        self._ended, self._looked_at = 0, loop_time()
        before, self._seen = self._seen, self._attempts()
        number, lasted = (now - then for now, then in zip(self._seen, before, strict=True))
        if number:
            self._number, self._lasted = self._number * KEPT + number, self._lasted * KEPT + lasted

    def _count(self, ended: Sequence[Transition]) -> None:
        self._ended += sum(transition.target.is_final for transition in ended)

    def _attempts(self) -> tuple[float, float]:
        """Returns how many attempts have ended so far, and for how long they lasted in all."""
        reading = self._metrics.snapshot().readings.get(DURATION.name)
        told = reading.distributions.values() if reading else ()
        return sum(one.count for one in told), sum(one.total for one in told)
