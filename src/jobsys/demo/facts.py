"""The evidence, with its ledger told as runs, and what is asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from jobsys import JobStatus
from jobsys.demo.evidence import Evidence, Process, Role, Tally
from jobsys.demo.ledger import Outcome
from jobsys.demo.runs import Run, Runs


@dataclass(frozen=True)
class Facts:
    """The evidence, and its ledger told as runs."""

    evidence: Evidence
    runs: Runs

    def ids(self, role: Role) -> Sequence[str]:
        """Returns the jobs that have a role."""
        return self._by_role.get(role, ())

    def runs_as(self, role: Role) -> Sequence[Run]:
        """Returns the runs of the jobs that have a role, in the order in which they began."""
        runs = [run for job_id in self.ids(role) for run in self.runs.of(job_id)]
        return sorted(runs, key=lambda run: run.begun_at)

    def ends_of(self, role: Role) -> Sequence[tuple[int, Outcome]]:
        """Returns the attempts that the jobs of a role made, and how each ended."""
        return [
            (run.attempt, run.outcome)
            for run in self.runs_as(role)
            if run.outcome is not None and not run.void
        ]

    def completed(self, role: Role, *, after_failures: int = 0) -> bool:
        """Says whether the store has every job of a role completed, after so many failures."""
        seen = [self.evidence.stored.get(job_id) for job_id in self.ids(role)]
        return bool(seen) and all(
            one and one.status is JobStatus.COMPLETED and one.attempts == after_failures
            for one in seen
        )

    def completed_once(self, role: Role) -> int:
        """Returns how many jobs of a role the store has completed, and the ledger once."""
        stored = self.evidence.stored
        return sum(
            job_id in stored
            and stored[job_id].status is JobStatus.COMPLETED
            and sum(
                run.outcome is Outcome.SUCCEEDED and not run.void for run in self.runs.of(job_id)
            )
            == 1
            for job_id in self.ids(role)
        )

    def errors_of(self, role: Role) -> Sequence[str]:
        """Returns the codes in the histories of the jobs that have a role."""
        found = (self.evidence.stored.get(job_id) for job_id in self.ids(role))
        return [code for seen in found if seen for code in seen.errors]

    def tally(self, pid: int) -> Tally:
        """Returns how many attempts completed and failed in a process."""
        runs = [
            run for job_id in self.runs.jobs() for run in self.runs.of(job_id) if run.pid == pid
        ]
        return Tally(
            sum(run.outcome is Outcome.SUCCEEDED for run in runs), sum(map(self._is_spent, runs))
        )

    def signalled(self, run: Run, name: str) -> Process | None:
        """Returns the process of a run, if it got this signal while the run went on."""
        for process in self.evidence.processes:
            if process.pid == run.pid and process.signal == name and process.asked_at is not None:
                ended_at = run.ended_at if run.ended_at is not None else process.asked_at
                return process if run.begun_at <= process.asked_at <= ended_at else None
        return None

    def next_run(self, run: Run) -> Run | None:
        """Returns the run of the same job that came after this one."""
        later = (other for other in self.runs.of(run.job_id) if other.begun_at > run.begun_at)
        return next(later, None)

    def _is_spent(self, run: Run) -> bool:
        """Says whether a run was an attempt that failed; one that was given back is none."""
        if run.outcome is not Outcome.STOPPED:
            return run.outcome is Outcome.FAILED
        later = self.next_run(run)
        return later is not None and later.attempt > run.attempt

    @cached_property
    def _by_role(self) -> dict[Role, list[str]]:
        found: dict[Role, list[str]] = {}
        for job_id, role in self.evidence.submitted.items():
            found.setdefault(role, []).append(job_id)
        return found
