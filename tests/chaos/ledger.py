"""The truth about what ran: lines appended by the handlers themselves, one write each."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A handler began or ended a job, in this process, at this moment of the host's clock."""

    what: str
    job: str
    pid: int
    at: float


class Ledger:
    """A file that processes append to; what is in it has happened, even if they are killed next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, what: str, job: str) -> None:
        """Appends one line."""
        line = json.dumps([what, job, os.getpid(), time.time()])
        os.write(self._file, f"{line}\n".encode())

    def entries(self) -> Sequence[Entry]:
        """Returns all lines, in the order in which they were written."""
        return [Entry(*json.loads(line)) for line in self._path.read_text().splitlines()]


def open_runs(entries: Sequence[Entry], pid: int) -> Iterator[Entry]:
    """Yields the begins of this process that have no end."""
    ended = {entry.job for entry in entries if entry.pid == pid and entry.what == "end"}
    return (e for e in entries if e.pid == pid and e.what == "begin" and e.job not in ended)
