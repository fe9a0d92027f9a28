"""Worker processes that can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
STARTED_WITHIN: Final = 60.0


class Workers:
    """So many worker processes of one application, each replaced when it is killed."""

    def __init__(self, target: str, number: int, environment: Mapping[str, str], log: Path) -> None:
        self._command = [sys.executable, "-m", "jobsys", "worker", target]
        path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        self._environment = {**os.environ, **environment, "PYTHONPATH": path}
        self._log = log.open("ab")
        self.processes = [self._spawn() for _ in range(number)]

    def end(self, victim: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
        """Ends a worker with a signal and starts another in its place."""
        victim.send_signal(number)
        self.replace(victim)

    def replace(self, victim: "subprocess.Popen[bytes]") -> None:
        """Starts another in the place of a worker that ends."""
        victim.wait()
        self.processes[self.processes.index(victim)] = self._spawn()

    async def served(self, number: int) -> None:
        """Waits until so many have begun to serve, those counted that have ended since."""
        log = Path(self._log.name)
        async with asyncio.timeout(STARTED_WITHIN):
            while log.read_text().count(" serves ") < number:  # noqa: ASYNC110, ASYNC240 (a log of others)
                await asyncio.sleep(0.05)

    def exited(self) -> list[int]:
        """Returns the exit codes of workers that ended by themselves."""
        return [code for process in self.processes if (code := process.poll()) is not None]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self._command, env=self._environment, cwd=ROOT, stdout=self._log, stderr=self._log
        )
