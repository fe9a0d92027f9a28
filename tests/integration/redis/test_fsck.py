"""Damage that Redis commands do to a store: it is named, it is mended, and no job is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import pytest
from redis.asyncio import Redis

from jobsys.application.store_check import Outcome
from jobsys.domain.job_id import JobId
from jobsys.domain.status import JobStatus
from jobsys.ports.store_checker import Finding, FindingKind
from jobsys.testing.jobs import QUEUE, id_of
from jobsys.testing.redis_backend import RedisBackend
from tests.support.many_jobs import filled, fsck, ids_in, run_to_the_end

DATA, STATE = f"jobs:data:{QUEUE}", f"jobs:state:{QUEUE}"
NORMAL, LOW = f"jobs:queue:{QUEUE}:normal", f"jobs:queue:{QUEUE}:low"
CRITICAL, GONE = f"jobs:queue:{QUEUE}:critical", f"jobs:gone:{QUEUE}:normal"
DELAYED, LEASED = f"jobs:delayed:{QUEUE}", f"jobs:processing:{QUEUE}"
DONE, DEAD, COUNTS = f"jobs:done:{QUEUE}", f"jobs:failed:{QUEUE}", f"jobs:counts:{QUEUE}"

Command = tuple[str | bytes | int | float, ...]


@dataclass
class Damage:
    """What is done to the store; a normal job is `ready-002`, a critical one `ready-000`."""

    kind: FindingKind
    commands: list[Command]
    subject: str
    follows: set[FindingKind] = field(default_factory=set[FindingKind])
    """What else is seen because of it."""
    never_runs: str = ""
    """A job that waited and can only be a dead letter."""


N: Final = FindingKind
STATE_OF_READY: Final = "Q 0 - 1893456000000 0 0 0 normal 0 0 - 0 "
DAMAGES: Final[Mapping[str, Damage]] = {
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
BY_HAND: Final[Mapping[str, Damage]] = {
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


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url, keep_last=1000)
    await filled(made)
    yield made
    await made.close()


@pytest.fixture
async def redis(clean_redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(clean_redis_url) as client:
        yield client


async def do(redis: Redis, commands: list[Command]) -> None:
    execute = cast("Callable[..., Awaitable[object]]", redis.execute_command)
    for command in commands:
        await execute(*command)


async def contents(redis: Redis) -> Mapping[object, object]:
    """Everything in the database, and which keys end."""
    keys = await redis.keys()
    return {key: (await redis.dump(key), await redis.pttl(key) < 0) for key in keys}


def subjects(found: list[Finding], kind: FindingKind) -> list[str]:
    return [f.subject.removeprefix(f"{QUEUE}:") for f in found if f.kind is kind]


async def test_a_store_with_jobs_in_every_state_is_clean(
    backend: RedisBackend, redis: Redis
) -> None:
    before = await contents(redis)
    report = await fsck(backend, repair=True)
    assert (report.outcomes, report.left_out, report.is_clean) == ([], [], True)
    assert await contents(redis) == before


@pytest.mark.parametrize("name", DAMAGES)
async def test_damage_is_named_and_mended_and_no_job_is_lost(
    backend: RedisBackend, redis: Redis, name: str
) -> None:
    damage = DAMAGES[name]
    waiting = await ids_in(
        backend, *set(JobStatus) - {JobStatus.FAILED} - {JobStatus.COMPLETED, JobStatus.CANCELLED}
    )
    bodies = await redis.hgetall(DATA)
    await do(redis, damage.commands)
    damaged, before = await redis.hgetall(DATA), await contents(redis)

    report = await fsck(backend)
    found = [finding for finding, _ in report.outcomes]
    assert subjects(found, damage.kind) == [damage.subject]
    assert {f.kind for f in found} == {damage.kind} | damage.follows
    assert {outcome for _, outcome in report.outcomes} == {Outcome.FOUND}
    assert not report.is_clean
    assert await contents(redis) == before

    assert (await fsck(backend, repair=True)).is_clean
    assert (await fsck(backend)).outcomes == []
    assert await redis.hgetall(DATA) == damaged
    never = {id_of(damage.never_runs)} if damage.never_runs else set[JobId]()
    assert await run_to_the_end(backend) == waiting - never
    assert never <= await ids_in(backend, JobStatus.FAILED)
    assert len(bodies) > 200


@pytest.mark.parametrize("name", BY_HAND)
async def test_what_a_person_must_decide_is_named_and_left_as_it_is(
    backend: RedisBackend, redis: Redis, name: str
) -> None:
    damage = BY_HAND[name]
    await do(redis, damage.commands)
    before = await contents(redis)
    for repair in (False, True):
        report = await fsck(backend, repair=repair)
        assert subjects([finding for finding, _ in report.outcomes], damage.kind) == [
            damage.subject
        ]
        assert {outcome for _, outcome in report.outcomes} == {Outcome.BY_HAND}
        assert not report.is_clean
        assert await contents(redis) == before
