"""A real HTTP server on a socket of this machine, which keeps what it is sent."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from tests.support.smtp_server import server_context


@dataclass(frozen=True)
class Received:
    """A request as it came; the names of headers are in small letters."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class HttpsServer:
    """Answers each request with the next of `answers`, the last one again and again."""

    answers: list[bytes] = field(default_factory=lambda: [answer(204)])
    tls: bool = True
    hangs: bool = False
    received: list[Received] = field(default_factory=list[Received])
    connections: int = 0
    port: int = 0

    async def __aenter__(self) -> Self:
        context = server_context() if self.tls else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def url(self, path: str = "/hook", host: str = "localhost") -> str:
        """Returns where it is found."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.received.append(Received(head[0], headers, body))
            if self.hangs:
                await reader.read()
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    """Returns an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
