"""Runs the programs below `examples` as a reader would, in a folder of the test's own."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.documents import ROOT

SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = {"jobsys": (sys.executable, "-m", "jobsys"), "python": (sys.executable,)}


def commands(document: str) -> list[list[str]]:
    """Returns the words of each line of a document's shell blocks, without comments."""
    blocks: list[str] = SHELL_BLOCK.findall((ROOT / document).read_text())
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


class Shell:
    """Where commands run: any folder, with the repository's root on the path."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}

    def run(self, *words: str) -> str:
        """Returns what a command prints; fails when it fails."""
        done = subprocess.run(
            [*PROGRAMS[words[0]], *words[1:]],
            cwd=self._folder, env=self._environment, text=True, check=False, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, *words: str, stdout: int | None = None) -> Generator["subprocess.Popen[str]"]:
        """Lets a command run meanwhile, and kills it where it has not been ended."""
        with subprocess.Popen(
            [*PROGRAMS[words[0]], *words[1:]],
            cwd=self._folder, env=self._environment, text=True, stdout=stdout,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()


def in_place_of(changes: Mapping[str, str], words: list[str]) -> list[str]:
    """Returns the words of a command with some of them changed; each of these must be there."""
    assert changes.keys() <= set(words)
    return [changes.get(word, word) for word in words]
