"""What every scenario plays on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from jobsys import BackgroundJobService, BaseJob, JobNotice, JobRecord
from jobsys.demo.evidence import Check, Notes, Role
from jobsys.demo.ledger import Entry, LedgerReader
from jobsys.demo.until import until
from jobsys.demo.work_folder import WorkFolder
from jobsys.demo.workers import Crew, WorkerProcess


@dataclass
class Stage:
    """The service, the workers, the folder, and what has been submitted so far and for what.

    `to_check` says how to look at what a job has done, once all have ended.
    """

    jobs: BackgroundJobService
    crew: Crew
    work: WorkFolder
    submitted: dict[str, Role] = field(default_factory=dict[str, Role])
    notes: Notes = field(default_factory=Notes)
    to_check: dict[str, Callable[[JobRecord], Check]] = field(
        default_factory=dict[str, Callable[[JobRecord], Check]]
    )

    def enrol(self, role: Role, job_ids: Iterable[str]) -> None:
        """Notes what submitted jobs are for."""
        self.submitted.update(dict.fromkeys(job_ids, role))

    async def hear(self, notice: JobNotice) -> None:
        """Notes that a job has been completed."""
        self.notes.heard.append(notice.job_id)

    async def submit(self, role: Role, job: BaseJob) -> str:
        """Submits one job, and returns its id."""
        job_id = await self.jobs.submit(job)
        self.enrol(role, [job_id])
        return job_id

    async def in_flight(self, role: Role, job: BaseJob) -> tuple[str, WorkerProcess]:
        """Submits a job; once it runs, returns its id and the process that has it."""
        job_id = await self.submit(role, job)
        ledger, begun = LedgerReader(self.work.ledger), list[Entry]()

        def has_begun() -> bool:
            begun.extend(entry for entry in ledger.new_entries() if entry.job_id == job_id)
            return bool(begun)

        await until(has_begun)
        return job_id, self.crew.member(begun[0].pid)
