"""What a proxy does to the bytes themselves, and to their ends, as plain sockets see it."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from jobsys.testing.faults.resp import resp
from jobsys.testing.faults.rules import answer_instead, any_of, lose_replies, rewrite_replies
from jobsys.testing.faults.tcp_proxy import TcpProxy
from jobsys.testing.faults.wire import Stream
from tests.support.workshop import until


class Drawn(random.Random):
    """Draws nought, and remembers between what."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[float, float]] = []

    def uniform(self, a: float, b: float) -> float:
        self.asked.append((a, b))
        return 0.0


class Echo:
    """A server that says what it hears, and what it was told to say to everybody."""

    def __init__(self) -> None:
        self.clients: set[asyncio.StreamWriter] = set()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.clients.add(writer)
        while line := await reader.readline():
            writer.write(line)
        self.clients.discard(writer)
        writer.close()

    async def say(self, line: bytes) -> None:
        for writer in self.clients:
            writer.write(line)
            await writer.drain()


@pytest.fixture
def draw() -> Drawn:
    return Drawn()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def proxy(echo: Echo, draw: Drawn) -> AsyncIterator[TcpProxy]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with TcpProxy(server.sockets[0].getsockname()[:2], draw=draw) as proxy:
        yield proxy
    server.close()


async def connected(proxy: TcpProxy) -> Stream:
    """Opens a connection, and returns once it is served."""
    stream = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await said(stream, b"hello\n") == b"hello\n"
    return stream


async def said(stream: Stream, line: bytes) -> bytes:
    """Says something, and returns the answer."""
    reader, writer = stream
    writer.write(line)
    return await reader.readline()


@pytest.mark.parametrize("way", ["reset", "lost reply"])
async def test_a_client_that_is_cut_off_is_reset_not_told_good_bye(
    proxy: TcpProxy, way: str
) -> None:
    reader, writer = await connected(proxy)
    if way == "reset":
        proxy.reset()
    else:
        proxy.obey(lose_replies(any_of))
        writer.write(b"lost\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_a_heal_ends_the_rule_and_the_delay_and_counts_requests_anew(
    proxy: TcpProxy, draw: Drawn
) -> None:
    stream = await connected(proxy)
    proxy.delay(timedelta(seconds=2), timedelta(seconds=1))
    assert await said(stream, b"one\n") == b"one\n"
    assert draw.asked == [(1.0, 3.0)]
    proxy.obey(answer_instead(b"no\n", any_of))
    assert (await said(stream, b"two\n"), proxy.requests) == (b"no\n", 1)
    await proxy.heal()
    assert (await said(stream, b"three\n"), proxy.requests) == (b"three\n", 1)
    assert draw.asked == [(1.0, 3.0)]
    stream[1].close()


async def test_a_heal_resets_what_has_lost_something_and_leaves_the_rest_alone(
    proxy: TcpProxy,
) -> None:
    quiet, loud = await connected(proxy), await connected(proxy)
    proxy.fall_silent()
    loud[1].write(b"lost\n")
    await until(lambda: [wire.deaf for wire in proxy._wires].count(True) == 1)
    await proxy.heal()
    with pytest.raises(ConnectionResetError):
        await loud[0].read()
    assert await said(quiet, b"still here\n") == b"still here\n"
    for _, writer in (quiet, loud):
        writer.close()


async def test_in_silence_the_client_hears_nothing_of_what_the_server_says_by_itself(
    proxy: TcpProxy, echo: Echo
) -> None:
    reader, writer = await connected(proxy)
    proxy.fall_silent()
    await echo.say(b"are you there?\n")
    await until(lambda: any(wire.deaf for wire in proxy._wires))
    await proxy.heal()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_in_silence_the_server_does_not_hear_that_its_client_has_gone(
    proxy: TcpProxy, echo: Echo
) -> None:
    _, writer = await connected(proxy)
    proxy.fall_silent()
    writer.close()
    await asyncio.sleep(0.1)
    assert (proxy.connections, len(echo.clients)) == (1, 1)
    await proxy.heal()
    await until(lambda: not proxy.connections and not echo.clients)


async def test_what_nobody_asked_for_is_no_reply() -> None:
    push, reply, other = b">1\r\n:5\r\n", b":1\r\n", b":77\r\n"

    async def pushing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(push + reply)

    server = await asyncio.start_server(pushing, "127.0.0.1", 0)
    async with server, TcpProxy(server.sockets[0].getsockname()[:2], resp) as proxy:
        proxy.obey(rewrite_replies(other, any_of))
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"*1\r\n$4\r\nPING\r\n")
        assert await reader.readexactly(len(push + other)) == push + other
        writer.close()
