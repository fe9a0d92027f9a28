"""A child's end of the line to its worker."""

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from typing import Final

from jobsys.adapters.process.frames import HEAD, LARGEST_NOTE, NEWS, NOTE, ORDER, frame
from jobsys.ports.process_runner import ParentLine

CHUNK: Final = 1 << 16


class Line(ParentLine):
    """Ends the process that says something where the worker is gone: nobody is left to work for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._heard = bytearray()
        self._is_closed = False

    @property
    def is_in_use(self) -> bool:
        """True while a message is under way, which must not be broken off."""
        return self._lock.locked()

    def close(self) -> None:
        """Leaves the line to the process of which this one is a fork: nothing is said or heard."""
        self._is_closed = True
        self._connection.close()

    def tell(self, note: bytes) -> None:
        if len(note) <= LARGEST_NOTE and not self._is_closed:
            self.send(NOTE, note)

    def send(self, kind: bytes, body: bytes) -> None:
        """Says something of a kind."""
        with self._lock:
            try:
                self._connection.sendall(frame(kind, body))
            except OSError:
                os._exit(0)

    def next_order(self) -> bytes:
        """Waits for the next order; news from before it are void.

        Raises:
            SystemExit: the worker has hung up.
        """
        while True:
            for kind, body in self._frames():
                if kind == ORDER:
                    return body
            if not self._hear(0):
                raise SystemExit(0)

    def news(self) -> Sequence[bytes]:
        if self._is_closed:
            return ()
        with self._lock:
            self._hear(socket.MSG_DONTWAIT)
            return [body for kind, body in self._frames() if kind == NEWS]

    def _hear(self, flags: int) -> bool:
        """Takes in what has come; False once nothing more will come."""
        try:
            heard = self._connection.recv(CHUNK, flags)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._heard += heard
        return bool(heard)

    def _frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Takes the messages that have come whole, one at a time."""
        while len(self._heard) >= HEAD.size:
            kind, length = HEAD.unpack_from(self._heard)
            end = HEAD.size + length
            if len(self._heard) < end:
                return
            body = bytes(self._heard[HEAD.size : end])
            del self._heard[:end]
            yield kind, body
