"""A worker's end of the line to one child process."""

import asyncio
import signal
from typing import Final

from jobsys.adapters.process.endings import GONE, obituary
from jobsys.adapters.process.frames import (
    ANSWER,
    HEAD,
    LARGEST_NOTE,
    LAST,
    LOST,
    NEWS,
    NOTE,
    NOTICE,
    ORDER,
    READY,
    UNFIT,
    frame,
)
from jobsys.adapters.process.server_link import ServerLink
from jobsys.domain.errors import ConfigurationError, ExecutionError
from jobsys.domain.process_limits import ProcessLimits
from jobsys.ports.process_runner import Answer, Errand

ASKED_FOR: Final = 0.4
"""How many seconds a child that was asked to end has for it until it is killed."""
DIES_WITHIN: Final = 5.0
"""How many seconds the kernel may take to end a killed process."""
LINGERS: Final = 0.2
"""How many seconds a dead child's last words may be under way."""
TELLS_EVERY: Final = 0.25


class ChildLink:
    """Hands errands to a child, one at a time, and sees to its end."""

    def __init__(
        self,
        number: int,
        limits: ProcessLimits,
        server: ServerLink,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.number = number
        self.limits = limits
        self._server = server
        self._reader, self._writer = streams
        self._death: asyncio.Future[int | str] = asyncio.get_running_loop().create_future()
        self._largest = LARGEST_NOTE

    @property
    def is_alive(self) -> bool:
        """True while it may be given an errand."""
        return not (self._death.done() or self._reader.at_eof() or self._writer.is_closing())

    async def opened(self, largest_answer: int) -> Answer | None:
        """Returns None once the child can work; else what it says of why it cannot.

        Raises:
            ChildDied: it died of it.
            ConfigurationError: it cannot import the application.
        """
        self._largest = max(largest_answer, LARGEST_NOTE)
        kind, body = await self._next()
        if kind == LOST:
            self._writer.close()
            raise ConfigurationError(
                f"a child process cannot import what runs jobs: {body.decode()}"
            )
        return None if kind == READY else Answer(body, is_last=True)

    async def do(self, errand: Errand) -> Answer:
        """Returns what the child answers.

        Raises:
            ChildDied: it died; so does OutOfCpuTime.
        """
        self._writer.write(frame(ORDER, NOTICE.pack(errand.notice_in) + errand.order))
        self._keep_telling(errand)
        try:
            kind, body = await self._next()
            while kind == NOTE:
                errand.hear(body)
                kind, body = await self._next()
        finally:
            self._telling.cancel()
        return Answer(body, is_last=kind != ANSWER)

    async def end(self, errand: Errand | None = None) -> None:
        """Asks the child to end, then kills it."""
        if errand is not None:
            self._tell(errand)
            self._server.signal(self.number, signal.SIGTERM)
        if not self._writer.is_closing():
            self._writer.write_eof()
        if not await self._dies_within(ASKED_FOR):
            self._server.signal(self.number, signal.SIGKILL)
            await self._dies_within(DIES_WITHIN)
        self._writer.close()

    def died(self, end: int | str) -> None:
        """Takes note of its death; what it said before may be under way still."""
        if not self._death.done():
            self._death.set_result(end)
        asyncio.get_running_loop().call_later(LINGERS, self._writer.transport.abort)

    def _keep_telling(self, errand: Errand) -> None:
        self._tell(errand)
        self._telling = asyncio.get_running_loop().call_later(
            TELLS_EVERY, self._keep_telling, errand
        )

    def _tell(self, errand: Errand) -> None:
        news = errand.news()
        if news is not None and not self._writer.is_closing():
            self._writer.write(frame(NEWS, news))

    async def _next(self) -> tuple[bytes, bytes]:
        """Returns the next message.

        Raises:
            ChildDied: there is none any more; so does OutOfCpuTime.
        """
        try:
            kind, length = HEAD.unpack(await self._reader.readexactly(HEAD.size))
            if kind in KNOWN and length <= self._largest:
                return kind, await self._reader.readexactly(length)
        except (EOFError, OSError):
            pass
        raise await self._end_of_it()

    async def _end_of_it(self) -> ExecutionError:
        if not await self._dies_within(LINGERS):  # it has closed its line, or scribbled on it
            self._server.signal(self.number, signal.SIGKILL)
            await self._dies_within(DIES_WITHIN)
        self._writer.close()
        end = self._death.result() if self._death.done() else GONE
        return obituary(end, self.limits)

    async def _dies_within(self, seconds: float) -> bool:
        if not self._server.is_up:
            return True
        await asyncio.wait([self._death], timeout=seconds)
        return self._death.done()


KNOWN: Final = (READY, LOST, UNFIT, NOTE, ANSWER, LAST)
