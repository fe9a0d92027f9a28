"""What a worker tells of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from jobsys.domain.envelope import Header
from jobsys.domain.value import value


@value
class Work:
    """What the process of a worker has done since it began to count.

    `attempts` have ended, and their handlers ran for `seconds`. `latencies` counts the jobs that
    have ended by how long that took from their submission, for each bucket of the metrics.
    """

    attempts: int = 0
    seconds: float = 0.0
    latencies: Sequence[int] = field(default_factory=list[int])


@value
class WorkerCard:
    """Who a worker is, which jobs it takes, and how busy it is.

    `types` are the names of job types that it has handlers for, each with the newest version that
    it reads. `rate` is how many jobs a second have ended of late. `is_ready` is False while it
    could not claim. `bounds` are the most jobs of a queue that it runs at once. `work` is that of
    its whole process, and nothing where metrics are switched off. A job of it that cannot be seen
    to have died is free again after `lease_seconds`. `seconds` is for how long an attempt has held
    a slot of late; None while that is not known.
    """

    worker: str
    host: str
    pid: int
    started_at: datetime
    release: str
    queues: Sequence[str]
    types: Mapping[str, int]
    slots: int
    active: int
    rate: float
    is_ready: bool
    bounds: Mapping[str, int] = field(default_factory=dict[str, int])
    work: Work = field(default_factory=Work)
    lease_seconds: float = 10.0
    seconds: float | None = None

    def takes(self, queue: str, header: Header) -> bool:
        """Says whether it would run a job.

        >>> card = read('{"worker": "w1", "host": "h", "pid": 1, "started_at": 0, "release": "1",'
        ...     ' "queues": ["mails"], "types": {"email": 2}, "slots": 1, "active": 0, "rate": 0,'
        ...     ' "is_ready": true}')
        >>> card.takes("mails", Header(type="email", version=2))
        True
        >>> card.takes("mails", Header(type="email", version=3)), card.takes("x", Header(type="email"))
        (False, False)
        """
        return queue in self.queues and header.version <= self.types.get(header.type, 0)


def told(card: WorkerCard) -> str:
    """Returns the text under which a card is stored."""
    return _CARD.dump_json(card).decode()


def read(text: str | bytes) -> WorkerCard | None:
    """Returns the card that a text tells of; None where it cannot be read.

    >>> read("nonsense")
    """
    try:
        return _CARD.validate_json(text)
    except ValidationError:
        return None


_CARD: Final = TypeAdapter(WorkerCard)
