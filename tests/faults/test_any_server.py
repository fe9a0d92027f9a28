"""Any server can stand behind the proxy, or none."""

import asyncio

from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.support.processes import free_port


async def test_a_server_that_is_not_there_ends_the_connection() -> None:
    async with TcpProxy(("127.0.0.1", free_port())) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await reader.read() == b""
        writer.close()


async def test_any_server_can_stand_behind_it() -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    async with server, TcpProxy(server.sockets[0].getsockname()[:2]) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello\n")
        assert await reader.read() == b"HELLO\n"
        writer.close()
        await writer.wait_closed()
