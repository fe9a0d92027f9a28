"""The process that makes children: it knows the application, has one thread, and does little else.

A fork of it is ready within milliseconds, and knows what the application imports. It reaps what it
has forked, so that it never kills the wrong process; and it ends with the worker, for which it
holds the other end of a socket, as do all its children with it.
"""

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from select import POLLIN, poll
from traceback import print_exc
from types import FrameType
from typing import Final, NoReturn, cast

from jobsys.adapters.process import kernel
from jobsys.adapters.process.child import Child, Recycling, flush
from jobsys.adapters.process.frames import LOST, frame
from jobsys.domain.process_limits import ProcessLimits
from jobsys.ports.process_runner import ChildWork

LARGEST: Final = 1 << 16
DEAF_TO: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What the server ignores: the worker decides when it ends."""
ALONE: Final = "alone"
"""Said to a server that must leave importing the application to its children."""

OpenWork = Callable[[object], ChildWork]


class ForkServer:
    """Forks, kills and reaps, as it is told; says who has died, and of what."""

    def __init__(self, control: socket.socket, given: Mapping[str, object]) -> None:
        self._control = control
        self._given = given
        self._work: ChildWork | None = None
        self._children: dict[int, int] = {}
        """The children's numbers by their process ids, which nobody else can have meanwhile."""

    def open_work(self) -> ChildWork:
        """Returns what children do, with the application imported."""
        module, _, name = str(self._given["opener"]).partition(":")
        opener: OpenWork = getattr(import_module(module), name)
        return opener(self._given["address"])

    def preload(self) -> None:
        """Imports the application, so that no child has to.

        One whose import begins threads begins them in each child instead: none survives a fork.
        """
        self._work = self.open_work()
        if kernel.has_threads():
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:], ALONE])  # noqa: S606 (no shell is wanted)
        gc.collect()
        gc.freeze()

    def serve(self) -> None:
        """Works until the worker closes its end; then no child is left."""
        reader, writer = socket.socketpair()
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _heard)
        self._say({"ready": True})
        ready = poll()
        for one in (self._control, reader):
            ready.register(one, POLLIN)
        while True:
            for descriptor, _ in ready.poll():
                if descriptor == reader.fileno():
                    reader.recv(LARGEST)
                    self._reap()
                elif not self._obey():
                    self._kill_all()
                    return

    def _obey(self) -> bool:
        """Does what the worker asks; False when it is gone."""
        try:
            text, descriptors, _, _ = socket.recv_fds(self._control, LARGEST, 1)
        except OSError:
            return False
        if not text:
            return False
        asked = json.loads(text)
        if descriptors:
            os.set_inheritable(descriptors[0], False)
            self._fork(asked["number"], asked["limits"], descriptors[0])
        else:
            self._signal(asked["number"], asked["signal"])
        return True

    def _fork(self, number: int, limits: object, descriptor: int) -> None:
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(descriptor)
            self._say({"number": number, "refused": str(error)})
            return
        if pid == 0:
            self._live(parent, limits, descriptor)
        os.close(descriptor)
        with suppress(OSError):  # whoever comes first, it or its child
            os.setpgid(pid, pid)
        self._children[pid] = number

    def _live(self, parent: int, limits: object, descriptor: int) -> NoReturn:
        """Is the child."""
        code = 1
        try:
            kernel.die_with(parent)
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for which in (signal.SIGCHLD, *DEAF_TO):
                signal.signal(which, signal.SIG_DFL)
            self._control.close()
            self._work_on(socket.socket(fileno=descriptor), ProcessLimits.model_validate(limits))
            code = 0
        except SystemExit:  # the worker has hung up
            code = 0
        except BaseException:  # noqa: BLE001 (nobody is above who could take it)
            print_exc()
        finally:
            flush()
            os._exit(code)

    def _work_on(self, connection: socket.socket, limits: ProcessLimits) -> None:
        try:
            work = self._work or self.open_work()
        except Exception as error:  # noqa: BLE001 (the worker shall learn what it is)
            connection.sendall(frame(LOST, _told(error)))
            return
        kernel.apply(limits)  # from here on: what the application is made of needs no less
        recycling = Recycling(*cast("tuple[int, int | None]", self._given["recycling"]))
        Child(connection, work, limits, recycling).live()

    def _signal(self, number: int, which: int) -> None:
        for pid, known in self._children.items():
            if known == number:
                if which == signal.SIGKILL:
                    kernel.kill(pid)
                else:
                    os.kill(pid, which)

    def _reap(self) -> None:
        for pid in list(self._children):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None:
                self._bury(pid)

    def _bury(self, pid: int) -> None:
        """Ends what a dead child has left in its group, while its process id is still its own."""
        kernel.kill(pid)
        _, status = os.waitpid(pid, 0)
        self._say({"number": self._children.pop(pid), "code": os.waitstatus_to_exitcode(status)})

    def _kill_all(self) -> None:
        for pid in list(self._children):
            self._bury(pid)

    def _say(self, what: Mapping[str, object]) -> None:
        with suppress(OSError):  # the worker is gone
            self._control.send(json.dumps(what).encode())


def _told(error: Exception) -> bytes:
    return f"{type(error).__name__}: {error}"[:2000].encode(errors="replace")


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Does nothing: the signal has woken the server by a byte on its socket."""


def main(control: socket.socket, given: Mapping[str, object]) -> None:
    """Is the server, for the worker at the other end of `control`."""
    for number in DEAF_TO:
        signal.signal(number, signal.SIG_IGN)
    control.set_inheritable(False)
    server = ForkServer(control, given)
    kernel.die_with(cast("int", given["worker"]))  # importing may take for ever
    try:
        if sys.argv[-1] != ALONE:
            control.set_inheritable(True)
            server.preload()
            control.set_inheritable(False)
    except Exception as error:  # noqa: BLE001 (the worker shall learn what it is)
        control.send(json.dumps({"unfit": _told(error).decode()}).encode())
        return
    kernel.live_on()
    server.serve()
