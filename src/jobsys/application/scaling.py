"""What queues ask of their workers, for those who decide how many there are."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import fmean

from jobsys.application.arguments import seconds_of
from jobsys.application.workers import WorkerBook, WorkerState
from jobsys.domain.errors import InvalidJob
from jobsys.domain.priority import JobPriority
from jobsys.domain.status import LEASED
from jobsys.domain.value import value
from jobsys.domain.wanted_slots import wanted_slots
from jobsys.domain.worker_card import WorkerCard
from jobsys.ports.clock import Clock
from jobsys.ports.job_inspector import JobInspector, QueueCounts
from jobsys.ports.queue_policies import QueuePolicies


@value
class QueueDemand:
    """What a queue asks of its workers, and what it has of them.

    `ages` is for how many seconds the next job of each level has waited. `slots` are those of the
    workers that would take a job of it now; several queues may share them. `seconds` is for how long
    a job has held one of these slots of late, None where that is not known yet. `wanted` is how many
    slots it takes; a paused queue takes those that are busy.
    """

    counts: QueueCounts
    ages: Mapping[JobPriority, float]
    slots: int
    seconds: float | None
    wanted: int

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return sum(self.counts.waiting.values())

    @property
    def active(self) -> int:
        """How many jobs run."""
        return active_in(self.counts)

    @property
    def oldest(self) -> float:
        """For how many seconds the job has waited that has done so for longest."""
        return max(self.ages.values(), default=0.0)


def active_in(counts: QueueCounts) -> int:
    """Returns how many jobs run."""
    return sum(counts.now.get(status, 0) for status in LEASED)


class ScalingBook:
    """How many slots the queues take, so that what waits begins in time."""

    def __init__(
        self,
        inspector: JobInspector,
        policies: QueuePolicies,
        workers: WorkerBook,
        clock: Clock,
        within: timedelta,
    ) -> None:
        self._inspector = inspector
        self._policies = policies
        self._workers = workers
        self._clock = clock
        self._within = within

    async def find(self, within: timedelta | str | None = None) -> Mapping[str, QueueDemand]:
        """Returns what each queue asks for; `within` is by when what waits shall have begun.

        Without it, as the setting `metrics.wanted_within` says.

        Raises:
            InvalidJob: `within` is no duration, or none at all.
        """
        seconds = seconds_of(within if within is not None else self._within, "within")
        if seconds <= 0:
            raise InvalidJob("within: say how long jobs may wait, as 30s; nothing begins at once")
        counts = await self._inspector.counts()
        asking = [queue for queue, one in counts.items() if any(one.waiting.values())]
        policies = await self._policies.get(asking)
        held = {queue for queue, policy in policies.items() if policy.paused}
        found = await self._workers.find()
        cards = [one.card for one in found if one.state is WorkerState.READY]
        ages = {queue: self._ages(one) for queue, one in counts.items()}
        return {
            queue: _demand(one, ages[queue], _hands(cards, queue), 0 if queue in held else seconds)
            for queue, one in counts.items()
        }

    def _ages(self, counts: QueueCounts) -> Mapping[JobPriority, float]:
        ages = counts.ages(self._clock.now())
        return {level: age.total_seconds() for level, age in ages.items()}


@value
class Hands:
    """The slots that would take a job of a queue, and for how long a job holds one."""

    slots: int
    seconds: float | None


def _hands(cards: Sequence[WorkerCard], queue: str) -> Hands:
    serving = [card for card in cards if queue in card.queues]
    known = [card.seconds for card in serving if card.seconds is not None]
    slots = sum(min(card.slots, card.bounds.get(queue, card.slots)) for card in serving)
    return Hands(slots, fmean(known) if known else None)


def _demand(
    counts: QueueCounts, ages: Mapping[JobPriority, float], hands: Hands, within: float
) -> QueueDemand:
    """Returns what a queue asks for; `within` 0 stands for a queue that is paused."""
    waiting, active = sum(counts.waiting.values()), active_in(counts)
    wanted = wanted_slots(waiting, active, hands.seconds, within) if within else active
    return QueueDemand(counts, ages, hands.slots, hands.seconds, wanted)
