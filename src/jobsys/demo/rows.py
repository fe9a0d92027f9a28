"""The table of scenarios: what each promised, and what is known of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jobsys import JobStatus
from jobsys.demo.evidence import Finding, Role
from jobsys.demo.facts import Facts
from jobsys.demo.ledger import Outcome


@dataclass(frozen=True)
class Row:
    """One scenario."""

    scenario: str
    promise: str
    seen: str
    ok: bool


def rows_of(facts: Facts) -> list[Row]:
    """Returns the table; a promise whose jobs were never submitted is not kept."""
    return [
        _outputs(facts, Role.FILE, "files", "SHA-256 of the unpacked .gz equals the source's"),
        *_thumbnails(facts),
        _priority(facts),
        _delay(facts),
        _retry(facts),
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


def _retry(facts: Facts) -> Row:
    ends = facts.ends_of(Role.FLAKY)
    wanted = [(1, Outcome.FAILED), (2, Outcome.FAILED), (3, Outcome.SUCCEEDED)]
    seen = ", ".join(f"attempt {attempt} {outcome}" for attempt, outcome in ends)
    ok = ends == wanted and facts.completed(Role.FLAKY, after_failures=2)
    return Row("retry", "fails twice, then succeeds", seen, ok)


def _dead_letter(facts: Facts) -> Row:
    ends, dead = facts.ends_of(Role.BROKEN), facts.evidence.dead_letters
    failures = sum(outcome is Outcome.FAILED for _, outcome in ends)
    wanted = [*((number, Outcome.FAILED) for number in (1, 2, 3)), (1, Outcome.SUCCEEDED)]
    last = ends[-1][1] if ends else "never ran"
    seen = f"{failures} failures, {dead} dead letter; replayed: {last}"
    ok = ends == wanted and dead == 1 and facts.completed(Role.BROKEN)
    return Row("dead letter", "fails for good, is kept, and succeeds when replayed", seen, ok)


def _cancel(facts: Facts) -> Row:
    begun = len(facts.runs_as(Role.CANCELLED))
    seen = [facts.evidence.stored.get(job_id) for job_id in facts.ids(Role.CANCELLED)]
    cancelled = bool(seen) and all(one and one.status is JobStatus.CANCELLED for one in seen)
    told = f"{'cancelled' if cancelled else 'not cancelled'}, began {begun} times"
    return Row("cancel", "cancelled while it waits, it never begins", told, cancelled and not begun)


def _kill(facts: Facts) -> Row:
    promise = "what dies with a process is run again by another"
    kills, lost = facts.evidence.kills(), facts.runs.void()
    again = [facts.next_run(run) for run in lost]
    waits = [
        run.begun_at - kills[was.pid]
        for was, run in zip(lost, again, strict=True)
        if run is not None
    ]
    open_ends = {run.job_id for run in lost if run.outcome is None}
    seen = f"process {', '.join(map(str, kills))}: {len(open_ends)} begun and not ended"
    if len(lost) > len(open_ends):
        seen += f", {len(lost) - len(open_ends)} ended and not stored"
    if waits:
        seen += f"; {len(waits)} ran again, within {max(waits):.1f} s"
    elsewhere = all(run is not None and run.pid not in kills for run in again)
    was_met = bool(open_ends & set(facts.ids(Role.KILLED)))
    ok = was_met and elsewhere and facts.completed(Role.KILLED)
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
    later = facts.next_run(stopped[0]) if stopped else None
    if process is None or later is None:
        return Row(scenario, promise, "no job was given back and run again", ok=False)
    seen = f"process {process.pid}: exit code {process.exit_code}; attempt {later.attempt} again elsewhere"
    ok = process.exit_code == 0 and later.pid != process.pid and later.attempt == 1
    return Row(scenario, promise, seen, ok and facts.completed(Role.RELEASED))
