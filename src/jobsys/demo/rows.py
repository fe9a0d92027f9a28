"""The table of scenarios: what each promised, and what is known of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobsys import JobStatus
from jobsys.demo.evidence import Evidence, Finding, Process, Role
from jobsys.demo.ledger import Outcome
from jobsys.demo.runs import Run, Runs


@dataclass(frozen=True)
class Row:
    """One scenario."""

    scenario: str
    promise: str
    seen: str
    ok: bool


@dataclass(frozen=True)
class Facts:
    """The evidence, and its ledger told as runs."""

    evidence: Evidence
    runs: Runs
    interrupted: Sequence[Run]

    def ids(self, role: Role) -> Sequence[str]:
        """Returns the jobs that have a role."""
        return self._by_role.get(role, ())

    def runs_as(self, role: Role) -> Sequence[Run]:
        """Returns the runs of the jobs that have a role, in the order in which they began."""
        runs = [run for job_id in self.ids(role) for run in self.runs.of(job_id)]
        return sorted(runs, key=lambda run: run.begun_at)

    def completed(self, role: Role, *, after_failures: int = 0) -> bool:
        """Says whether the store has every job of a role completed, after so many failures."""
        seen = [self.evidence.stored.get(job_id) for job_id in self.ids(role)]
        return bool(seen) and all(
            one and one.status is JobStatus.COMPLETED and one.attempts == after_failures
            for one in seen
        )

    def signalled(self, run: Run, name: str) -> Process | None:
        """Returns the process of a run, if it got this signal while the run went on."""
        for process in self.evidence.processes:
            if process.pid == run.pid and process.signal == name and process.asked_at is not None:
                ended_at = run.ended_at if run.ended_at is not None else process.asked_at
                return process if run.begun_at <= process.asked_at <= ended_at else None
        return None

    @cached_property
    def _by_role(self) -> dict[Role, list[str]]:
        found: dict[Role, list[str]] = {}
        for job_id, role in self.evidence.submitted.items():
            found.setdefault(role, []).append(job_id)
        return found


def rows_of(facts: Facts) -> list[Row]:
    """Returns the table; a scenario whose jobs were never submitted is not kept."""
    return [
        _outputs(facts, Role.FILE, "files", "SHA-256 of the unpacked .gz equals the source's"),
        *_thumbnails(facts),
        _priority(facts),
        _delay(facts),
        _failures(facts, Role.FLAKY, "retry", "fails twice, then succeeds"),
        _dead_letter(facts),
        _cancel(facts),
        _kill(facts),
        _drain(facts),
        _release(facts),
    ]


def _thumbnails(facts: Facts) -> Iterator[Row]:
    if facts.ids(Role.THUMBNAIL):
        yield _outputs(facts, Role.THUMBNAIL, "thumbnails", "each output is what its job reported")


def _outputs(facts: Facts, role: Role, scenario: str, promise: str) -> Row:
    checks = [facts.evidence.checks.get(job_id) for job_id in facts.ids(role)]
    found = Counter("not checked" if check is None else check.finding for check in checks)
    equal = found.pop(Finding.EQUAL, 0)
    rest = "".join(f", {count} {finding}" for finding, count in sorted(found.items()))
    bad = found["not checked"] + found[Finding.WRONG]
    return Row(scenario, promise, f"{equal} of {len(checks)} equal{rest}", bool(checks) and not bad)


def _priority(facts: Facts) -> Row:
    promise = "a high job overtakes the low ones that wait"
    begun = {run.job_id: run.begun_at for run in reversed(facts.runs_as(Role.LOW))}
    high = facts.runs_as(Role.HIGH)[:1]
    before = sum(begun_at < high[0].begun_at for begun_at in begun.values()) if high else 0
    jobs = len(facts.ids(Role.LOW)) + 1
    seen = (
        f"submitted as job {jobs} of {jobs}, began as number {before + 1}"
        if high
        else "never began"
    )
    return Row("priority", promise, seen, bool(high) and len(begun) == jobs - 1 > 2 * before)


def _delay(facts: Facts) -> Row:
    late = {
        run.begun_at - facts.evidence.not_before[run.job_id] for run in facts.runs_as(Role.DELAYED)
    }
    seen = f"began {min(late):.2f} s after its time" if late else "never began"
    ok = facts.completed(Role.DELAYED) and bool(late) and min(late) >= 0
    return Row("delay", "begins at its time, not before", seen, ok)


def _failures(facts: Facts, role: Role, scenario: str, promise: str) -> Row:
    told = [(run.attempt, run.outcome) for run in facts.runs_as(role) if run.outcome]
    wanted = [(1, Outcome.FAILED), (2, Outcome.FAILED), (3, Outcome.SUCCEEDED)]
    seen = ", ".join(f"attempt {attempt} {outcome}" for attempt, outcome in told)
    return Row(scenario, promise, seen, told == wanted and facts.completed(role, after_failures=2))


def _dead_letter(facts: Facts) -> Row:
    promise = "fails for good, is kept, and succeeds when replayed"
    told = [(run.attempt, run.outcome) for run in facts.runs_as(Role.BROKEN) if run.outcome]
    failures = [(number, Outcome.FAILED) for number in (1, 2, 3)]
    dead = facts.evidence.dead_letters
    seen = (
        f"{dead} dead letter after {len(told) - 1} failures; replayed, then {told[-1][1]}"
        if told
        else "never ran"
    )
    ok = told == [*failures, (1, Outcome.SUCCEEDED)] and dead == 1 and facts.completed(Role.BROKEN)
    return Row("dead letter", promise, seen, ok)


def _cancel(facts: Facts) -> Row:
    begun = len(facts.runs_as(Role.CANCELLED))
    seen = [facts.evidence.stored.get(job_id) for job_id in facts.ids(Role.CANCELLED)]
    cancelled = bool(seen) and all(one and one.status is JobStatus.CANCELLED for one in seen)
    told = f"{'cancelled' if cancelled else 'not cancelled'}, began {begun} times"
    return Row("cancel", "cancelled while it waits, it never begins", told, cancelled and not begun)


def _kill(facts: Facts) -> Row:
    promise = "what dies with a process is run again by another"
    kills = facts.evidence.kills()
    again = [_next_run(facts, run) for run in facts.interrupted]
    waits = [
        run.begun_at - kills[was.pid]
        for was, run in zip(facts.interrupted, again, strict=True)
        if run
    ]
    elsewhere = all(run and run.pid not in kills for run in again)
    seen = f"{len(again)} begun and not ended in process {', '.join(map(str, kills))}"
    if waits:
        seen += f"; {len(waits)} ran again, within {max(waits):.1f} s"
    aimed_at = {run.job_id for run in facts.interrupted} >= set(facts.ids(Role.KILLED))
    ok = bool(waits) and elsewhere and aimed_at and facts.completed(Role.KILLED)
    return Row("SIGKILL", promise, seen, ok)


def _drain(facts: Facts) -> Row:
    promise = "a job in flight is finished, then the process exits 0"
    runs = facts.runs_as(Role.DRAINED)
    process = facts.signalled(runs[-1], "SIGTERM") if runs else None
    if process is None:
        return Row(
            "SIGTERM, in time", promise, "no process was asked to end during the job", ok=False
        )
    run = runs[-1]
    ok = run.outcome is Outcome.SUCCEEDED and process.exit_code == 0
    seen = f"process {run.pid}: job {run.outcome}, exit code {process.exit_code}"
    return Row("SIGTERM, in time", promise, seen, ok and facts.completed(Role.DRAINED))


def _release(facts: Facts) -> Row:
    promise = "a job that takes too long is given back, no attempt is spent"
    scenario = "SIGTERM, too long"
    stopped = [run for run in facts.runs_as(Role.RELEASED) if run.outcome is Outcome.STOPPED]
    process = facts.signalled(stopped[0], "SIGTERM") if stopped else None
    later = _next_run(facts, stopped[0]) if stopped else None
    if process is None or later is None:
        return Row(scenario, promise, "no job was given back and run again", ok=False)
    seen = f"process {process.pid}: exit code {process.exit_code}; attempt {later.attempt} again elsewhere"
    ok = process.exit_code == 0 and later.pid != process.pid and later.attempt == 1
    return Row(scenario, promise, seen, ok and facts.completed(Role.RELEASED))


def _next_run(facts: Facts, run: Run) -> Run | None:
    later = [other for other in facts.runs.of(run.job_id) if other.begun_at > run.begun_at]
    return later[0] if later else None
