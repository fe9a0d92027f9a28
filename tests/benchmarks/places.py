"""Where jobs are kept while they are measured."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from redis import Redis

from tests.support.processes import free_port
from tests.support.redis_choice import NoRedisFoundError, choose_redis
from tests.support.redis_server import RedisServer


class Place(Protocol):
    """An empty backend of this run's own, until it is closed."""

    url: str
    shared: bool
    """Whether another process can queue what a worker runs."""

    @property
    @abstractmethod
    def pids(self) -> Sequence[int]:
        """The server's process, if there is one."""

    @abstractmethod
    def reset(self) -> None:
        """Forgets everything."""

    @abstractmethod
    def close(self) -> None:
        """Stops the server and removes its data."""


class RedisPlace(Place):
    """A Redis server on a port of its own, with nothing on disk."""

    shared = True

    def __init__(self) -> None:
        port = free_port()
        self.server = RedisServer(_redis_binary(), port=port).start()
        self.url = f"redis://127.0.0.1:{port}/0"
        self._client = Redis.from_url(self.url)

    @property
    def pids(self) -> Sequence[int]:
        return [self.server.pid]

    @property
    def version(self) -> str:
        """What the server says of itself."""
        return str(self._info("server")["redis_version"])

    @property
    def memory(self) -> int:
        """The bytes that the data takes."""
        return int(self._info("memory")["used_memory"])

    @property
    def commands(self) -> int:
        """How many commands were carried out, those in scripts and those that waited counted as well."""
        stats = cast("dict[str, dict[str, int]]", self._client.info("commandstats"))
        return sum(one["calls"] for one in stats.values())

    def reset(self) -> None:
        self._client.flushall()

    def close(self) -> None:
        self._client.close()
        self.server.close()

    def _info(self, section: str) -> dict[str, str]:
        return cast("dict[str, str]", self._client.info(section))


class FilledRedis(RedisPlace):
    """A Redis server that is filled once, and keeps what it was filled with."""

    filled = False

    def reset(self) -> None:
        """Leaves everything where it is."""


class SqlitePlace(Place):
    """A file."""

    shared = True
    pids = ()

    def __init__(self, folder: Path) -> None:
        self._file = folder / "jobs.db"
        self.url = f"sqlite:///{self._file}"

    def reset(self) -> None:
        for file in self._file.parent.glob(f"{self._file.name}*"):
            file.unlink()

    def close(self) -> None:
        self.reset()


class MemoryPlace(Place):
    """Each process has its own."""

    url = "memory://"
    shared = False
    pids = ()

    def reset(self) -> None:
        """Has nothing to forget."""

    def close(self) -> None:
        """Has nothing to end."""


def _redis_binary() -> Path:
    try:
        binary = choose_redis("auto").binary
    except NoRedisFoundError as error:
        raise SystemExit(str(error)) from error
    if binary is None:
        raise SystemExit("the benchmark starts its own Redis: unset JOBSYS_TEST_REDIS_URL")
    return binary
