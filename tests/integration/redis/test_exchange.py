"""What is asked of Redis is answered to the one who asked, whatever becomes of a connection."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol, cast

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import ResponseError

from jobsys.adapters.redis.client import MOST_CONNECTIONS, connect
from jobsys.adapters.redis.exchange import Exchange, command
from jobsys.testing.faults.rules import lose_replies, nth
from tests.support.proxied import proxy_to, url_through

PING = command("PING")


class PoolWanting(Protocol):
    """What is used of redis-py's pools, which it leaves untyped."""

    async def update_active_connections_for_reconnect(self) -> None: ...


@pytest.fixture
async def client(clean_redis_url: str) -> AsyncIterator[Redis]:
    made = connect(clean_redis_url, socket_timeout=None)
    yield made
    await made.aclose()


@pytest.fixture
def exchange(client: Redis) -> Exchange:
    return Exchange(client)


async def test_each_command_is_answered_in_its_place_and_a_refused_one_with_its_error(
    exchange: Exchange,
) -> None:
    text = "größer"
    commands = [command("SET", "a", text), command("INCR", "a"), command("STRLEN", "a"), PING]
    told, refused, *others = await exchange.ask(commands)
    assert told == b"OK"
    assert isinstance(refused, ResponseError)
    assert others == [len(text.encode()), b"PONG"]
    assert await exchange.ask([command("GET", b"a")]) == [text.encode()]


async def test_no_commands_need_no_redis() -> None:
    assert await Exchange(connect("redis://127.0.0.1:1")).ask([]) == []


async def test_the_answer_to_one_who_was_cancelled_is_told_to_nobody(exchange: Exchange) -> None:
    slow = command("BLPOP", "nothing", "0.02")
    for steps in range(12):
        asking = asyncio.create_task(exchange.ask([PING, slow, PING]))
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        assert await exchange.ask([command("ECHO", steps)]) == [b"%d" % steps]


async def test_more_callers_than_connections_wait_for_one_another(
    exchange: Exchange, redis: Redis
) -> None:
    asked = [b"%d" % number for number in range(4 * MOST_CONNECTIONS)]
    answers = await asyncio.gather(*(exchange.ask([command("ECHO", one)]) for one in asked))
    assert answers == [[one] for one in asked]
    assert len(await redis.client_list()) <= MOST_CONNECTIONS + 1


async def test_who_asks_one_after_the_other_uses_one_connection(exchange: Exchange) -> None:
    first, second = [await exchange.ask([command("CLIENT", "ID")]) for _ in range(2)]
    assert first == second


async def test_a_connection_that_was_cut_while_nobody_used_it_is_made_again(
    exchange: Exchange, redis: Redis
) -> None:
    [number] = await exchange.ask([command("CLIENT", "ID")])
    await redis.client_kill_filter(_id=str(number))
    assert await exchange.ask([PING]) == [b"PONG"]


async def test_a_connection_that_redis_py_wants_anew_is_made_again(
    exchange: Exchange, client: Redis
) -> None:
    [before] = await exchange.ask([command("CLIENT", "ID")])
    await cast("PoolWanting", client.connection_pool).update_active_connections_for_reconnect()
    await exchange.ask([PING])
    assert await exchange.ask([command("CLIENT", "ID")]) != [before]


async def test_a_connection_that_is_lost_before_all_was_answered_is_an_error_and_used_no_more(
    clean_redis_url: str,
) -> None:
    async with proxy_to(clean_redis_url) as proxy:
        client = connect(url_through(proxy, clean_redis_url), socket_timeout=None)
        exchange = Exchange(client)
        await exchange.ask([PING])
        proxy.obey(lose_replies(nth(2)))
        with pytest.raises(LostConnection):
            await exchange.ask([PING, command("ECHO", "lost"), PING])
        assert await exchange.ask([command("ECHO", "next")]) == [b"next"]
        await client.aclose()


async def test_a_connection_over_tcp_that_was_cut_while_it_was_idle_is_made_anew(
    clean_redis_url: str, redis: Redis
) -> None:
    async with proxy_to(clean_redis_url) as proxy:
        client = connect(url_through(proxy, clean_redis_url), socket_timeout=None)
        exchange = Exchange(client)
        [known] = await exchange.ask([command("CLIENT", "ID")])
        await redis.client_kill_filter(_id=str(known))
        while await redis.client_list(client_id=[str(known)]):  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)  # until the proxy has passed the end on
        assert await exchange.ask([PING]) == [b"PONG"]
        await client.aclose()
