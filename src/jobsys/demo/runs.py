"""What the ledger says, told as runs, and which runs a job may have."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from jobsys.demo.ledger import Entry, Outcome


@dataclass(slots=True)
class Run:
    """One run of one job in one process; without an outcome it never came to an end.

    It is `void` when its process was killed before its end had reached the store: then the job
    runs again, as if this run had not been.
    """

    job_id: str
    pid: int
    token: int
    attempt: int
    begun_at: float
    ended_at: float | None = None
    outcome: Outcome | None = None
    void: bool = False


Kills = Mapping[int, float]
"""When each killed process was killed."""


class Runs:
    """All runs in a ledger, by job, in the order in which they began."""

    def __init__(
        self, entries: Iterable[Entry], kills: Kills, lost_in: Callable[[str], Collection[int]]
    ) -> None:
        self._of: dict[str, list[Run]] = {}
        self.without_beginning: list[Entry] = []
        for entry in entries:
            self._take(entry)
        for job_id, runs in self._of.items():
            runs.sort(key=lambda run: run.begun_at)
            _void(runs, kills, lost_in(job_id))

    def of(self, job_id: str) -> Sequence[Run]:
        """Returns a job's runs."""
        return self._of.get(job_id, ())

    def jobs(self) -> AbstractSet[str]:
        """Returns every job that ever began."""
        return self._of.keys()

    def void(self) -> list[Run]:
        """Returns the runs that killed processes took with them."""
        return [run for runs in self._of.values() for run in runs if run.void]

    def _take(self, entry: Entry) -> None:
        runs = self._of.setdefault(entry.job_id, [])
        if entry.outcome is None:
            runs.append(Run(entry.job_id, entry.pid, entry.token, entry.attempt, entry.at))
            return
        for run in runs:
            if run.outcome is None and (run.pid, run.token) == (entry.pid, entry.token):
                run.ended_at, run.outcome = entry.at, entry.outcome
                return
        self.without_beginning.append(entry)


def _void(runs: Sequence[Run], kills: Kills, lost_in: Collection[int]) -> None:
    """Marks the runs that were lost with a killed process.

    These are the open ones, and the last one in that process where the store says that it lost a
    worker in this attempt: it had ended, and the store was never told.
    """
    last_in = {run.pid: run for run in runs if run.pid in kills}
    for run in last_in.values():
        run.void = run.outcome is None or run.attempt in lost_in


def faults_of(runs: Sequence[Run], kills: Kills) -> list[str]:
    """Says what a job's runs have that no job's may: an open end, or a run too many.

    Only a run that a kill interrupted may lack its end. A run may follow another that failed, was
    stopped, or was lost with its process, never one that succeeded or still goes on.
    """
    faults = [
        f"began in process {run.pid} and never ended, though nobody killed it"
        for run in runs
        if run.outcome is None and not run.void
    ]
    for earlier, later in pairwise(runs):
        ended_at = kills[earlier.pid] if earlier.void else earlier.ended_at
        if earlier.outcome is Outcome.SUCCEEDED and not earlier.void:
            faults.append(f"ran again in process {later.pid} after it had succeeded")
        elif ended_at is not None and later.begun_at < ended_at:
            faults.append(f"ran in processes {earlier.pid} and {later.pid} at once")
    return faults
