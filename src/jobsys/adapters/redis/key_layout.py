"""Where everything lies in Redis: the one place that spells keys."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from jobsys.domain.priority import ALL_LEVELS, JobPriority

TYPES: Final[Mapping[str, str]] = {
    "data": "hash", "state": "hash", "queue": "list", "gone": "set", "delayed": "zset",
    "processing": "zset", "done": "zset", "failed": "zset", "result": "hash", "errors": "hash",
    "counts": "hash", "wake": "list", "turn": "string", "schedules": "hash", "fires": "zset",
    "queues": "set", "scheduled": "set",
}  # fmt: skip
"""Of which type of Redis the keys of each family are."""
_NAMES_IN: Final = {"queues": 0, "scheduled": 0, "queue": 2, "gone": 2, "turn": 2}
"""How many names follow a family's, where it is not the queue's alone."""
_OF_LEVELS: Final = {"queue", "gone"}
_LABELS: Final = {level.label for level in ALL_LEVELS}


class KeyLayout:
    """Renders keys under a namespace; all that a queue has is named by one method.

    >>> KeyLayout().ready("default", ALL_LEVELS[2])
    'jobs:queue:default:normal'
    """

    def __init__(self, namespace: str = "jobs") -> None:
        self._namespace = namespace
        self.queues = f"{namespace}:queues"
        self.workers = f"{namespace}:workers"
        self.layout = f"{namespace}:layout"
        self.scheduled = f"{namespace}:scheduled"
        self.events = f"{namespace}:events"
        self.of_queue = lru_cache(maxsize=4096)(self._of_queue)
        self.of_lane = lru_cache(maxsize=4096)(self._of_lane)

    def ready(self, queue: str, level: JobPriority) -> str:
        """The list of a level's waiting jobs; its head is next."""
        return f"{self._named('queue', queue)}:{level.label}"

    def gone(self, queue: str, level: JobPriority) -> str:
        """The set of a ready list's void entries."""
        return f"{self._named('gone', queue)}:{level.label}"

    def delayed(self, queue: str) -> str:
        """The sorted set of jobs that wait for a time."""
        return self._named("delayed", queue)

    def leased(self, queue: str) -> str:
        """The sorted set of jobs in workers' hands, by the end of their leases."""
        return self._named("processing", queue)

    def done(self, queue: str) -> str:
        """The sorted set of completed and cancelled jobs, by when they will be removed."""
        return self._named("done", queue)

    def dead(self, queue: str) -> str:
        """The sorted set of dead letters, by when they will be removed."""
        return self._named("failed", queue)

    def data(self, queue: str) -> str:
        """The hash of what was submitted."""
        return self._named("data", queue)

    def counts(self, queue: str) -> str:
        """The hash of counts."""
        return self._named("counts", queue)

    def wake(self, queue: str) -> str:
        """The list that wakes an idle worker."""
        return self._named("wake", queue)

    def of_schedules(self, queue: str) -> tuple[str, ...]:
        """All keys of a queue and those of its schedules."""
        schedules, fires = self._named("schedules", queue), self._named("fires", queue)
        return (*self._of_queue(queue), schedules, fires, self.scheduled)

    def pattern(self) -> str:
        """The pattern that matches every key of the namespace."""
        return f"{self._namespace}:*"

    def named_by(self, key: str) -> tuple[str, str] | None:
        """Returns a key's family and its queue; None for one that jobsys does not spell.

        >>> KeyLayout().named_by("jobs:queue:default:normal")
        ('queue', 'default')
        """
        family, *names = key.removeprefix(f"{self._namespace}:").split(":")
        if len(names) != _NAMES_IN.get(family, 1) or family not in TYPES:
            return None
        if family in _OF_LEVELS and names[1] not in _LABELS:
            return None
        return family, names[0] if names else ""

    def _of_queue(self, queue: str) -> tuple[str, ...]:
        """All keys of a queue, in the order in which the scripts take them."""
        return (
            self.data(queue),
            self._named("state", queue),
            *(self.ready(queue, level) for level in ALL_LEVELS),
            *(self.gone(queue, level) for level in ALL_LEVELS),
            self.delayed(queue),
            self.leased(queue),
            self.done(queue),
            self.dead(queue),
            self._named("result", queue),
            self._named("errors", queue),
            self.counts(queue),
            self.wake(queue),
            self.queues,
        )

    def _of_lane(self, queue: str, lane: str) -> tuple[str, ...]:
        """All keys of a queue and the memory of one lane's last turn in it."""
        return (*self._of_queue(queue), f"{self._named('turn', queue)}:{lane}")

    def _named(self, family: str, queue: str) -> str:
        return f"{self._namespace}:{family}:{queue}"
