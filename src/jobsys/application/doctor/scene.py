"""Everything about a deployment that its checks go by, gathered once."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from jobsys.application.dead_letter_search import DeadLetterSummary
from jobsys.application.overview import Overview
from jobsys.application.workers import WorkerState, WorkerView
from jobsys.domain.record import JobRecord
from jobsys.domain.schedule import Schedule
from jobsys.domain.value import value
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.room import Room


@value
class Scene:
    """A deployment at one moment: `now` is the backend's where it tells its time.

    `skew` is how far the backend's clock is ahead of this host's. `retrying` and `unroutable` are
    some of the jobs that wait because an attempt failed, or because no worker could take them.
    `arrivals` is how many jobs a second come into a queue that is behind. A glance has no more than
    the overview.
    """

    now: datetime
    overview: Overview
    room: Room = field(default_factory=lambda: Room(""))
    skew: timedelta | None = None
    schedules: Sequence[Schedule] = ()
    letters: DeadLetterSummary = field(default_factory=lambda: DeadLetterSummary([], 0, False))
    retrying: Sequence[JobRecord] = ()
    unroutable: Sequence[JobRecord] = ()
    arrivals: Mapping[str, float] = field(default_factory=dict[str, float])

    def heard(self, queue: str) -> Sequence[WorkerView]:
        """Returns the workers of a queue that are heard of."""
        return [
            one
            for one in self.overview.workers
            if queue in one.card.queues and one.state is not WorkerState.SILENT
        ]

    def ready(self, queue: str) -> Sequence[WorkerCard]:
        """Returns the workers of a queue that would take a job now."""
        return [one.card for one in self.heard(queue) if one.state is WorkerState.READY]
