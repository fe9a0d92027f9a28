"""The proxy does to a connection what it is told, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import RedisError, ResponseError

from jobsys.testing.faults.resp import words
from jobsys.testing.faults.rules import (
    Exchange,
    answer_instead,
    every,
    lose_replies,
    lose_requests,
    nth,
    rewrite_replies,
)
from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.support.proxied import target_of
from tests.support.redis_server import RedisServer
from tests.support.workshop import until

ERROR = b"-ERR made up by a test\r\n"


def is_incr(seen: Exchange) -> bool:
    return words(seen.request)[0].startswith(b"INCR")


@pytest.fixture
async def direct(clean_redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(clean_redis_url) as client:
        yield client


@pytest.fixture
async def client(proxied_url: str) -> AsyncIterator[Redis]:
    """A client that never repeats a command, and waits a moment for its replies."""
    once = Retry(NoBackoff(), 0)
    async with Redis.from_url(
        proxied_url, protocol=3, retry=once, socket_timeout=0.3, decode_responses=True
    ) as client:
        yield client


async def failed(calls: list[Awaitable[object]]) -> list[int]:
    """Returns the numbers, from 1, of the calls that failed; one is made after the other."""
    numbers: list[int] = []
    for number, call in enumerate(calls, 1):
        try:
            await call
        except RedisError:
            numbers.append(number)
    return numbers


async def test_it_hands_on_replies_of_any_kind_and_size(client: Redis) -> None:
    await client.hset("h", mapping={"a": "1", "b": "x" * 300_000})
    assert await client.hgetall("h") == {"a": "1", "b": "x" * 300_000}
    assert await client.mget("none", "none") == [None, None]
    assert await client.eval("return {1, {'a', {}}, false}", 0) == [1, ["a", []], None]
    pipeline = client.pipeline(transaction=False)
    for _ in range(100):
        pipeline.incr("n")
    assert (await pipeline.execute())[-1] == 100


async def test_it_loses_each_third_reply_and_what_was_asked_for_is_done(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    proxy.obey(lose_replies(every(3, is_incr)))
    assert await failed([client.incr("n") for _ in range(9)]) == [3, 6, 9]
    assert await direct.get("n") == b"9"


async def test_it_loses_the_second_request_and_nothing_is_done(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    proxy.obey(lose_requests(nth(2, is_incr)))
    assert await failed([client.incr("n") for _ in range(4)]) == [2]
    assert await direct.get("n") == b"3"


async def test_a_reset_in_a_pipeline_loses_the_replies_behind_it(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    proxy.obey(lose_replies(nth(5, is_incr)))
    pipeline = client.pipeline(transaction=False)
    for _ in range(9):
        pipeline.incr("n")
    with pytest.raises(LostConnection):
        await pipeline.execute()
    assert await direct.get("n") == b"9"


async def test_it_answers_in_the_servers_place_in_the_order_of_the_requests(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    await client.ping()
    proxy.obey(answer_instead(ERROR, every(2, is_incr)))
    pipeline = client.pipeline(transaction=False)
    for _ in range(4):
        pipeline.incr("n")
    answers = await pipeline.execute(raise_on_error=False)
    assert [type(answer) for answer in answers] == [int, ResponseError, int, ResponseError]
    assert await direct.get("n") == b"2"


async def test_it_rewrites_a_reply_of_something_that_was_done(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    proxy.obey(rewrite_replies(b":77\r\n", is_incr))
    assert await client.incr("n") == 77
    assert await direct.get("n") == b"1"


async def test_it_keeps_replies_back(proxy: TcpProxy, client: Redis) -> None:
    await client.ping()
    proxy.delay(timedelta(milliseconds=100), timedelta(milliseconds=20))
    begun = monotonic()
    await client.ping()
    assert monotonic() - begun >= 0.08


async def test_in_silence_nothing_arrives_and_healed_it_works_again(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    await client.set("n", 1)
    proxy.fall_silent()
    assert await failed([client.incr("n") for _ in range(2)]) == [1, 2]
    await proxy.heal()
    assert await client.get("n") == "1"
    assert await direct.get("n") == b"1"


async def test_the_server_does_not_hear_in_silence_that_a_client_has_gone(
    proxy: TcpProxy, client: Redis, direct: Redis
) -> None:
    waiting = asyncio.ensure_future(client.blpop(["list"], timeout=20))
    await until(lambda: proxy.requests >= 2)
    blocked = {one["id"] for one in await direct.client_list() if one["cmd"] == "blpop"}
    proxy.fall_silent()
    with pytest.raises(RedisError):
        await waiting
    assert blocked == {one["id"] for one in await direct.client_list() if one["cmd"] == "blpop"}


async def test_a_reset_ends_what_is_open_and_a_new_connection_works(
    proxy: TcpProxy, client: Redis
) -> None:
    waiting = asyncio.ensure_future(client.blpop(["list"], timeout=20))
    await until(lambda: proxy.connections)
    proxy.reset()
    with pytest.raises(LostConnection):
        await waiting
    await until(lambda: not proxy.connections)
    assert await client.ping()


async def test_it_refuses_new_connections_until_it_is_healed_at_the_same_port(
    proxy: TcpProxy, client: Redis
) -> None:
    await proxy.refuse()
    with pytest.raises(LostConnection, match=r"Error (111|61) "):
        await client.ping()
    await proxy.heal()
    assert await client.ping()


async def test_it_leads_to_another_server_when_it_is_flipped(
    proxy: TcpProxy, client: Redis, redis_binary: Path
) -> None:
    await client.set("where", "here")
    with RedisServer(redis_binary) as other:
        proxy.flip(target_of(other.url))
        with pytest.raises(LostConnection):
            await client.ping()
        assert await client.get("where") is None
