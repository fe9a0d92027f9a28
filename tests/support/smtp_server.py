"""A real SMTP server on a socket of this machine, which keeps what it is given."""

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.workshop import until

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Signed by itself, for localhost; a secret of nobody."""
PASSWORD = b"pa:ss/w@rd"


@dataclass
class Mailbox:
    """What has arrived, and what the server answers; an answer is a line such as `550 no`."""

    envelopes: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    at_data: str = "250 OK"
    users: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.at_data.startswith("250"):
            self.envelopes.append(envelope)
            assert server.transport is not None
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.at_data

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.password == PASSWORD
        if isinstance(data, LoginPassword) and known:
            self.users.append(data.login.decode())
        return AuthResult(success=known, handled=False)


class SmtpServer:
    """Serves a mailbox at a free port from its entering to its leaving, or until it is stopped."""

    def __init__(
        self, mailbox: Mailbox, *, starttls: bool = False, tls: bool = False, login: bool = False
    ) -> None:
        self._mailbox = mailbox
        self._starttls = starttls
        self._tls = tls
        self._login = login
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._sockets: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.port: int = self._listener.getsockname()[1]

    async def __aenter__(self) -> Self:
        self._tasks.append(asyncio.create_task(self._accept()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Returns when no socket is left open."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listener.close()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        await until(lambda: all(one.fileno() < 0 for one in self._sockets))

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            accepted, _ = await loop.sock_accept(self._listener)
            self._sockets.append(accepted)
            self._tasks.append(asyncio.create_task(self._serve(accepted)))

    async def _serve(self, accepted: socket.socket) -> None:
        context = server_context() if self._tls else None
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # the client does not trust the certificate
            await loop.connect_accepted_socket(self._session, accepted, ssl=context)

    def _session(self) -> SMTP:
        return SMTP(
            self._mailbox,
            hostname="localhost",
            tls_context=server_context() if self._starttls else None,
            require_starttls=self._starttls,
            auth_required=self._login,
            auth_require_tls=self._starttls,
            authenticator=self._mailbox.authenticate if self._login else None,
            loop=asyncio.get_running_loop(),
        )


def server_context() -> ssl.SSLContext:
    """Returns what a server needs to speak TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context
