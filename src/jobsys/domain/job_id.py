"""What a job is called, everywhere."""

import os
import sys
from datetime import datetime
from typing import Final

from jobsys.domain.errors import InvalidName
from jobsys.domain.names import checked_name


class JobId(str):
    """`queue:key`: names its queue, hence the place where it is stored; unique in that queue."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "JobId":
        """Returns the id that `text` spells.

        >>> JobId.parse("emails:order-17").queue
        'emails'

        Raises:
            InvalidName: it is not two names joined by a colon.

        """
        if not isinstance(text, str) or ":" not in text:
            raise InvalidName(f"{text!r:.80} is no id: an id is queue:key, such as emails:order-17")
        queue, _, key = text.partition(":")
        return cls.of(checked_name("queue", queue), checked_name("key", key))

    @classmethod
    def of(cls, queue: str, key: str) -> "JobId":
        """Joins a queue and a key that have been checked."""
        return cls(f"{queue}:{key}")

    @property
    def queue(self) -> str:
        """The queue in which the job lives."""
        return self.partition(":")[0]

    @property
    def key(self) -> str:
        """The job's name within its queue."""
        return self.partition(":")[2]


def new_key(now: datetime) -> str:
    """Returns a key that nobody else draws, and that sorts by the time of drawing (28 digits)."""
    return _time_of(now) + _drawn_one()


def new_keys(now: datetime, number: int) -> list[str]:
    """Returns so many of them."""
    time = _time_of(now)
    return [time + _drawn_one() for _ in range(number)]


def _time_of(now: datetime) -> str:
    return f"{int(now.timestamp() * 1000):012x}"


_DRAWN_AT_ONCE: Final = 256
_drawn: list[str] = []  # asking the system for each one is a tenth of a call to Redis
if sys.platform != "win32":  # or parent and child would draw the same
    os.register_at_fork(after_in_child=_drawn.clear)


def _drawn_one() -> str:
    while True:
        try:
            return _drawn.pop()  # one step: threads never get the same
        except IndexError:
            drawn = os.urandom(8 * _DRAWN_AT_ONCE).hex()
            _drawn.extend(drawn[start : start + 16] for start in range(0, len(drawn), 16))
