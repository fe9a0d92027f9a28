"""One connection through a proxy: what the client says, and what it hears."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from jobsys.testing.faults.conditions import Conditions
from jobsys.testing.faults.rules import Exchange, Fate

Target = tuple[str, int] | Path
"""A host and a port, or the path of a unix socket."""
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_AT_ONCE: Final = struct.pack("ii", 1, 0)
_MOST: Final = 2**16


async def connected(target: Target) -> Stream:
    """Opens a connection to a server."""
    if isinstance(target, Path):
        return await asyncio.open_unix_connection(target)
    return await asyncio.open_connection(*target)


class Wire:
    """Carries messages both ways until one side hangs up, a rule cuts it, or it is reset."""

    def __init__(self, client: Stream, server: Stream, conditions: Conditions) -> None:
        self._client, self._server = client, server
        self._conditions = conditions
        self._unanswered: deque[tuple[Exchange, bytes | None]] = deque()
        self.deaf = False
        self.ended = asyncio.Event()

    async def carry(self) -> None:
        """Returns when the connection has ended, on both sides."""
        ways = [asyncio.create_task(way) for way in (self._requests(), self._replies())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for _, writer in (self._client, self._server):
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
            self.ended.set()

    def reset(self) -> None:
        """Ends both sides at once, as a router that was restarted does."""
        for _, writer in (self._client, self._server):
            line: socket.socket = writer.get_extra_info("socket")
            with suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            writer.transport.abort()

    async def _requests(self) -> None:
        async for messages in self._heard(self._client[0]):
            for request in messages:
                self._conditions.requests += 1
                exchange = Exchange(self._conditions.requests, request)
                fate = self._conditions.rule(exchange)
                if fate is Fate.LOSE:
                    self.reset()
                    return
                self._unanswered.append((exchange, None if fate is Fate.PASS else fate))
                if fate is Fate.PASS:
                    self._server[1].write(request)
            self._answer_instead()
            await self._server[1].drain()

    async def _replies(self) -> None:
        async for messages in self._heard(self._server[0]):
            await self._conditions.travel()
            for reply in messages:
                fate = self._judged(reply)
                if fate is Fate.LOSE:
                    self.reset()
                    return
                self._client[1].write(reply if fate is Fate.PASS else fate)
                self._answer_instead()
            await self._client[1].drain()

    def _judged(self, reply: bytes) -> Fate | bytes:
        if reply.startswith(b">") or not self._unanswered:  # nobody has asked for it
            return Fate.PASS
        exchange, _ = self._unanswered.popleft()
        return self._conditions.rule(replace(exchange, reply=reply))

    def _answer_instead(self) -> None:
        """Writes what stands in for the server's replies, once it is their turn."""
        while self._unanswered and (answer := self._unanswered[0][1]) is not None:
            self._unanswered.popleft()
            self._client[1].write(answer)

    async def _heard(self, reader: asyncio.StreamReader) -> AsyncIterator[list[bytes]]:
        """Yields whole messages; what comes in silence is gone, and the wire of no use any more."""
        buffer = bytearray()
        with suppress(ConnectionError):
            while data := await reader.read(_MOST):
                self.deaf = self.deaf or not self._conditions.audible.is_set()
                if not self.deaf:
                    buffer += data
                    yield list(self._conditions.whole(buffer))
        await self._conditions.audible.wait()  # neither side hears of the other's end
