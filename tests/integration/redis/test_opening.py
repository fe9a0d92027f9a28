"""Which servers and which keys a start takes, and what it leaves there."""

import asyncio
from pathlib import Path

import pytest
import redis
from redis.exceptions import ResponseError

from jobsys.adapters.redis.opening import LAYOUT
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.errors import QueueDamaged
from tests.support.redis_opening import opened, rewritten
from tests.support.redis_server import RedisServer


async def test_a_server_that_is_too_old_is_refused_at_the_start(server: RedisServer) -> None:
    async with (
        rewritten(server, rb"redis_version:\d", b"redis_version:6") as url,
        opened(url) as store,
    ):
        with pytest.raises(ConfigurationError, match=r"is 6\.\d.*; jobsys needs 7\.0 or newer"):
            await store.start()


async def test_the_layout_of_the_keys_is_noted_at_the_first_start(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    async with opened(server.url) as store:
        await store.start()
        assert admin.get("jobs:layout") == b"%d" % LAYOUT
        await store.start()


async def test_keys_of_a_newer_layout_are_refused_and_left_alone(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    admin.set("jobs:layout", LAYOUT + 1)
    async with opened(server.url) as store:
        told = rf"have layout {LAYOUT + 1} \(jobs:layout\), this jobsys knows {LAYOUT}: upgrade"
        with pytest.raises(ConfigurationError, match=told):
            await store.start()
    assert admin.keys() == [b"jobs:layout"]
    assert admin.get("jobs:layout") == b"%d" % (LAYOUT + 1)


async def test_a_layout_that_is_no_number_is_damage(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    admin.set("jobs:layout", "foreign")
    async with opened(server.url) as store:
        with pytest.raises(QueueDamaged, match="jobs:layout holds 'foreign'"):
            await store.start()


async def test_the_layout_of_a_full_server_is_noted_all_the_same(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    admin.config_set("maxmemory", 1)
    try:
        async with opened(server.url) as store:
            await store.start()
    finally:
        admin.config_set("maxmemory", 0)
    assert admin.get("jobs:layout") == b"%d" % LAYOUT


REPLICA = ("--replicaof", "127.0.0.1", "1")
"""Of a server that is not there: it lets everybody look."""
NOT_SAVED = ("--save", "3600 1", "--dbfilename", "folder")


async def test_a_replica_that_has_no_layout_can_be_looked_at(redis_binary: Path) -> None:
    with RedisServer(redis_binary, appendonly=True, options=REPLICA) as replica:
        async with opened(replica.url) as store:
            await store.start()
            assert await store.client.keys() == []


async def pinged_for_ever(store: RedisStore) -> None:
    while True:
        await store.client.ping()
        await asyncio.sleep(0.01)


async def test_a_server_that_cannot_save_can_be_looked_at(redis_binary: Path) -> None:
    with RedisServer(redis_binary, options=NOT_SAVED) as full:
        (full.directory / "folder").mkdir()
        async with opened(full.url) as store:
            await store.client.bgsave()
            with pytest.raises(ResponseError, match="MISCONF"):
                await pinged_for_ever(store)
            await store.start()


async def test_a_start_on_keys_of_a_known_layout_only_reads(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    admin.set("jobs:layout", LAYOUT)
    admin.config_resetstat()
    async with opened(server.url) as store:
        await store.start()
        await store.weaknesses()
    called = {name.removeprefix("cmdstat_") for name in admin.info("commandstats")}
    assert {name for name in called if name.startswith(("eval", "script", "set", "hset"))} == set()
