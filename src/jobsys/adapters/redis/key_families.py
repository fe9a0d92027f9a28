"""Which keys there are in Redis."""

from collections.abc import Mapping
from typing import Final

from jobsys.domain.value import value


@value
class Family:
    """What the keys of one name have in common: their type in Redis, and how many names follow."""

    type: str
    names: int = 1


FAMILIES: Final[Mapping[str, Family]] = {
    "data": Family("hash"),
    "state": Family("hash"),
    "queue": Family("list", names=2),
    "gone": Family("set", names=2),
    "delayed": Family("zset"),
    "processing": Family("zset"),
    "done": Family("zset"),
    "failed": Family("zset"),
    "result": Family("hash"),
    "errors": Family("hash"),
    "counts": Family("hash"),
    "wake": Family("list"),
    "policy": Family("hash"),
    "unique": Family("hash"),
    "holds": Family("zset"),
    "turn": Family("string", names=2),
    "log": Family("stream", names=2),
    "schedules": Family("hash"),
    "fires": Family("zset"),
    "circuits": Family("hash", names=0),
    "cards": Family("hash", names=0),
    "queues": Family("set", names=0),
    "scheduled": Family("set", names=0),
    "workers": Family("hash", names=0),
    "missed": Family("hash", names=0),
    "looked": Family("string", names=0),
    "layout": Family("string", names=0),
}
"""Every key is rendered from this table and recognised by it; the first name is a queue's."""
