"""Scripts are called by hash, and sent whole where Redis does not know them."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from jobsys.adapters.redis import scripts as room
from jobsys.adapters.redis.client import connect
from jobsys.adapters.redis.exchange import Exchange
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.scripts import Call, Scripts
from tests.support.proxied import proxy_to, url_through

KEYS = KeyLayout().of_queue("default")
READ: Call = ("read", KEYS, ["nobody"])
NOBODY = [[None] * 4]
LAYOUT: Call = ("layout", [KeyLayout().layout], [7])


@pytest.fixture
async def scripts(clean_redis_url: str) -> AsyncIterator[Scripts]:
    client = connect(clean_redis_url, socket_timeout=None)
    yield Scripts(Exchange(client))
    await client.aclose()


async def sent_whole(redis: Redis) -> int:
    stats = await redis.info("commandstats")
    return int(stats["cmdstat_eval"]["calls"]) if "cmdstat_eval" in stats else 0


async def test_a_script_that_redis_forgot_is_sent_whole_once(
    scripts: Scripts, redis: Redis
) -> None:
    await redis.script_flush()
    before = await sent_whole(redis)
    for _ in range(3):
        assert await scripts.run(*READ) == NOBODY
    assert await sent_whole(redis) == before + 1


async def test_of_scripts_that_go_together_only_the_forgotten_are_sent_whole(
    scripts: Scripts, redis: Redis
) -> None:
    await redis.script_flush()
    await scripts.run(*READ)
    before = await sent_whole(redis)
    assert await scripts.run_all([READ, LAYOUT, READ]) == [NOBODY, b"7", NOBODY]
    assert await sent_whole(redis) == before + 1


async def test_a_script_that_fails_among_others_answers_its_error(
    scripts: Scripts, redis: Redis
) -> None:
    await redis.set(KeyLayout().data("broken"), "no hash")
    broken: Call = ("read", KeyLayout().of_queue("broken"), ["nobody"])
    first, failed, last = await scripts.run_all([READ, broken, READ])
    assert first == last == NOBODY
    assert isinstance(failed, ResponseError)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await scripts.run(*broken)


async def test_no_scripts_answer_nothing(scripts: Scripts) -> None:
    assert await scripts.run_all([]) == []


async def test_a_call_that_redis_does_not_answer_ends_by_the_limit_of_a_socket(
    clean_redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SOCKET_TIMEOUT", 0.05)
    async with proxy_to(clean_redis_url) as proxy:
        client = connect(url_through(proxy, clean_redis_url), socket_timeout=None)
        scripts = Scripts(Exchange(client))
        proxy.fall_silent()
        with pytest.raises(TimeoutError):
            await scripts.run(*READ)
        await proxy.heal()
        assert await scripts.run(*READ) == NOBODY
        await client.aclose()
