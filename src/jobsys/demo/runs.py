"""What the ledger says, told as runs, and which runs a job may have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jobsys.demo.ledger import Entry, Outcome


@dataclass(slots=True)
class Run:
    """One run of one job in one process; without an outcome it never came to an end."""

    job_id: str
    pid: int
    token: int
    attempt: int
    begun_at: float
    ended_at: float | None = None
    outcome: Outcome | None = None


Kills = Mapping[int, float]
"""When each killed process was killed."""


class Runs:
    """All runs in a ledger, by job, in the order in which they began."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._of: dict[str, list[Run]] = {}
        self.without_beginning: list[Entry] = []
        for entry in entries:
            self._take(entry)
        for runs in self._of.values():
            runs.sort(key=lambda run: run.begun_at)

    def of(self, job_id: str) -> Sequence[Run]:
        """Returns a job's runs."""
        return self._of.get(job_id, ())

    def jobs(self) -> Iterable[str]:
        """Returns every job that ever began."""
        return self._of

    def interrupted(self, kills: Kills) -> list[Run]:
        """Returns the runs that killed processes had begun and not ended."""
        return [
            run
            for runs in self._of.values()
            for run in runs
            if run.outcome is None and run.pid in kills
        ]

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


def faults_of(runs: Sequence[Run], kills: Kills) -> list[str]:
    """Says what a job's runs have that no job's may: an open end, or a run too many.

    Only a run that a kill interrupted may lack its end. A run may follow another that failed, was
    stopped, or was interrupted, never one that succeeded or still goes on.
    """
    faults = [
        f"began in process {run.pid} and never ended, though nobody killed that process"
        for run in runs
        if run.outcome is None and run.pid not in kills
    ]
    for earlier, later in pairwise(runs):
        end = kills.get(earlier.pid) if earlier.ended_at is None else earlier.ended_at
        if earlier.outcome is Outcome.SUCCEEDED:
            faults.append(f"ran again in process {later.pid} after it had succeeded")
        elif end is not None and later.begun_at < end:
            faults.append(f"ran in processes {earlier.pid} and {later.pid} at once")
    return faults
