"""The ledger: what ran, written by whoever ran it, line by line, and never changed."""

import asyncio
import json
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from jobsys import JobContext


class Outcome(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a run began, or, where it has an outcome, ended.

    `at` is in seconds of the system's monotonic clock, which its processes share.
    """

    job_id: str
    pid: int
    token: int
    attempt: int
    at: float
    outcome: Outcome | None = None


class Ledger:
    """A file to which many processes append."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)

    @contextmanager
    def run_of(self, context: JobContext) -> Generator[None]:
        """Writes down that a run begins, and, when the block is left, how it ended."""
        self._write(context, None)
        try:
            yield
        except asyncio.CancelledError:
            self._write(context, Outcome.STOPPED)
            raise
        except BaseException:
            self._write(context, Outcome.FAILED)
            raise
        self._write(context, Outcome.SUCCEEDED)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    def _write(self, context: JobContext, outcome: Outcome | None) -> None:
        entry = Entry(
            context.job_id,
            os.getpid(),
            context.fencing_token,
            context.attempt,
            time.monotonic(),
            outcome,
        )
        # One call, so that lines do not mix; it opens a line, for a killed process may have left
        # half of one.
        os.write(self._file, f"\n{json.dumps(asdict(entry))}\n".encode())


class LedgerReader:
    """Reads on in a ledger that is being written."""

    def __init__(self, path: Path, *, from_now: bool = False) -> None:
        self._path = path
        self._offset = path.stat().st_size if from_now else 0

    def new_entries(self) -> Iterator[Entry]:
        """Yields the whole lines that have come since the last call; a torn one is passed over."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._offset += len(line)
                if (entry := entry_of(line)) is not None:
                    yield entry


def entry_of(line: bytes) -> Entry | None:
    """Returns the entry that a line holds; None where it holds none.

    >>> entry_of(b'{"job_id": "a:1", "pid":') is None
    True
    """
    try:
        fields = json.loads(line)
        ended = fields["outcome"]
        return Entry(
            str(fields["job_id"]),
            int(fields["pid"]),
            int(fields["token"]),
            int(fields["attempt"]),
            float(fields["at"]),
            None if ended is None else Outcome(ended),
        )
    except (ValueError, KeyError, TypeError):
        return None
