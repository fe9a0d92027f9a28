"""A worker's end of the line to its fork server."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from jobsys.domain.errors import ConfigurationError

BOOT: Final = """\
import json, os, socket, sys
given = json.loads(os.pread(int(sys.argv[2]), 1 << 24, 0))
sys.path[:] = given["path"]
from jobsys.adapters.process.fork_server import main
main(socket.socket(fileno=int(sys.argv[1])), given)
"""
LARGEST: Final = 1 << 16
ENDS_WITHIN: Final = 2.0
"""How many seconds a server may take to end once its worker has hung up."""

OnDeath = Callable[[int, int | str], None]


class ServerLink:
    """Starts a server, tells it what to do, and hears from it who has died: number and exit code.

    `on_death` is called with a text in the place of a code where a child could not be made.
    """

    def __init__(self, on_death: OnDeath) -> None:
        self._on_death = on_death
        self._control, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_up(self) -> bool:
        """True until the server is gone."""
        return self._control.fileno() >= 0

    async def start(self, given: Mapping[str, object]) -> None:
        """Returns once the server can fork.

        Raises:
            ConfigurationError: it cannot import the application.
        """
        said = {**given, "path": sys.path, "worker": os.getpid()}
        told = os.memfd_create("jobsys-children")
        descriptors = [self._theirs.fileno(), told]
        try:
            os.write(told, json.dumps(said).encode())
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-c", BOOT, *map(str, descriptors)),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=descriptors,
                start_new_session=True,
            )
        finally:
            self._theirs.close()
            os.close(told)
        self._control.setblocking(False)
        asyncio.get_running_loop().add_reader(self._control.fileno(), self._hear)
        await asyncio.shield(self._ready)

    def fork(self, number: int, limits: object, descriptor: int) -> None:
        """Asks for a child that is connected by this descriptor."""
        asked = json.dumps({"number": number, "limits": limits}).encode()
        socket.send_fds(self._control, [asked], [descriptor])

    def signal(self, number: int, which: int) -> None:
        """Sends a signal to a child that is alive; SIGKILL to its whole group."""
        with suppress(OSError):
            self._control.send(json.dumps({"number": number, "signal": which}).encode())

    async def give_up(self) -> None:
        """Ends a server that has not begun to work, at once."""
        self._theirs.close()
        self._hang_up()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """Hangs up, upon which the server kills what is left, and ends."""
        self._hang_up()
        if self._process is not None:
            try:
                async with asyncio.timeout(ENDS_WITHIN):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()  # its children die with it
                await self._process.wait()

    def _hear(self) -> None:
        while self.is_up:
            try:
                text = self._control.recv(LARGEST)
            except BlockingIOError:
                return
            except OSError:
                text = b""
            if text:
                self._take_in(json.loads(text))
            else:
                self._hang_up()

    def _take_in(self, told: Mapping[str, object]) -> None:
        number, code = told.get("number"), told.get("code")
        if isinstance(number, int):
            self._on_death(number, code if isinstance(code, int) else str(told.get("refused")))
        elif "unfit" in told:
            self._fail(f"child processes cannot import what runs jobs: {told['unfit']}")
        elif not self._ready.done():
            self._ready.set_result(None)

    def _hang_up(self) -> None:
        if self.is_up:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
        self._fail("the process that forks others has ended before it could begin")

    def _fail(self, why: str) -> None:
        if not self._ready.done():
            self._ready.set_exception(ConfigurationError(why))
            self._ready.exception()  # a start that was given up does not ask
