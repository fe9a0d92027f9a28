"""Workers are seen to die by the connections that they keep open."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from redis.asyncio import Redis

from jobsys.adapters.redis import presence
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.presence import RedisPresence
from jobsys.adapters.redis.store import RedisStore
from jobsys.testing.faults.resp import words
from jobsys.testing.faults.rules import Exchange, answer_instead, untouched
from jobsys.testing.redis_backend import RedisBackend
from tests.support.proxied import proxy_to, url_through
from tests.support.redis_server import RedisServer
from tests.support.workshop import until

WORKERS = KeyLayout().workers
MISSED = KeyLayout().missed


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


async def test_a_pause_in_which_nobody_could_look_makes_no_worker_gone(
    backend: RedisBackend, redis: "Redis"
) -> None:
    await backend.lose_a_worker("w1")
    clock = "local function clock() return tonumber(redis.call('GET', 'now')) end"
    store = RedisStore(backend.url, KeyLayout(), clock)
    told: list[list[str]] = []
    for now in (100_000, 160_000, 40_000, 40_600):  # a minute away, and a clock that is set back
        await redis.set("now", now)
        told.append(list(await RedisPresence(store, sure_after=1).gone()))
    await store.stop()
    assert told == [[], [], [], ["w1"]]


@pytest.mark.parametrize(("few", "made"), [(1, 5), (0, 1)])
async def test_of_few_who_ask_each_looks_and_of_many_one(
    backend: RedisBackend, redis: "Redis", monkeypatch: pytest.MonkeyPatch, few: int, made: int
) -> None:
    monkeypatch.setattr(presence, "FEW", few)
    await backend.lose_a_worker("w1")
    before = await looks(redis)
    async with AsyncExitStack() as stack:
        for _ in range(5):
            seen = await stack.enter_async_context(watching(backend.url, sure_after=60))
            assert await seen.gone() == []
    assert await looks(redis) == before + made
    assert await redis.hkeys(MISSED) == [b"w1"]
    assert await redis.exists(KeyLayout().looked) == (made == 1)


async def looks(redis: "Redis") -> int:
    """Returns how often anybody has asked Redis for its clients."""
    told = await redis.info("commandstats")
    return int(told.get("cmdstat_client|list", {"calls": 0})["calls"])


async def test_a_worker_that_is_missed_by_mistake_is_so_until_the_next_look(
    backend: RedisBackend, redis: "Redis"
) -> None:
    async with backend.presence.present("w1"), proxy_to(backend.url) as proxy:
        await registered(redis, "w1")
        proxy.obey(NOBODY_IS_LISTED)
        async with watching(url_through(proxy, backend.url), sure_after=60) as misled:
            await misled.gone()
        assert await redis.hexists(MISSED, "w1")
        async with watching(backend.url, sure_after=60) as seen:
            await seen.gone()
        assert not await redis.hexists(MISSED, "w1")


async def test_a_worker_that_is_back_is_not_gone_by_the_mark_of_its_former_connection(
    backend: RedisBackend, redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    async with backend.presence.present("w1"):
        known = await registered(redis, "w1")
        await redis.hset(MISSED, "w1", f"{known + 1} 60000 0")
        await redis.set(KeyLayout().looked, "1")  # nobody looks anew
        monkeypatch.setattr(presence, "FEW", 0)
        assert await backend.presence.gone() == []


async def test_a_worker_that_leaves_while_it_connects_anew_leaves_no_connection_open(
    clean_redis_url: str, redis: "Redis"
) -> None:
    async with watching(clean_redis_url, 1) as seen:
        for step in range(60):
            async with seen.present("w1"):
                await redis.client_kill_filter(_id=str(await registered(redis, "w1")))
                await asyncio.sleep(step * 0.0005)  # to be anywhere on its way back
    gc.collect()  # what was left open warns


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
            await admin.hset(WORKERS, "other", "1")
        url = server.url.replace("unix://", "unix://me:pass@")
        async with watching(url, 0) as seen, seen.present("w1"):
            assert [list(await seen.gone()) for _ in range(3)] == [[], [], []]
        assert caplog.text.count("their leases have to run out") == 1
        assert caplog.text.count("worker w1 cannot be seen to die") == 1


def asks_for_clients(seen: Exchange) -> bool:
    return words(seen.request)[:2] == [b"CLIENT", b"LIST"]


NOBODY_IS_LISTED = answer_instead(b"=4\r\ntxt:\r\n", asks_for_clients)
"""What a proxy answers that has connections of its own to Redis."""


async def test_a_worker_whose_connection_others_cannot_see_registers_only_once_they_can(
    clean_redis_url: str,
    redis: "Redis",
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(presence, "LONGEST_BLOCK", 0.05)
    async with proxy_to(clean_redis_url) as proxy:
        proxy.obey(NOBODY_IS_LISTED)
        async with (
            watching(url_through(proxy, clean_redis_url), 0) as seen,
            seen.present("w1"),
        ):
            await until(lambda: proxy.requests > 20)
            assert await seen.gone() == []
            assert not await redis.hexists(WORKERS, "w1")
            proxy.obey(untouched)
            assert await registered(redis, "w1")
    assert caplog.text.count("worker w1 cannot be seen to die") == 1


@pytest.mark.parametrize("refusal", ["READONLY", "UNBLOCKED", "MISCONF", "BUSY", "LOADING"])
async def test_a_worker_that_is_refused_for_a_moment_registers_a_moment_later(
    clean_redis_url: str, redis: "Redis", monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    monkeypatch.setattr(presence, "LONGEST_BLOCK", 60)
    async with proxy_to(clean_redis_url) as proxy:
        refused = answer_instead(f"-{refusal} made up by a test\r\n".encode(), registers)
        proxy.obey(refused)
        async with (
            watching(url_through(proxy, clean_redis_url), 0) as seen,
            seen.present("w1"),
        ):
            proxy.obey(untouched)
            assert await registered(redis, "w1")


async def test_a_worker_is_kept_waiting_by_no_connection_that_redis_refuses(
    clean_redis_url: str, redis: "Redis"
) -> None:
    async with proxy_to(clean_redis_url) as proxy:
        await proxy.refuse()
        async with (
            watching(url_through(proxy, clean_redis_url), 0) as seen,
            seen.present("w1"),
        ):
            await proxy.heal()
            assert await registered(redis, "w1")


def registers(seen: Exchange) -> bool:
    return words(seen.request)[:2] == [b"HSET", WORKERS.encode()]
