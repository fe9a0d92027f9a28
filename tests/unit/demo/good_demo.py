"""The evidence of a small demo in which everything came out as promised."""

from dataclasses import dataclass, field

from jobsys import JobStatus
from jobsys.demo.evidence import EQUAL, Check, Evidence, Process, Role, Seen
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
    not_before: dict[str, float] = field(default_factory=dict)
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

    def evidence(self) -> Evidence:
        return Evidence(**vars(self))


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
    return demo


def _files(demo: Demo) -> None:
    for number, role in enumerate([Role.FILE, Role.FILE, Role.THUMBNAIL]):
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
    demo.not_before["delayed:1"] = 4.0
    demo.run("delayed:1", DRAINED, 4.2)
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


def _signalled(demo: Demo) -> None:
    demo.add(Role.KILLED, "killed:1", Seen(JobStatus.COMPLETED, worker_was_lost=True))
    demo.begin("killed:1", KILLED, 4.9)
    demo.run("killed:1", LAST, 15.5, token=3)
    demo.add(Role.DRAINED, "drained:1")
    demo.run("drained:1", DRAINED, 6.9, takes=0.3)
    demo.add(Role.RELEASED, "released:1")
    demo.run("released:1", RELEASED, 8.9, takes=2.1, outcome=Outcome.STOPPED)
    demo.run("released:1", LAST, 11.1, token=2)
