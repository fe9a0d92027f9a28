"""A proxy in front of any server that speaks TCP, which does to it what networks do."""

import asyncio
import random
from datetime import timedelta
from types import TracebackType
from typing import Self

from jobsys.testing.faults.conditions import Conditions, Framing, as_it_comes
from jobsys.testing.faults.rules import Rule, untouched
from jobsys.testing.faults.wire import Target, Wire, connected

NO_TIME = timedelta()


class TcpProxy:
    """Listens at a free port of this host while it is entered, and changes nothing until told to.

    `framing` says where messages end, so that rules see each of them; `resp.resp` does for Redis.
    """

    def __init__(
        self, target: Target, framing: Framing = as_it_comes, draw: random.Random | None = None
    ) -> None:
        self.target = target
        self.port = 0
        self._conditions = Conditions(framing, draw or random.Random())  # noqa: S311 (no secret)
        self._conditions.audible.set()
        self._listener: asyncio.Server | None = None
        self._wires: set[Wire] = set()

    @property
    def requests(self) -> int:
        """How many requests have come since the rule was set."""
        return self._conditions.requests

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return len(self._wires)

    def obey(self, rule: Rule) -> None:
        """Asks this rule about every message from now on; counts requests from 1 again."""
        self._conditions.rule, self._conditions.requests = rule, 0

    def delay(self, mean: timedelta, spread: timedelta = NO_TIME) -> None:
        """Keeps each reply back for a time drawn from the mean plus or minus the spread."""
        self._conditions.delay = mean.total_seconds(), spread.total_seconds()

    def fall_silent(self) -> None:
        """Swallows what either side says, and their ends: half-open connections, until `heal`."""
        self._conditions.audible.clear()

    def reset(self) -> None:
        """Resets every connection that is open now."""
        for wire in self._wires:
            wire.reset()

    async def refuse(self) -> None:
        """Accepts no connection any more, until `heal`; open ones stay."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    async def heal(self) -> None:
        """Ends whatever was ordered; connections that have lost something are reset."""
        self.obey(untouched)
        self.delay(NO_TIME)
        self._conditions.audible.set()
        for wire in self._wires:
            if wire.deaf:
                wire.reset()
        await self._listen()

    def flip(self, target: Target) -> None:
        """Leads to another server from now on; every connection to the former one is reset."""
        self.target = target
        self.reset()

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.refuse()
        self._conditions.audible.set()
        self.reset()
        await asyncio.gather(*(wire.ended.wait() for wire in self._wires))

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server = await connected(self.target)
        except OSError:  # as a host without such a server does
            writer.transport.abort()
            return
        wire = Wire((reader, writer), server, self._conditions)
        self._wires.add(wire)
        try:
            await wire.carry()
        finally:
            self._wires.discard(wire)
