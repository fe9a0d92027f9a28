"""Notices through a Redis that goes away and comes back."""

import pytest

from jobsys.adapters.redis.event_bus import RedisEventBus
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.store import RedisStore
from jobsys.ports.errors import QueueUnavailable
from jobsys.testing.notices import ANY, is_heard, keys_received, notices
from tests.support.redis_fixtures import database_after
from tests.support.workshop import until

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def store(clean_redis_url: str) -> RedisStore:
    return RedisStore(clean_redis_url, KeyLayout())


async def test_a_listener_whose_connection_is_lost_joins_again(
    store: RedisStore, caplog: pytest.LogCaptureFixture
) -> None:
    bus = RedisEventBus(store)
    async with bus.subscribe(ANY) as listener:
        for _ in range(2):
            await store.client.client_kill_filter(_type="pubsub")
            await is_heard(bus, wanted=False)
            await is_heard(bus, wanted=True)
        await bus.publish(notices("after"))
        while await keys_received(listener, 1) != ["after"]:
            pass
    await store.stop()
    assert "lost its connection, and joins again" in caplog.text


async def test_a_connection_without_a_word_is_asked_whether_it_lives(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobsys.adapters.redis.event_bus.QUIET", 0.05)
    bus = RedisEventBus(store)
    async with bus.subscribe(ANY) as listener:
        before = await pings(store)
        async with store.client.client() as client:
            while await pings(store) < before + 3:
                await client.ping()
                before += 1
        await bus.publish(notices("a"))
        assert await keys_received(listener, 1) == ["a"]
    await store.stop()


async def pings(store: RedisStore) -> int:
    stats = await store.client.info("commandstats")
    return int(stats["cmdstat_ping"]["calls"]) if "cmdstat_ping" in stats else 0


async def test_what_is_no_notice_is_passed_over(
    store: RedisStore, caplog: pytest.LogCaptureFixture
) -> None:
    bus = RedisEventBus(store)
    async with bus.subscribe(ANY) as listener:
        [channel] = await store.client.pubsub_channels("jobs:events:*")
        for junk in (b"", b"\xff", b"[1]", b'[["a"]]', b'[["a:b","","x","y",1,2,null,"",false]]'):
            await store.client.publish(channel, junk)
        await bus.publish(notices("a"))
        assert await keys_received(listener, 1) == ["a"]
    await store.stop()
    assert caplog.text.count("something else than notices") == 5


async def test_another_database_or_namespace_hears_nothing(
    store: RedisStore, clean_redis_url: str
) -> None:
    others = [
        RedisStore(database_after(clean_redis_url, 1), KeyLayout()),
        RedisStore(clean_redis_url, KeyLayout("other")),
    ]
    async with RedisEventBus(store).subscribe(ANY):
        assert [await RedisEventBus(o).publish(notices("a")) for o in others] == [False, False]
    for one in (store, *others):
        await one.stop()


async def test_a_redis_that_is_away_loses_notices_and_refuses_listeners(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = RedisStore(NOWHERE, KeyLayout())
    bus = RedisEventBus(store)
    assert await bus.publish(notices("a", "b")) is False
    with pytest.raises(QueueUnavailable, match=r"127\.0\.0\.1:1"):
        async with bus.subscribe(ANY):
            pass
    await until(lambda: "2 notices are lost" in caplog.text)
    await store.stop()
