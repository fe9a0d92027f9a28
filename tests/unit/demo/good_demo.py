"""The evidence of a small demo in which everything came out as promised."""

from collections import Counter
from dataclasses import dataclass, field

from jobsys import JobStatus
from jobsys.demo.evidence import (
    EQUAL,
    Check,
    Evidence,
    Metrics,
    Notes,
    Process,
    Role,
    Seen,
    Tally,
)
from jobsys.demo.ledger import Entry, Outcome

KILLED, DRAINED, RELEASED, LAST = 100, 101, 102, 103
KILLED_AT, DRAINED_AT, RELEASED_AT = 5.0, 7.0, 9.0


@dataclass
class Demo:
    """What a test changes before it asks for the verdict."""

    submitted: dict[str, Role] = field(default_factory=dict)
    stored: dict[str, Seen] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    dead_letters: int = 1
    notes: Notes = field(default_factory=Notes)
    metrics: Metrics | None = None
    troubles: list[str] = field(default_factory=list)

    def add(self, role: Role, job_id: str, seen: Seen | None = None) -> None:
        self.submitted[job_id] = role
        self.stored[job_id] = seen or Seen(JobStatus.COMPLETED)

    def begin(self, job_id: str, pid: int, at: float, *, token: int = 1, attempt: int = 1) -> None:
        self.ledger.append(Entry(job_id, pid, token, attempt, at))

    def run(
        self,
        job_id: str,
        pid: int,
        at: float,
        *,
        token: int = 1,
        attempt: int = 1,
        takes: float = 0.1,
        outcome: Outcome = Outcome.SUCCEEDED,
    ) -> None:
        self.begin(job_id, pid, at, token=token, attempt=attempt)
        self.ledger.append(Entry(job_id, pid, token, attempt, at + takes, outcome))

    def forget_runs(self, job_id: str) -> None:
        self.ledger = [entry for entry in self.ledger if entry.job_id != job_id]

    def counted(self) -> Metrics:
        """What the metrics would be, if they had counted all that is in here."""
        submitted = [role for role in self.submitted.values() if role is not Role.TICK]
        alive = [process.pid for process in self.processes if process.pid != KILLED]
        return Metrics(
            len(submitted),
            {pid: self._tally(pid) for pid in alive},
            Counter(seen.status for seen in self.stored.values()),
        )

    def _tally(self, pid: int) -> Tally:
        ends = [entry for entry in self.ledger if entry.pid == pid]
        stopped = [entry for entry in ends if entry.outcome is Outcome.STOPPED]
        last_attempts = {entry.job_id: entry.attempt for entry in self.ledger}
        spent = [entry for entry in stopped if entry.attempt < last_attempts[entry.job_id]]
        failed = [entry for entry in ends if entry.outcome is Outcome.FAILED]
        succeeded = [entry for entry in ends if entry.outcome is Outcome.SUCCEEDED]
        return Tally(len(succeeded), len(failed) + len(spent))

    def evidence(self) -> Evidence:
        return Evidence(
            self.submitted,
            self.stored,
            self.ledger,
            self.checks,
            self.processes,
            self.dead_letters,
            self.notes,
            self.metrics or self.counted(),
            self.troubles,
        )


def good_demo() -> Demo:
    demo = Demo()
    demo.processes = [
        Process(KILLED, "SIGKILL", KILLED_AT, -9),
        Process(DRAINED, "SIGTERM", DRAINED_AT, 0),
        Process(RELEASED, "SIGTERM", RELEASED_AT, 0),
        Process(LAST, "SIGTERM", 30.0, 0),
    ]
    _files(demo)
    _waiting(demo)
    _failing(demo)
    _signalled(demo)
    _told(demo)
    return demo


def _files(demo: Demo) -> None:
    checked = [Role.FILE, Role.FILE, Role.THUMBNAIL, Role.EMAIL, Role.DRY_RUN, Role.CLEANUP]
    for number, role in enumerate(checked):
        job_id = f"file:{number}"
        demo.add(role, job_id)
        demo.run(job_id, DRAINED, 1.0 + number)
        demo.checks[job_id] = EQUAL


def _waiting(demo: Demo) -> None:
    for number in range(4):
        demo.add(Role.LOW, f"low:{number}")
        demo.run(f"low:{number}", DRAINED, 2.0 + number / 10)
    demo.add(Role.HIGH, "high:1")
    demo.run("high:1", DRAINED, 1.9)
    demo.add(Role.DELAYED, "delayed:1")
    demo.notes.not_before["delayed:1"] = 4.0
    demo.run("delayed:1", DRAINED, 4.2)
    for number in range(3):
        demo.add(Role.TICK, f"tick:{number}")
        demo.run(f"tick:{number}", LAST, 3.0 + number)
    demo.notes.fired = 3
    demo.add(Role.CANCELLED, "cancelled:1", Seen(JobStatus.CANCELLED))


def _failing(demo: Demo) -> None:
    demo.add(Role.FLAKY, "flaky:1", Seen(JobStatus.COMPLETED, attempts=2))
    for attempt, outcome in enumerate([Outcome.FAILED, Outcome.FAILED, Outcome.SUCCEEDED], start=1):
        demo.run("flaky:1", DRAINED, attempt, token=attempt, attempt=attempt, outcome=outcome)
    demo.add(Role.BROKEN, "broken:1")
    for attempt in (1, 2, 3):
        demo.run(
            "broken:1", DRAINED, attempt, token=attempt, attempt=attempt, outcome=Outcome.FAILED
        )
    demo.run("broken:1", DRAINED, 4.0, token=4)

    demo.add(Role.SLOW, "slow:1", Seen(JobStatus.COMPLETED, 1, ["JOB_TIMEOUT"]))
    demo.run("slow:1", DRAINED, 1.0, takes=0.5, outcome=Outcome.STOPPED)
    demo.run("slow:1", LAST, 2.0, token=2, attempt=2)


def _told(demo: Demo) -> None:
    demo.add(Role.HEARD, "heard:1")
    demo.run("heard:1", DRAINED, 1.0)
    demo.notes.heard = ["low:0", "heard:1"]
    demo.notes.returned_at, demo.notes.calls = 1.0, [1.2]


def _signalled(demo: Demo) -> None:
    demo.add(Role.KILLED, "killed:1", Seen(JobStatus.COMPLETED, lost_in={1}))
    demo.begin("killed:1", KILLED, 4.9)
    demo.run("killed:1", LAST, 15.5, token=3)
    demo.add(Role.DRAINED, "drained:1")
    demo.run("drained:1", DRAINED, 6.9, takes=0.3)
    demo.add(Role.RELEASED, "released:1")
    demo.run("released:1", RELEASED, 8.9, takes=2.1, outcome=Outcome.STOPPED)
    demo.run("released:1", LAST, 11.1, token=2)
