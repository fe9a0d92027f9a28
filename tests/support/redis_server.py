"""A real Redis server of one's own, on a unix socket, for as long as a test needs it."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

STARTS_WITHIN = 10.0
STOPS_WITHIN = 10.0
EVERYSEC = ("--appendfsync", "everysec")
"""What an appending server may lose of what it answered: a second, if its host loses power."""


class RedisServer:
    """One redis-server process with a data directory that outlives it, until `close`.

    It listens on a unix socket, and on 127.0.0.1 when it is given a port. `appendonly` makes it
    keep its data across `stop`, `kill` and `restart`; without it, every start is empty.
    """

    def __init__(
        self,
        binary: Path,
        *,
        appendonly: bool = False,
        port: int = 0,
        options: tuple[str, ...] = (),
    ) -> None:
        self.binary = binary
        self.directory = Path(tempfile.mkdtemp(prefix="jobsys-redis-"))
        self.socket = self.directory / "redis.sock"
        self._arguments = [
            *("--port", str(port), "--bind", "127.0.0.1"),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.directory), "--logfile", str(self.log)),
            *("--save", "", "--appendonly", "yes" if appendonly else "no"),
            *("--appendfsync", "always", "--enable-debug-command", "local"),
            *options,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def log(self) -> Path:
        return self.directory / "redis.log"

    @property
    def appended(self) -> Path:
        """The file that an appending server appends to."""
        return max(self.directory.rglob("*.aof"), key=lambda path: path.stat().st_size)

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("this Redis is not running")
        return self._process.pid

    def start(self) -> Self:
        """Starts the server and returns when it answers; RuntimeError with its log when not."""
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [str(self.binary), *self._arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.binary} does not start:\n{self._last_words()}")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Ends the server as an operator would (SIGTERM)."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the server as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Starts the server again on the same data, killed first if it still runs."""
        self.kill()
        self.start()

    def close(self) -> None:
        """Kills the server and removes its data."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def answers(self) -> bool:
        """Tells whether the server says PONG: it is up, and has loaded its data."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(by)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _last_words(self) -> str:
        if not self.log.exists():
            return "(it left no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
