"""The log in which every job that ran has left a record: the proof, and the clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.peers.common import RECORD

SHOWN: Final = 3


@dataclass(frozen=True)
class Ran:
    """One run of a job."""

    at: float
    sent: float
    number: int
    worker: int


class RunLog:
    """A file that handlers append to and that is emptied before each reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.empty()

    def empty(self) -> None:
        """Forgets what ran."""
        self.path.write_bytes(b"")

    def __len__(self) -> int:
        return self.path.stat().st_size // RECORD.size

    def read(self) -> list[Ran]:
        """Returns the records in the order in which they were written."""
        written = self.path.read_bytes()
        whole = len(written) // RECORD.size * RECORD.size
        return [Ran(*fields) for fields in RECORD.iter_unpack(written[:whole])]


def fault(runs: Sequence[Ran], jobs: int, workers: int = 1) -> str:
    """Says what is wrong where not each of so many jobs ran exactly once; else nothing."""
    times = Counter(run.number for run in runs)
    lost = [number for number in range(jobs) if number not in times]
    again = [number for number, often in times.items() if often > 1]
    unknown = [number for number in times if number >= jobs]
    seen = len({run.worker for run in runs})
    found = [
        f"{len(lost)} of {jobs} jobs did not run, as {lost[:SHOWN]}" if lost else "",
        f"{len(again)} jobs ran again, as {again[:SHOWN]}" if again else "",
        f"{len(unknown)} runs are of no such job" if unknown else "",
        f"{seen} of {workers} workers ran jobs: --scale is too small" if seen < workers else "",
    ]
    return "; ".join(filter(None, found))


def rate(runs: Sequence[Ran]) -> float:
    """Returns jobs per second, from the first record to the last.

    With several workers the clock starts at the first record of the one that came last.
    """
    firsts: dict[int, float] = {}
    for run in runs:
        firsts.setdefault(run.worker, run.at)
    start = max(firsts.values(), default=0.0)
    end = max((run.at for run in runs), default=0.0)
    return sum(run.at > start for run in runs) / (end - start) if end > start else 0.0
