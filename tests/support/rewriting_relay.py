"""A way to a Redis on which its answers are rewritten."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path


@asynccontextmanager
async def rewriting_relay(server: Path, pattern: bytes, by: bytes) -> AsyncGenerator[str]:
    """Yields the URL of a relay to a socket that puts `by` wherever answers match a pattern.

    Both have the same length, for Redis has told the length of an answer before.
    """

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(server)
        async with asyncio.TaskGroup() as both:
            both.create_task(_copied(reader, back, rb"(?!)", b""))
            both.create_task(_copied(there, writer, pattern, by))

    listener = await asyncio.start_server(relay, "127.0.0.1", 0)
    async with listener:
        yield f"redis://127.0.0.1:{listener.sockets[0].getsockname()[1]}/0"


async def _copied(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, pattern: bytes, by: bytes
) -> None:
    with closing(target):
        while chunk := await source.read(2**16):
            target.write(re.sub(pattern, by, chunk))
            await target.drain()
