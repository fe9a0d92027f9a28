"""Damage that commands of Redis do to the store of `many_jobs.filled`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, cast

from redis.asyncio import Redis

from jobsys.ports.store_checker import FindingKind
from jobsys.testing.jobs import QUEUE
from tests.support.damage import Damage, Damages

Command = tuple[str | bytes | int | float, ...]

DATA, STATE = f"jobs:data:{QUEUE}", f"jobs:state:{QUEUE}"
NORMAL, LOW = f"jobs:queue:{QUEUE}:normal", f"jobs:queue:{QUEUE}:low"
CRITICAL, GONE = f"jobs:queue:{QUEUE}:critical", f"jobs:gone:{QUEUE}:normal"
DELAYED, LEASED = f"jobs:delayed:{QUEUE}", f"jobs:processing:{QUEUE}"
DONE, DEAD, COUNTS = f"jobs:done:{QUEUE}", f"jobs:failed:{QUEUE}", f"jobs:counts:{QUEUE}"

N: Final = FindingKind
STATE_OF_READY: Final = "Q 0 - 1893456000000 0 0 0 normal 0 0 - 0 "
DAMAGES: Final[Damages[Command]] = {
    "an entry of a ready list is removed": Damage(
        N.NO_PLACE, [("LREM", NORMAL, 0, "ready-002")], "ready-002"
    ),
    "a delayed job is removed from its set": Damage(
        N.NO_PLACE, [("ZREM", DELAYED, "later-001")], "later-001"
    ),
    "a retrying job is removed from its set": Damage(
        N.NO_PLACE, [("ZREM", DELAYED, "retry-001")], "retry-001"
    ),
    "a lease is removed": Damage(N.NO_PLACE, [("ZREM", LEASED, "held-001")], "held-001"),
    "an ended job is removed from its set": Damage(
        N.NO_PLACE, [("ZREM", DONE, "done-001")], "done-001"
    ),
    "a dead letter is removed from its set": Damage(
        N.NO_PLACE, [("ZREM", DEAD, "dead-001")], "dead-001"
    ),
    "the entry of a job that waits is made void": Damage(
        N.NO_PLACE, [("SADD", GONE, "ready-002")], "ready-002"
    ),
    "a list names a job that never was": Damage(
        N.NO_RECORD, [("RPUSH", NORMAL, "nobody")], "nobody"
    ),
    "body and state of a delayed job are removed": Damage(
        N.NO_RECORD,
        [("HDEL", DATA, "later-001"), ("HDEL", STATE, "later-001")],
        "later-001",
        {N.WRONG_COUNTS},
        "later-001",
    ),
    "all of an ended job but its place is removed": Damage(
        N.NO_RECORD,
        [("HDEL", key, "done-001") for key in (DATA, STATE, f"jobs:result:{QUEUE}")],
        "done-001",
        {N.WRONG_COUNTS},
    ),
    "the body of a delayed job is removed": Damage(
        N.NO_BODY, [("HDEL", DATA, "retry-001")], "retry-001", never_runs="retry-001"
    ),
    "a leased job stands in its list as well": Damage(
        N.TWO_PLACES, [("LPUSH", NORMAL, "held-001")], "held-001"
    ),
    "a ready job stands in the list of another level as well": Damage(
        N.TWO_PLACES, [("RPUSH", LOW, "ready-002")], "ready-002"
    ),
    "a ready job is delayed as well": Damage(
        N.TWO_PLACES, [("ZADD", DELAYED, 5, "ready-002")], "ready-002"
    ),
    "a job that was claimed stands in its list, and its lease is gone": Damage(
        N.WRONG_PLACE, [("ZREM", LEASED, "held-001"), ("LPUSH", LOW, "held-001")], "held-001"
    ),
    "the state of a leased job says that it waits": Damage(
        N.WRONG_PLACE, [("HSET", STATE, "held-001", STATE_OF_READY)], "held-001", {N.WRONG_COUNTS}
    ),
    "a ready job is moved to the list of another level": Damage(
        N.WRONG_PLACE, [("LREM", NORMAL, 0, "ready-002"), ("RPUSH", LOW, "ready-002")], "ready-002"
    ),
    "an entry stands in its list twice": Damage(
        N.ENTRY_TWICE, [("RPUSH", NORMAL, "ready-002")], "ready-002"
    ),
    "an entry stands in its list three times": Damage(
        N.ENTRY_TWICE, [("LPUSH", CRITICAL, "ready-000", "ready-000")], "ready-000"
    ),
    "a delayed job is put to another time": Damage(
        N.WRONG_DUE, [("ZADD", DELAYED, "XX", 5, "later-001")], "later-001"
    ),
    "a body is overwritten": Damage(
        N.UNREADABLE_JOB,
        [("HSET", DATA, "ready-002", b"1893456000000 normal\n\xff")],
        "ready-002",
        never_runs="ready-002",
    ),
    "a body is overwritten, the line before it too": Damage(
        N.UNREADABLE_JOB,
        [("HSET", DATA, "ready-002", b"\xff")],
        "ready-002",
        never_runs="ready-002",
    ),
    "a state is overwritten": Damage(
        N.UNREADABLE_JOB,
        [("HSET", STATE, "retry-001", "nonsense")],
        "retry-001",
        {N.WRONG_COUNTS},
        "retry-001",
    ),
    "a word of a state is overwritten": Damage(
        N.UNREADABLE_JOB,
        [("HSET", STATE, "ready-002", STATE_OF_READY.replace("normal", "urgent"))],
        "ready-002",
        {N.WRONG_COUNTS},
        "ready-002",
    ),
    "a void mark names an entry that is in no list": Damage(
        N.STRAY_VOID, [("SADD", GONE, "nobody")], "nobody"
    ),
    "a result has no job": Damage(
        N.LEFTOVER, [("HSET", f"jobs:result:{QUEUE}", "nobody", "1")], "nobody"
    ),
    "a history has no job": Damage(
        N.LEFTOVER, [("HSET", f"jobs:errors:{QUEUE}", "nobody", "{}")], "nobody"
    ),
    "a count is wrong": Damage(N.WRONG_COUNTS, [("HINCRBY", COUNTS, "now:queued", 7)], QUEUE),
    "a count is no number": Damage(N.WRONG_COUNTS, [("HSET", COUNTS, "now:failed", "many")], QUEUE),
    "the counts are deleted": Damage(N.WRONG_COUNTS, [("DEL", COUNTS)], QUEUE),
    "a queue is not among the queues": Damage(
        N.UNLISTED_QUEUE, [("SREM", "jobs:queues", QUEUE)], QUEUE
    ),
    "the memory of a lane is made lasting": Damage(
        N.LASTING_MEMO, [("SET", f"jobs:turn:{QUEUE}:lane", "1\n\n")], f"jobs:turn:{QUEUE}:lane"
    ),
    "a time fires nothing": Damage(
        N.SCHEDULE_INDEX, [("ZADD", f"jobs:fires:{QUEUE}", 5, "nobody")], "nobody"
    ),
    "a queue with schedules is not among those": Damage(
        N.SCHEDULE_INDEX, [("SREM", "jobs:scheduled", QUEUE)], QUEUE
    ),
    "a queue without schedules is among those that have some": Damage(
        N.SCHEDULE_INDEX, [("SADD", "jobs:scheduled", "other")], "other"
    ),
}
BY_HAND: Final[Damages[Command]] = {
    "a schedule is overwritten": Damage(
        N.UNREADABLE_SCHEDULE, [("HSET", f"jobs:schedules:{QUEUE}", "known", "nonsense")], "known"
    ),
    "a key is not of jobsys": Damage(N.UNKNOWN_KEY, [("SET", "jobs:mine", "1")], "jobs:mine"),
    "a key is nearly one of jobsys": Damage(
        N.UNKNOWN_KEY, [("RPUSH", f"jobs:queue:{QUEUE}:urgent", "x")], f"jobs:queue:{QUEUE}:urgent"
    ),
    "a key has another type": Damage(
        N.WRONG_TYPE, [("SET", "jobs:result:other", "1")], "jobs:result:other"
    ),
    "the set of queues has another type": Damage(
        N.WRONG_TYPE, [("DEL", "jobs:queues"), ("SET", "jobs:queues", "1")], "jobs:queues"
    ),
}


async def do(redis: Redis, commands: Sequence[Command]) -> None:
    """Does the damage."""
    execute = cast("Callable[..., Awaitable[object]]", redis.execute_command)
    for command in commands:
        await execute(*command)


async def contents(redis: Redis) -> Mapping[bytes, object]:
    """Returns everything in the database, and which keys end."""
    reads: Mapping[bytes, Callable[[bytes], Awaitable[object]]] = {
        b"hash": redis.hgetall,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
        b"string": redis.get,
    }
    keys = cast("list[bytes]", await redis.keys())
    types = [cast("bytes", await redis.type(key)) for key in keys]
    return {
        key: (await reads[of](key), await redis.pttl(key) < 0)
        for key, of in zip(keys, types, strict=True)
    }
