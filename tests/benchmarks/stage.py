"""Where everything of one run lives: the folder, the servers, the log of what ran."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from types import TracebackType
from typing import Final, Self, cast

from tests.benchmarks.contenders import Contender
from tests.benchmarks.places import FilledRedis, MemoryPlace, Place, RedisPlace, SqlitePlace
from tests.benchmarks.processes import OUTPUT, Process, ended, spawn
from tests.benchmarks.run_log import RunLog
from tests.benchmarks.servers import NatsPlace, PostgresPlace

PLACES: Final[Mapping[str, Callable[[Path], Place]]] = {
    "redis": lambda _folder: RedisPlace(),
    "filled redis": lambda _folder: FilledRedis(),
    "sqlite": SqlitePlace,
    "nats": lambda _folder: NatsPlace(),
    "postgres": lambda _folder: PostgresPlace(),
    "memory": lambda _folder: MemoryPlace(),
}
CLIENT_WITHIN: Final = 900.0
STALLED_AFTER: Final = 60.0
LOOKS_EVERY: Final = 0.004


class Failed(Exception):
    """A contender's process did not do what it was told; the message has its last words."""


class Stage:
    """The temporary home of a run; leaving it stops every server."""

    def __init__(self) -> None:
        self._exit = ExitStack()
        self.folder = Path(self._exit.enter_context(TemporaryDirectory(prefix="jobsys-bench-")))
        self.log = RunLog(self.folder / "log")
        self._places: dict[str, Place] = {}

    def place(self, name: str) -> Place:
        """Returns a place, made when it is asked for first."""
        if name not in self._places:
            self._places[name] = PLACES[name](self.folder)
        return self._places[name]

    def place_of(self, contender: Contender) -> Place:
        """Returns where a contender keeps its jobs."""
        return self.place(contender.engine.place or contender.place)

    def redis(self, contender: Contender) -> RedisPlace | None:
        """Returns the Redis of a contender that uses one."""
        place = self.place_of(contender)
        return place if isinstance(place, RedisPlace) else None

    def reset(self, contender: Contender) -> None:
        """Empties the contender's place and the log."""
        self.place_of(contender).reset()
        self.log.empty()
        (self.folder / OUTPUT).unlink(missing_ok=True)
        if contender.engine.prepares:
            self.client(contender, "prepare")

    def client(self, contender: Contender, verb: str, *arguments: object) -> dict[str, float]:
        """Has a process queue jobs, and returns what it tells.

        Raises: Failed.
        """
        command = [*contender.engine.client, verb, *map(str, arguments)]
        try:
            done = subprocess.run(
                command, env=self.environment(contender), cwd=self.folder,
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                timeout=CLIENT_WITHIN,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise Failed(f"{' '.join(command)}: not done in {CLIENT_WITHIN:g} s") from late
        if done.returncode:
            raise Failed(f"{' '.join(command)}: {done.stderr.strip()[-800:]}")
        return _told(done.stdout)

    def told(self) -> dict[str, float]:
        """Returns what a process that works alone has told."""
        return _told(self._output())

    @contextmanager
    def workers(self, contender: Contender, *alone: object) -> Iterator[list[Process]]:
        """Runs the contender's workers; in memory, one process that obeys `alone` does it all."""
        shared = self.place_of(contender).shared
        command = contender.engine.worker
        if not shared:
            command = (*contender.engine.client, "alone", *map(str, alone))
        with ended(processes := []):
            for number in range(1, contender.workers + 1):
                environment = self.environment(contender, number)
                processes.append(spawn(command, environment, self.folder))
            yield processes

    def environment(self, contender: Contender, worker: int = 0) -> dict[str, str]:
        """Returns what a contender's process finds in its environment."""
        return {
            **os.environ,
            "BENCH_URL": self.place_of(contender).url,
            "BENCH_LOG": str(self.log.path),
            "BENCH_KIND": contender.kind,
            "BENCH_OPTIONS": contender.own_options,
            "BENCH_WORKER": str(worker),
            **contender.engine.environment,
            **contender.settings,
        }

    def until_ran(self, number: int, processes: Sequence[Process]) -> None:
        """Returns once so many jobs have run; raises Failed when no other runs any more."""
        last, since = -1, monotonic()
        while (ran := len(self.log)) < number:
            if ran != last:
                last, since = ran, monotonic()
            dead = [process for process in processes if process.poll() is not None]
            if dead or monotonic() - since > STALLED_AFTER:
                what = "a worker ended" if dead else "nothing more ran"
                raise Failed(f"{what} after {ran} of {number} jobs: {self._output()[-800:]}")
            sleep(LOOKS_EVERY)

    def _output(self) -> str:
        output = self.folder / OUTPUT
        return output.read_text(errors="replace") if output.exists() else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for place in self._places.values():
            place.close()
        self._exit.close()


def _told(output: str) -> dict[str, float]:
    lines = [line for line in output.splitlines() if line.startswith("{")]
    return cast("dict[str, float]", json.loads(lines[-1])) if lines else {}
