"""Starts the programs of `programs.py` and talks with them."""

import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]


class Program:
    """A process that tells one line at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def rest(self) -> Sequence[str]:
        assert self._process.stdout is not None
        return self._process.stdout.read().splitlines()

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()

    def ended(self) -> int:
        return self._process.wait(timeout=60)


@contextmanager
def started(program: str, path: Path, *arguments: str) -> Generator[Program]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.sqlite.programs", program, path, *arguments],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield Program(process)
        finally:
            process.kill()
