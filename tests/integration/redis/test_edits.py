"""What becomes of an edit when the job changes between the look at it and the script."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from jobsys.adapters.redis.job_inspector import RedisJobInspector
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.scripts import Argument
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.edit import Edit, EditOutcome
from jobsys.domain.envelope import Header
from jobsys.domain.move import Move
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import JobEvent, JobStatus, Reason
from jobsys.testing.jobs import CRASH, id_of, look
from jobsys.testing.lane import Lane
from jobsys.testing.redis_backend import RedisBackend
from jobsys.testing.situations import bring_to
from jobsys.testing.virtual_clock import START

JOB = id_of("job")
MINE = Edit(
    JOB, Header(type="greet"), JobPayload(b'{"name":"mine"}'), JobPayload(b'{"name":"job"}'), START
)
YOURS = replace(MINE, payload=JobPayload(b'{"name":"yours"}'))


class Overtaken(RedisStore):
    """Somebody else is faster, once: between what an edit has read and its script."""

    def __init__(self, url: str, first: Callable[[], Awaitable[object]]) -> None:
        super().__init__(url, KeyLayout())
        self._first: list[Callable[[], Awaitable[object]]] = [first]

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> object:
        if name == "edit" and self._first:
            await self._first.pop()()
        return await super().run(name, keys, args)


class Repeated(RedisStore):
    """Each script runs twice, as after a lost reply."""

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> object:
        await super().run(name, keys, args)
        return await super().run(name, keys, args)


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    backend = RedisBackend(clean_redis_url)
    await bring_to(backend, JobStatus.FAILED)
    yield backend
    await backend.close()


async def edited_by(store: RedisStore) -> EditOutcome:
    try:
        return await RedisJobInspector(store).edit(MINE)
    finally:
        await store.stop()


async def test_a_job_that_is_replayed_in_between_is_not_edited(backend: RedisBackend) -> None:
    store = Overtaken(backend.url, lambda: backend.queue.move([Move(JOB, JobEvent.REPLAYED)]))
    before = await look(backend, "job")
    assert await edited_by(store) is EditOutcome.REFUSED
    after = await look(backend, "job")
    assert (after.status, after.payload, after.errors) == (
        JobStatus.QUEUED,
        before.payload,
        before.errors,
    )


async def test_a_job_that_is_edited_in_between_is_not_edited_over(backend: RedisBackend) -> None:
    store = Overtaken(backend.url, lambda: backend.inspector.edit(YOURS))
    assert await edited_by(store) is EditOutcome.CHANGED
    assert (await look(backend, "job")).payload == YOURS.payload


async def test_a_job_that_is_removed_in_between_does_not_come_back(backend: RedisBackend) -> None:
    store = Overtaken(backend.url, lambda: backend.queue.move([Move(JOB, JobEvent.DELETED)]))
    assert await edited_by(store) is EditOutcome.NOT_FOUND
    assert await backend.inspector.get([JOB]) == {}


async def test_a_job_that_failed_anew_in_between_is_edited(backend: RedisBackend) -> None:
    async def failed_anew() -> None:
        await backend.queue.move([Move(JOB, JobEvent.REPLAYED)])
        lane = Lane(backend.queue)
        await lane.settle((await lane.claim_one()).failed(CRASH, None, Reason.EXHAUSTED))

    assert await edited_by(Overtaken(backend.url, failed_anew)) is EditOutcome.EDITED
    after = await look(backend, "job")
    assert (after.payload, [line.tells_of_edit for line in after.errors]) == (
        MINE.payload,
        [False, False, False, False, True],
    )


async def test_an_edit_whose_reply_was_lost_is_made_once(backend: RedisBackend) -> None:
    assert await edited_by(Repeated(backend.url, KeyLayout())) is EditOutcome.EDITED
    after = await look(backend, "job")
    assert [line.tells_of_edit for line in after.errors] == [False, False, False, True]


async def test_where_even_the_time_of_its_submit_is_lost_an_edit_says_when_it_ended(
    backend: RedisBackend, clean_redis_url: str
) -> None:
    store = RedisStore(clean_redis_url, KeyLayout())
    await store.client.hset(KeyLayout().data(JOB.queue), JOB.key, b"nothing of this is ours")
    seen = (await look(backend, "job")).payload
    edit = replace(MINE, seen=seen)
    assert await backend.inspector.edit(edit) is EditOutcome.EDITED
    after = await look(backend, "job")
    assert (after.payload, after.damage, after.created_at) == (
        MINE.payload,
        None,
        after.standing.changed_at,
    )
    await store.stop()
