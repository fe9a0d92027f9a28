"""What a Redis server says of its own worth, as it is configured."""

import pytest
import redis

from jobsys.ports.durability import Severity
from tests.support.redis_opening import opened, rewritten
from tests.support.redis_server import RedisServer

CRITICAL, WARNING = Severity.CRITICAL, Severity.WARNING


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


async def test_a_server_that_was_started_again_or_took_over_is_another_run(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    async with opened(server.url) as store:
        first = await store.incarnation()
        admin.replicaof("127.0.0.1", "1")
        admin.replicaof("NO", "ONE")
        promoted = await store.incarnation()
    server.restart()
    async with opened(server.url) as store:
        started_anew = await store.incarnation()
        assert len({first, promoted, started_anew}) == 3
        assert await store.incarnation() == started_anew


async def test_a_server_that_tells_a_user_nothing_is_always_the_same_run(
    server: RedisServer, admin: "redis.Redis"
) -> None:
    allow(admin, "-info")
    try:
        async with opened(server.url) as store:
            assert await store.incarnation() == await store.incarnation()
    finally:  # other tests have the same server
        allow(admin, "+info")


def allow(admin: "redis.Redis", command: str) -> None:
    """Lets everybody do everything, but for what is said of one command."""
    admin.acl_setuser(
        "default", enabled=True, nopass=True, categories=["+@all"], commands=[command], keys=["*"]
    )
