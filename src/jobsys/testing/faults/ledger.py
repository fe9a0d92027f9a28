"""The truth about what happened: lines appended by those who did it, one write each."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """Something happened to a job in this process, at this moment of the host's clock.

    `token` is the lease's under which it happened, 0 where there was none.
    """

    what: str
    job: str
    token: int = 0
    pid: int = field(default_factory=os.getpid)
    at: float = field(default_factory=time.time)


class Ledger:
    """A file that processes append to; what is in it has happened, even if they are killed next."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def note(self, what: str, job: str, token: int = 0) -> None:
        """Appends one line."""
        # One call, so that lines do not mix; it begins a line, for a process that was killed may
        # have left half of one.
        os.write(self._file, f"\n{json.dumps(astuple(Entry(what, job, token)))}\n".encode())

    def entries(self) -> Sequence[Entry]:
        """Returns all whole lines, in the order in which they were written."""
        return list(_entries(self.path.read_text()))

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)


def open_runs(entries: Sequence[Entry], pid: int) -> Iterator[Entry]:
    """Yields the begins of this process that have no end."""
    ended = {(e.job, e.token) for e in entries if e.pid == pid and e.what == "end"}
    return (
        entry
        for entry in entries
        if entry.pid == pid and entry.what == "begin" and (entry.job, entry.token) not in ended
    )


def _entries(text: str) -> Iterator[Entry]:
    for line in text.splitlines():
        with suppress(ValueError, TypeError):  # half a line, of a process that was killed
            yield Entry(*json.loads(line))
