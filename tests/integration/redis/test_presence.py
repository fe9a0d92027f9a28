"""Workers are seen to die by the connections that they keep open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from redis.asyncio import Redis

from jobsys.adapters.redis import presence
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.presence import RedisPresence
from jobsys.adapters.redis.store import RedisStore
from jobsys.testing.redis_backend import RedisBackend
from tests.support.redis_server import RedisServer

WORKERS = KeyLayout().workers


@pytest.fixture
async def backend(clean_redis_url: str) -> AsyncIterator[RedisBackend]:
    made = RedisBackend(clean_redis_url)
    yield made
    await made.close()


@pytest.fixture
async def redis(clean_redis_url: str) -> AsyncIterator["Redis"]:
    async with Redis.from_url(clean_redis_url) as client:
        yield client


@asynccontextmanager
async def watching(url: str, sure_after: float) -> AsyncIterator[RedisPresence]:
    """Opens a presence of its own."""
    store = RedisStore(url, KeyLayout())
    yield RedisPresence(store, sure_after)
    await store.stop()


async def registered(redis: "Redis", worker: str, other_than: int = 0) -> int:
    """Waits until a worker is registered with another connection than this one."""
    async with asyncio.timeout(10):
        while True:
            known = int(await redis.hget(WORKERS, worker) or 0)
            if known not in {0, other_than}:
                return known
            await asyncio.sleep(0.005)


async def test_a_worker_whose_connections_are_cut_again_and_again_is_not_gone(
    backend: RedisBackend, redis: "Redis"
) -> None:
    async with watching(backend.url, 1) as seen, backend.presence.present("w1"):
        known = 0
        for _ in range(20):
            known = await registered(redis, "w1", known)
            await redis.client_kill_filter(_id=str(known))
            assert await seen.gone() == []


async def test_a_worker_is_gone_only_once_it_is_missed_for_long_enough(
    backend: RedisBackend,
) -> None:
    await backend.lose_a_worker("w1")
    async with watching(backend.url, 0.2) as seen:
        begun = monotonic()
        while not await seen.gone():  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.01)
        assert monotonic() - begun >= 0.2


async def test_the_connection_of_somebody_else_with_the_same_id_is_no_worker(
    backend: RedisBackend, redis: "Redis"
) -> None:
    await redis.hset(WORKERS, "w1", str(await redis.client_id()))
    await backend.presence.gone()
    assert await backend.presence.gone() == ["w1"]


async def test_a_worker_whose_entry_was_lost_shows_itself_again(
    backend: RedisBackend, redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "LONGEST_BLOCK", 0.05)
    async with backend.presence.present("w1"):
        known = await registered(redis, "w1")
        await redis.flushdb()
        assert await registered(redis, "w1") == known


async def test_a_user_who_may_not_see_clients_leaves_it_to_the_leases_and_is_told_once(
    redis_binary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with RedisServer(redis_binary) as server:
        async with Redis.from_url(server.url) as admin:
            await admin.acl_setuser(
                "me", enabled=True, passwords=["+pass"], keys=["*"], categories=["+@all"],
                commands=["-client|list"],
            )  # fmt: skip
        async with watching(server.url.replace("unix://", "unix://me:pass@"), 0) as seen:
            await seen.gone()
            async with seen.present("w1"):
                assert [list(await seen.gone()) for _ in range(3)] == [[], [], []]
        assert caplog.text.count("their leases have to run out") == 1
