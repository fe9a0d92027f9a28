"""Rows on processes that end while they have jobs."""

from jobsys.demo.evidence import Role
from jobsys.demo.facts import Facts
from jobsys.demo.ledger import Outcome
from jobsys.demo.row import Row


def kill(facts: Facts) -> Row:
    """Says whether what died with a process was run again."""
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


def drain(facts: Facts) -> Row:
    """Says whether a process that was asked to end finished its job first."""
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


def release(facts: Facts) -> Row:
    """Says whether a job that would not end in time was given back."""
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
