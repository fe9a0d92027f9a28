"""The verdict: what was submitted, held against what the store and the ledger say.

Nothing here reads a file, asks a backend or counts while jobs run: the same evidence always gets
the same verdict.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jobsys import JobStatus
from jobsys.demo.evidence import Evidence, Finding, Role
from jobsys.demo.facts import Facts
from jobsys.demo.ledger import Outcome
from jobsys.demo.row import Row
from jobsys.demo.rows import rows_of
from jobsys.demo.runs import Run, Runs, faults_of

CHECKED: Final = (Role.FILE, Role.THUMBNAIL, Role.EMAIL, Role.DRY_RUN, Role.CLEANUP)
EXCUSED: Final = (Finding.CHANGED, Finding.VANISHED, Finding.REFUSED)


@dataclass(frozen=True)
class Verdict:
    """The table of scenarios, the sum of all jobs, and every mismatch there is."""

    rows: Sequence[Row]
    totals: Mapping[str, int]
    mismatches: Sequence[str]

    @property
    def is_success(self) -> bool:
        """True when everything came out as it was promised."""
        return not self.mismatches and all(row.ok for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 for success, 1 for any mismatch."""
        return 0 if self.is_success else 1


def verdict_on(evidence: Evidence) -> Verdict:
    """Returns the verdict on a demo."""
    kills = evidence.kills()
    runs = Runs(evidence.ledger, kills, evidence.lost_in)
    mismatches = [*evidence.troubles]
    mismatches += [
        f"{role} job {job_id} {fault}"
        for job_id, role in evidence.submitted.items()
        for fault in _faults(evidence, job_id, runs.of(job_id))
    ]
    mismatches += _strangers(evidence, runs)
    return Verdict(rows_of(Facts(evidence, runs)), _totals(evidence, runs), mismatches)


def _faults(evidence: Evidence, job_id: str, runs: Sequence[Run]) -> list[str]:
    """Says what is wrong with one submitted job."""
    faults = faults_of(runs, evidence.kills())
    if (loss := _loss(evidence, job_id, runs)) is not None:
        return [f"is lost: {loss}", *faults]
    role, status = evidence.submitted[job_id], evidence.stored[job_id].status
    check = evidence.checks.get(job_id)
    if role in CHECKED and check is None:
        faults.append("was not checked")
    if check is not None and check.finding is Finding.WRONG:
        faults.append(f"has a wrong output: {check.detail}")
    elif status is not _promised(role) and not (check and check.finding in EXCUSED):
        faults.append(f"is {status}, not {_promised(role)}")
    elif status is not JobStatus.COMPLETED and _succeeded(runs):
        faults.append(f"succeeded in the ledger, and is {status} in the store")
    return faults


def _loss(evidence: Evidence, job_id: str, runs: Sequence[Run]) -> str | None:
    """Says how a job was lost; None for one that was not."""
    seen = evidence.stored.get(job_id)
    if seen is None:
        return "the store does not have it"
    if not seen.status.is_final:
        return f"it never came to an end, and is still {seen.status}"
    if seen.status is JobStatus.COMPLETED and not _succeeded(runs):
        return "it is completed in the store, and no run of it succeeded in the ledger"
    return None


def _promised(role: Role) -> JobStatus:
    return JobStatus.CANCELLED if role is Role.CANCELLED else JobStatus.COMPLETED


def _succeeded(runs: Sequence[Run]) -> bool:
    return any(run.outcome is Outcome.SUCCEEDED and not run.void for run in runs)


def _strangers(evidence: Evidence, runs: Runs) -> Iterator[str]:
    """Names what is in the store or the ledger and should not be, and who ended badly."""
    for job_id in evidence.stored.keys() - evidence.submitted.keys():
        yield f"job {job_id} is in the store, and nobody submitted it"
    for job_id in runs.jobs() - evidence.submitted.keys():
        yield f"job {job_id} ran, and nobody submitted it"
    for entry in runs.without_beginning:
        yield f"job {entry.job_id} ended in process {entry.pid}, and had not begun there"
    for process in evidence.processes:
        if process.exit_code != 0 and process.pid not in evidence.kills():
            yield f"process {process.pid} ended with {process.exit_code}"


def _totals(evidence: Evidence, runs: Runs) -> Mapping[str, int]:
    lost_with_process = {run.job_id for run in runs.void()}
    statuses = Counter(seen.status for seen in evidence.stored.values())
    return {
        "jobs": len(evidence.submitted),
        "completed": statuses[JobStatus.COMPLETED],
        "cancelled": statuses[JobStatus.CANCELLED],
        "failed": statuses[JobStatus.FAILED],
        "run twice": sum(len(runs.of(job_id)) > 1 for job_id in lost_with_process),
        "lost": sum(
            _loss(evidence, job_id, runs.of(job_id)) is not None for job_id in evidence.submitted
        ),
    }
