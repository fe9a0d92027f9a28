"""Where everything lies in Redis: the one place that spells keys."""

from functools import lru_cache
from typing import Final

from jobsys.adapters.redis.key_families import FAMILIES
from jobsys.domain.job_id import JobId
from jobsys.domain.priority import ALL_LEVELS, JobPriority

_OF_LEVELS: Final = {"queue", "gone"}
_LABELS: Final = {level.label for level in ALL_LEVELS}


class KeyLayout:
    """Renders keys under a namespace; all that a queue has is named by one method.

    >>> KeyLayout().ready("default", ALL_LEVELS[2])
    'jobs:queue:default:normal'
    """

    def __init__(self, namespace: str = "jobs") -> None:
        self._namespace = namespace
        self.queues = self._key("queues")
        self.circuits = self._key("circuits")
        self.cards = self._key("cards")
        self.workers = self._key("workers")
        self.missed = self._key("missed")
        self.looked = self._key("looked")
        self.layout = self._key("layout")
        self.scheduled = self._key("scheduled")
        self.events = f"{namespace}:events"
        self.of_queue = lru_cache(maxsize=4096)(self._of_queue)
        self.of_lane = lru_cache(maxsize=4096)(self._of_lane)
        self.of_inlet = lru_cache(maxsize=4096)(self._of_inlet)

    def ready(self, queue: str, level: JobPriority) -> str:
        """The list of a level's waiting jobs; its head is next."""
        return self._key("queue", queue, level.label)

    def gone(self, queue: str, level: JobPriority) -> str:
        """The set of a ready list's void entries."""
        return self._key("gone", queue, level.label)

    def delayed(self, queue: str) -> str:
        """The sorted set of jobs that wait for a time."""
        return self._key("delayed", queue)

    def leased(self, queue: str) -> str:
        """The sorted set of jobs in workers' hands, by the end of their leases."""
        return self._key("processing", queue)

    def open(self, queue: str) -> tuple[str, ...]:
        """Those of which some are there while jobs of the queue have not ended."""
        ready = (self.ready(queue, level) for level in ALL_LEVELS)
        return *ready, self.delayed(queue), self.leased(queue)

    def done(self, queue: str) -> str:
        """The sorted set of completed and cancelled jobs, by when they will be removed."""
        return self._key("done", queue)

    def dead(self, queue: str) -> str:
        """The sorted set of dead letters, by when they will be removed."""
        return self._key("failed", queue)

    def data(self, queue: str) -> str:
        """The hash of what was submitted."""
        return self._key("data", queue)

    def counts(self, queue: str) -> str:
        """The hash of counts."""
        return self._key("counts", queue)

    def policy(self, queue: str) -> str:
        """The hash of what was set of the queue."""
        return self._key("policy", queue)

    def log(self, job_id: JobId) -> str:
        """The stream of what a job's handler has logged."""
        return self._key("log", job_id.queue, job_id.key)

    def wake(self, queue: str) -> str:
        """The list that wakes an idle worker."""
        return self._key("wake", queue)

    def of_upkeep(self, queue: str) -> tuple[str, ...]:
        """All keys of a queue, and those that say which of its jobs keep others out."""
        return (*self._of_queue(queue), *self._of_holds(queue))

    def of_schedules(self, queue: str) -> tuple[str, ...]:
        """All keys of a queue and those of its schedules."""
        schedules, fires = self._key("schedules", queue), self._key("fires", queue)
        return (*self._of_queue(queue), schedules, fires, self.scheduled)

    def of_all_queues(self) -> tuple[str, ...]:
        """All keys that are not one queue's."""
        return tuple(self._key(name) for name, family in FAMILIES.items() if not family.names)

    def pattern(self) -> str:
        """The pattern that matches every key of the namespace."""
        return f"{self._namespace}:*"

    def named_by(self, key: str) -> tuple[str, str] | None:
        """Returns a key's family and its queue; None for one that jobsys does not spell.

        >>> KeyLayout().named_by("jobs:queue:default:normal")
        ('queue', 'default')
        """
        family, *names = key.removeprefix(f"{self._namespace}:").split(":")
        if family not in FAMILIES or len(names) != FAMILIES[family].names:
            return None
        if family in _OF_LEVELS and names[1] not in _LABELS:
            return None
        return family, names[0] if names else ""

    def _of_queue(self, queue: str) -> tuple[str, ...]:
        """All keys of a queue, in the order in which the scripts take them."""
        return (
            self.data(queue),
            self._key("state", queue),
            *(self.ready(queue, level) for level in ALL_LEVELS),
            *(self.gone(queue, level) for level in ALL_LEVELS),
            self.delayed(queue),
            self.leased(queue),
            self.done(queue),
            self.dead(queue),
            self._key("result", queue),
            self._key("errors", queue),
            self.counts(queue),
            self.wake(queue),
            self.queues,
            self.policy(queue),
        )

    def _of_holds(self, queue: str) -> tuple[str, str]:
        """The hash of who holds each digest, and the sorted set of when that is looked at."""
        return self._key("unique", queue), self._key("holds", queue)

    def _of_lane(self, queue: str, lane: str) -> tuple[str, ...]:
        """All keys of a queue and the memory of one lane's last turn in it."""
        return (*self._of_queue(queue), self._key("turn", queue, lane))

    def _of_inlet(
        self, queue: str, levels: tuple[JobPriority, ...], are_unique: bool
    ) -> tuple[str, ...]:
        """The keys that new jobs of these levels go into, with their holds where some have any."""
        lists = ((self.ready(queue, level), self.gone(queue, level)) for level in levels)
        return (
            self.data(queue),
            self._key("state", queue),
            self.delayed(queue),
            self.counts(queue),
            self.wake(queue),
            self.queues,
            self.policy(queue),
            *(key for pair in lists for key in pair),
            *(self._of_holds(queue) if are_unique else ()),
        )

    def _key(self, family: str, *names: str) -> str:
        if len(names) != FAMILIES[family].names:
            raise ValueError(f"keys of {family} have {FAMILIES[family].names} names, not {names}")
        return ":".join((self._namespace, family, *names))
