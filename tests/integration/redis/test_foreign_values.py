"""A key that holds what jobsys never wrote: an error, and nothing changed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import JobEvent
from jobsys.ports.errors import QueueDamaged
from jobsys.ports.job_queue import JobQueue, Renewal
from jobsys.ports.submission import Submission
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.redis_backend import RedisBackend

LEASE = timedelta(seconds=10)
QUEUE = "default"
KEYS = KeyLayout().of_queue(QUEUE)


def submission(key: str, due: timedelta | None = None) -> Submission:
    return Submission(JobId.of(QUEUE, key), Header(type="noop"), JobPayload(b"{}"), due=due)


async def settle_and_claim(queue: JobQueue, lease: Lease) -> None:
    ticket = TurnTicket("lane", 2)
    turn = await queue.turn(ticket, [lease.succeeded(b"1")], [Claim(QUEUE, 5)], LEASE)
    if failure := turn.failures.get(QUEUE):
        assert not turn.leases
        raise failure


async def renew(queue: JobQueue, lease: Lease) -> None:
    standing = lease.record.standing
    await queue.extend([Renewal(lease.record.id, standing.token, standing.lane, 50)], LEASE)


CALLS: Mapping[str, Callable[[JobQueue, Lease], Awaitable[object]]] = {
    "enqueue": lambda queue, _: queue.enqueue([submission("new")]),
    "enqueue, due later": lambda queue, _: queue.enqueue([submission("new", LEASE)]),
    "turn": settle_and_claim,
    "extend": renew,
    "reclaim": lambda queue, _: queue.reclaim(TurnTicket("sweep", 1), [QUEUE], 10, LEASE),
    "tick": lambda queue, _: queue.tick([QUEUE], 10),
    "move": lambda queue, _: queue.move([Move(JobId.of(QUEUE, "waits"), JobEvent.CANCEL)]),
}


OF_OTHER_LEVELS = {
    f"jobs:{name}:{QUEUE}:{level}"
    for name in ("queue", "gone")
    for level in ("critical", "high", "low")
}
OF_NO_NEW_JOB = OF_OTHER_LEVELS | {
    f"jobs:{name}:{QUEUE}" for name in ("processing", "done", "failed", "result", "errors")
}
SPARED: Mapping[str, Collection[str]] = {
    "enqueue": OF_NO_NEW_JOB | {f"jobs:delayed:{QUEUE}"},
    "enqueue, due later": OF_NO_NEW_JOB,
    "extend": set(KEYS) - {f"jobs:state:{QUEUE}", f"jobs:processing:{QUEUE}"},
}
"""What a call has no need of: it does its work whatever lies there. The others look at every key."""


def pairs(*, spared: bool) -> list[tuple[str, str]]:
    """Returns every key with every call that has no need of it, or with every call that has."""
    every = [(key, call) for call in CALLS for key in KEYS]
    return [(key, call) for key, call in every if (key in SPARED.get(call, ())) is spared]


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url)
    yield made
    await made.close()


async def contents(redis: Redis) -> Mapping[object, object]:
    """Everything in the database."""
    return {key: await redis.dump(key) for key in await redis.keys()}


@pytest.mark.parametrize(("key", "call"), pairs(spared=False))
async def test_a_key_of_a_foreign_type_is_an_error_that_changes_nothing(
    backend: RedisBackend, clean_redis_url: str, key: str, call: str
) -> None:
    queue = backend.queue
    await queue.enqueue([submission("first"), submission("waits"), submission("later", LEASE)])
    [lease] = (await queue.turn(TurnTicket("lane", 1), [], [Claim(QUEUE, 1)], LEASE)).leases
    await backend.advance(LEASE * 2)
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.delete(key)
        await redis.set(key, "foreign")
        before = await contents(redis)
        with pytest.raises(QueueDamaged, match="WRONGTYPE"):
            await CALLS[call](queue, lease)
        assert await contents(redis) == before


@pytest.mark.parametrize(("key", "call"), pairs(spared=True))
async def test_a_call_that_has_no_need_of_a_foreign_key_does_its_work_and_leaves_it_alone(
    backend: RedisBackend, clean_redis_url: str, key: str, call: str
) -> None:
    queue = backend.queue
    await queue.enqueue([submission("first")])
    [lease] = (await queue.turn(TurnTicket("lane", 1), [], [Claim(QUEUE, 1)], LEASE)).leases
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.delete(key)
        await redis.set(key, "foreign")
        before = await contents(redis)
        await CALLS[call](queue, lease)
        after = await contents(redis)
        assert after != before
        assert after[key.encode()] == before[key.encode()]


async def test_one_queue_that_is_damaged_does_not_keep_the_others_from_their_turn(
    backend: RedisBackend, clean_redis_url: str
) -> None:
    sound = Submission(JobId.of("sound", "job"), Header(type="noop"), JobPayload(b"{}"))
    await backend.queue.enqueue([submission("first"), sound])
    async with Redis.from_url(clean_redis_url) as redis:
        await redis.delete(KEYS[0])
        await redis.set(KEYS[0], "foreign")
    turn = await backend.queue.turn(
        TurnTicket("lane", 1), [], [Claim(QUEUE, 1), Claim("sound", 1)], LEASE
    )
    assert [lease.record.id for lease in turn.leases] == ["sound:job"]
    assert list(turn.failures) == [QUEUE]
