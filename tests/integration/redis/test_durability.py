"""What a Redis server says of its own worth, as it is configured."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis
from redis.exceptions import ResponseError

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.opening import LAYOUT
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.errors import ConfigurationError
from jobsys.ports.durability import Severity
from jobsys.ports.errors import QueueDamaged
from jobsys.testing.faults.rules import Exchange, Fate
from tests.support.proxied import proxy_to, url_through
from tests.support.redis_server import RedisServer

CRITICAL, WARNING = Severity.CRITICAL, Severity.WARNING


@pytest.fixture(scope="module")
def server(redis_binary: Path) -> Iterator[RedisServer]:
    """A server whose configuration the tests change."""
    with RedisServer(redis_binary, appendonly=True) as running:
        yield running


@pytest.fixture
def admin(server: RedisServer) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(server.url) as client:
        before = {name: client.config_get(name)[name] for name in SETTINGS}
        yield client
        for name, setting in before.items():
            client.config_set(name, setting)
        client.acl_deluser("worker")
        client.flushall()


SETTINGS = ("maxmemory-policy", "maxmemory", "appendonly", "appendfsync")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisStore]:
    store = RedisStore(url, KeyLayout())
    try:
        yield store
    finally:
        await store.stop()


@asynccontextmanager
async def rewritten(server: RedisServer, pattern: bytes, by: bytes) -> AsyncIterator[str]:
    """Yields the URL of a way to a server on which `by` stands wherever answers match a pattern."""

    def rule(seen: Exchange) -> Fate | bytes:
        return Fate.PASS if seen.reply is None else re.sub(pattern, by, seen.reply)

    async with proxy_to(server.url) as proxy:
        proxy.obey(rule)
        yield url_through(proxy, server.url)


async def codes(url: str) -> dict[str, Severity]:
    async with opened(url) as store:
        await store.start()
        return {one.code: one.severity for one in await store.weaknesses()}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {}),
        ({"appendfsync": "everysec"}, {}),
        ({"appendfsync": "no"}, {"REDIS_NO_FSYNC": WARNING}),
        ({"appendonly": "no"}, {"REDIS_NO_AOF": CRITICAL}),
        ({"maxmemory-policy": "allkeys-lru"}, {"REDIS_EVICTS": WARNING}),
        (
            {"maxmemory-policy": "allkeys-lru", "maxmemory": "1gb"},
            {"REDIS_EVICTS": CRITICAL},
        ),
        (
            {"maxmemory-policy": "volatile-ttl", "maxmemory": "1gb", "appendonly": "no"},
            {"REDIS_EVICTS": CRITICAL, "REDIS_NO_AOF": CRITICAL},
        ),
    ],
)
async def test_each_setting_that_may_lose_jobs_has_a_code(
    server: RedisServer,
    admin: "redis.Redis",
    settings: dict[str, str],
    expected: dict[str, Severity],
) -> None:
    for name, setting in settings.items():
        admin.config_set(name, setting)
    assert await codes(server.url) == expected


@pytest.mark.parametrize(
    ("forbidden", "appendonly", "expected"),
    [
        (["-config"], "no", {"REDIS_EVICTS": CRITICAL, "REDIS_NO_AOF": CRITICAL}),
        (["-config"], "yes", {"REDIS_EVICTS": CRITICAL, "REDIS_UNKNOWN": WARNING}),
        (["-config", "-info"], "no", {"REDIS_UNKNOWN": WARNING}),
    ],
)
async def test_a_user_who_may_not_read_the_configuration_is_told_what_info_says(
    server: RedisServer,
    admin: "redis.Redis",
    forbidden: list[str],
    appendonly: str,
    expected: dict[str, Severity],
) -> None:
    admin.config_set("maxmemory-policy", "allkeys-lru")
    admin.config_set("maxmemory", "1gb")
    admin.config_set("appendonly", appendonly)
    admin.acl_setuser(
        "worker",
        enabled=True,
        passwords=["+word"],
        keys=["*"],
        channels=["*"],
        categories=["+@all"],
        commands=forbidden,
    )
    url = f"unix://worker:word@{server.socket}?db=0"
    assert await codes(url) == expected


async def test_a_server_that_shows_nothing_of_its_configuration_is_not_said_to_lose_jobs(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    admin.config_set("appendonly", "yes")
    async with rewritten(server, rb"(?s)^%4\r\n.*appendfsync.*", b"%0\r\n") as url:
        assert await codes(url) == {"REDIS_UNKNOWN": WARNING}


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
    await codes(server.url)
    called = {name.removeprefix("cmdstat_") for name in admin.info("commandstats")}
    assert {name for name in called if name.startswith(("eval", "script", "set", "hset"))} == set()
