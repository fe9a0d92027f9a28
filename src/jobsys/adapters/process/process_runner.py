"""Child processes forked by a server of the worker's own, kept warm."""

import asyncio
import socket
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from jobsys.adapters.process.child_link import DIES_WITHIN, ChildLink
from jobsys.adapters.process.other_loop import done_in
from jobsys.adapters.process.serving import Serving, not_missed
from jobsys.domain.errors import ConfigurationError
from jobsys.domain.process_limits import ProcessLimits
from jobsys.ports.process_runner import Answer, Errand, ProcessRunner


@dataclass(frozen=True, slots=True)
class ChildOptions:
    """How children are kept: at most `size` idle ones; `recycling` is for `Recycling`.

    `opener` names, as module:function, what makes a child's work of `address`; both travel to the
    server as they are. Where children are not wanted at once, the first errand has a server made.
    """

    size: int
    opener: str
    address: Callable[[], object]
    largest_answer: int
    recycle_after_jobs: int = 1000
    recycle_above: int | None = None
    at_once: Callable[[], bool] = lambda: True

    def for_the_server(self) -> Mapping[str, object]:
        """Returns what the server is told."""
        recycling = (self.recycle_after_jobs, self.recycle_above)
        return {"opener": self.opener, "address": self.address(), "recycling": recycling}


@dataclass(eq=False)
class Starting:
    """A child that is being made; `opening` ends when it can work, or says that it cannot."""

    child: ChildLink
    opening: "asyncio.Task[Answer | None]"


class ForkedProcessRunner(ProcessRunner):
    """Makes a child where none is idle that has the errand's limits; keeps it for the next one."""

    def __init__(self, options: ChildOptions) -> None:
        self._options = options
        self._numbers = count(1)
        self._serving = Serving(self._died, options.for_the_server)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._children: dict[int, ChildLink] = {}
        self._idle: defaultdict[ProcessLimits, list[ChildLink]] = defaultdict(list)
        self._unclaimed: defaultdict[ProcessLimits, list[Starting]] = defaultdict(list)
        self._endings: set[asyncio.Task[None]] = set()

    def check(self) -> None:
        if sys.platform != "linux":
            raise ConfigurationError(
                f'isolation = "process" needs Linux, and this is {sys.platform}: leave it out here'
            )

    @property
    def is_running(self) -> bool:
        return self._loop is not None

    async def start(self) -> None:
        if self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        if self._options.at_once():
            try:
                self.check()
                await self._serving.server()
            except BaseException:
                await self.stop()
                raise

    async def stop(self) -> None:
        if self._loop is None:
            return
        self._loop = None
        for child in self._children.copy().values():
            self._end(child)
        await asyncio.gather(*self._endings)
        await self._serving.stop()
        self._children.clear()
        self._idle.clear()
        self._unclaimed.clear()

    async def run(self, errand: Errand) -> bytes:
        loop = self._loop
        if loop is None:
            raise ConfigurationError("no lifecycle runs that child processes belong to")
        if asyncio.get_running_loop() is loop:
            return await self._run(errand)
        return await done_in(loop, self._run(errand), DIES_WITHIN)

    async def _run(self, errand: Errand) -> bytes:
        child, refusal = await self._child_for(errand.limits)
        if refusal is not None:
            self._end(child)
            return refusal.text
        try:
            answer = await child.do(errand)
        except asyncio.CancelledError:
            await asyncio.shield(self._end(child, errand))
            raise
        except BaseException:
            self._end(child)
            raise
        if answer.is_last or self._loop is None:
            self._end(child)
        else:
            self._idle[child.limits].append(child)
        return answer.text

    async def _child_for(self, limits: ProcessLimits) -> tuple[ChildLink, Answer | None]:
        """Returns an idle child, or makes one; a stop leaves one that is being made to the next."""
        while self._idle[limits]:
            child = self._idle[limits].pop()
            if child.is_alive:
                return child, None
            self._end(child)
        starting = self._unclaimed[limits].pop() if self._unclaimed[limits] else None
        starting = starting or await self._begun(limits)
        try:
            return starting.child, await asyncio.shield(starting.opening)
        except asyncio.CancelledError:
            self._unclaimed[limits].append(starting)
            starting.opening.add_done_callback(lambda _: self._shelve(starting))
            raise

    def _shelve(self, starting: Starting) -> None:
        """Keeps a child that has been made in vain for the next errand, if it can work."""
        child, opening = starting.child, starting.opening
        with suppress(ValueError):  # somebody waits for it again, or none are kept any more
            self._unclaimed[child.limits].remove(starting)
            if opening.cancelled() or opening.exception() or opening.result() is not None:
                self._end(child)
            elif child.is_alive:
                self._idle[child.limits].append(child)

    async def _begun(self, limits: ProcessLimits) -> Starting:
        self._make_room()
        server = await self._serving.server()
        ours, theirs = socket.socketpair()
        with theirs:
            streams = await asyncio.open_unix_connection(sock=ours)
            child = ChildLink(next(self._numbers), limits, server, streams)
            self._children[child.number] = child
            try:
                server.fork(child.number, limits.model_dump(mode="json"), theirs.fileno())
            except OSError as error:
                self._died(child.number, str(error))
        opening = asyncio.create_task(child.opened(self._options.largest_answer))
        opening.add_done_callback(not_missed)
        return Starting(child, opening)

    def _make_room(self) -> None:
        """Ends the child that has been idle for longest, where there are as many as there may be."""
        idle = [kept[0] for kept in self._idle.values() if kept]
        if idle and len(self._children) >= self._options.size:
            oldest = min(idle, key=lambda child: child.number)
            self._idle[oldest.limits].remove(oldest)
            self._end(oldest)

    def _died(self, number: int, end: int | str) -> None:
        child = self._children.pop(number, None)
        if child is not None:
            child.died(end)
            with suppress(ValueError):
                self._idle[child.limits].remove(child)

    def _end(self, child: ChildLink, errand: Errand | None = None) -> "asyncio.Task[None]":
        """Ends a child, whatever becomes of who asked for it."""
        ending = asyncio.create_task(child.end(errand))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        ending.add_done_callback(lambda _: self._children.pop(child.number, None))
        return ending
