"""Runs many jobs through a file while somebody reads it: `./dev chaos growth`."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from jobsys.adapters.sqlite.backend import SqliteBackend
from jobsys.adapters.system.clock import SystemClock
from jobsys.domain.envelope import Header
from jobsys.domain.job_id import JobId
from jobsys.domain.lease import Lease
from jobsys.domain.payload import JobPayload
from jobsys.domain.status import Reason
from jobsys.domain.transition import Transition
from jobsys.ports.backend import BackendOptions
from jobsys.ports.job_queue import JobQueue
from jobsys.ports.submission import Submission
from jobsys.ports.turn import Claim, TurnTicket
from jobsys.testing.jobs import CRASH

QUEUE: Final = "growth"
BATCH: Final = 500
KEPT: Final = 1_000
LEASE: Final = timedelta(seconds=30)
PAYLOAD: Final = JobPayload(b'{"text":"%b"}' % (b"x" * 1_000))
RESULT: Final = b'"%b"' % (b"y" * 1_000)
ERROR: Final = CRASH.model_copy(update={"traceback": "z" * 8_000})
NO_TIME: Final = timedelta()
READS_FOR: Final = 1.0
LARGEST_LOG: Final = 64
LARGEST_FILE: Final = 32


@dataclass(frozen=True)
class Figures:
    """What a run showed; sizes are in megabytes."""

    backend: str
    jobs: int
    seconds: float
    most_log: float
    log_after: float
    most_file: float
    file_after: float

    @property
    def promised(self) -> bool:
        """True when the log was cut, and the file shrank to about what is kept."""
        return self.log_after <= LARGEST_LOG and self.file_after <= LARGEST_FILE


async def run_through(url: str, jobs: int) -> Figures:
    """Brings, claims and completes so many jobs in a file, while somebody reads it."""
    backend = SqliteBackend(BackendOptions(url, SystemClock(), keep_last=KEPT))
    file = Path(url.removeprefix("sqlite:///"))
    log, begun = file.with_name(f"{file.name}-wal"), time.monotonic()
    await backend.start()
    sizes = [(0.0, 0.0)]
    with _read(file):
        for number in range(1, jobs // BATCH + 1):
            await one_batch(backend.ports.queue, number)
            sizes.append((_megabytes(log), _megabytes(file)))
    for number in range(2):  # life goes on: the next writes cut what the reader had kept
        await one_batch(backend.ports.queue, jobs // BATCH + 1 + number)
    figures = Figures(
        backend="sqlite",
        jobs=jobs // BATCH * BATCH,
        seconds=round(time.monotonic() - begun, 1),
        most_log=max(log for log, _ in sizes),
        log_after=_megabytes(log),
        most_file=max(file for _, file in sizes),
        file_after=_megabytes(file),
    )
    await backend.stop()
    return figures


async def one_batch(queue: JobQueue, number: int) -> None:
    """Brings jobs, completes them, and lets some fail first, which are completed with the next."""
    ids = [JobId.of(QUEUE, f"{number}-{n}") for n in range(BATCH)]
    await queue.enqueue([Submission(one, Header(type="grow"), PAYLOAD) for one in ids])
    ticket, claim = TurnTicket("lane", 2 * number), [Claim(QUEUE, 2 * BATCH)]
    leases = (await queue.turn(ticket, [], claim, LEASE)).leases
    ended = [_end(lease) for lease in leases]
    await queue.turn(TurnTicket("lane", 2 * number + 1), ended, [], LEASE)
    await queue.tick([QUEUE], BATCH)


def _end(lease: Lease) -> Transition:
    fails = lease.record.id.key.endswith("7") and not lease.record.attempts
    return lease.failed(ERROR, NO_TIME, Reason.EXHAUSTED) if fails else lease.succeeded(RESULT)


@contextmanager
def _read(file: Path) -> Iterator[None]:
    """Reads the file all the while, one long snapshot after another."""
    ended = threading.Event()

    def look() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            while not ended.is_set():
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM jobs").fetchone()
                ended.wait(READS_FOR)
                reader.execute("COMMIT")
                ended.wait(READS_FOR / 10)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _megabytes(path: Path) -> float:
    return round(path.stat().st_size / 2**20, 1) if path.exists() else 0.0
