"""The servers of peers that do not use Redis, each started for one run."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from tests.benchmarks.places import Place
from tests.benchmarks.processes import OUTPUT, kill, spawn
from tests.support.processes import free_port

STARTS_WITHIN: Final = 60.0
STOPS_WITHIN: Final = 20.0
OUT_OF_PATH: Final[Mapping[str, str]] = {
    "nats-server": "usr/sbin/nats-server",
    "postgres": "usr/lib/postgresql/*/bin/postgres",
}


def program(name: str) -> Path | None:
    """Returns where a program is."""
    found = shutil.which(name)
    return Path(found) if found else max(Path("/").glob(OUT_OF_PATH[name]), default=None)


class ServerPlace(Place):
    """A server that listens on a port of its own, until it is closed."""

    shared = True
    program: str
    ends_by = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jobsys-bench-server-"))
        self.port = free_port()
        binary = program(self.program)
        if binary is None:
            raise SystemExit(f"{self.program} is not installed")
        try:
            command = self.command(binary)
            self._process = spawn(command, os.environ, self.folder, self.user())
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        self._until_it_listens()

    def command(self, binary: Path) -> Sequence[str]:
        """Returns how the server is started."""
        raise NotImplementedError

    def user(self) -> str | None:
        """Returns whose process it shall be; ours, unless it refuses that."""
        return None

    @property
    def pids(self) -> Sequence[int]:
        return [self._process.pid]

    def reset(self) -> None:
        """Leaves it to the peer to prepare an empty queue."""

    def close(self) -> None:
        self._process.send_signal(self.ends_by)
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            kill(self._process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _until_it_listens(self) -> None:
        end = monotonic() + STARTS_WITHIN
        while not self._listens():
            if self._process.poll() is not None or monotonic() > end:
                output = (self.folder / OUTPUT).read_text(errors="replace")
                self.close()
                raise SystemExit(f"{self.program} does not start: {output[-800:]}")
            sleep(0.05)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


class NatsPlace(ServerPlace):
    """NATS with JetStream, which stores in files."""

    program = "nats-server"

    def command(self, binary: Path) -> Sequence[str]:
        self.url = f"nats://127.0.0.1:{self.port}"
        store = str(self.folder / "store")
        return [str(binary), "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", store]


class PostgresPlace(ServerPlace):
    """PostgreSQL, with its defaults."""

    program = "postgres"
    ends_by = signal.SIGINT  # closes the connections that are open

    def command(self, binary: Path) -> Sequence[str]:
        self.url = f"postgresql://bench@127.0.0.1:{self.port}/postgres"
        data, user = self.folder / "data", self.user()
        if user:
            os.chown(self.folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        made = subprocess.run(
            [binary.with_name("initdb"), "-D", data, "-U", "bench", "-A", "trust", "--no-sync"],
            cwd=self.folder, user=user, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise SystemExit(f"initdb: {made.stderr[-800:]}")
        listening = ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        return [str(binary), "-D", str(data), *listening]

    def user(self) -> str | None:
        """Returns Debian's user, as the server refuses root."""
        return "postgres" if os.geteuid() == 0 else None
