"""Rows on jobs that wait for a worker, for their time, or in vain."""

from typing import Final

from jobsys import JobStatus
from jobsys.demo.evidence import Role
from jobsys.demo.facts import Facts
from jobsys.demo.row import Row

FEWEST_FIRES: Final = 2


def queue(facts: Facts) -> Row:
    """Says whether each job of a full queue was run to its end once."""
    once, jobs = facts.completed_once(Role.LOW), len(facts.ids(Role.LOW))
    processes = {run.pid for run in facts.runs_as(Role.LOW)}
    seen = f"{once} of {jobs} completed once, by {len(processes)} processes"
    return Row("queue", "each job that waits is completed once", seen, 0 < once == jobs)


def priority(facts: Facts) -> Row:
    """Says whether the urgent job did not wait for those before it."""
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


def delay(facts: Facts) -> Row:
    """Says whether the delayed job waited for its time."""
    late = {
        run.begun_at - facts.evidence.notes.not_before[run.job_id]
        for run in facts.runs_as(Role.DELAYED)
    }
    seen = f"began {min(late):.2f} s after its time" if late else "never began"
    ok = facts.completed(Role.DELAYED) and bool(late) and min(late) >= 0
    return Row("delay", "begins at its time, not before", seen, ok)


def schedule(facts: Facts) -> Row:
    """Says whether each fire time made one job."""
    fired, jobs = facts.evidence.notes.fired, len(facts.ids(Role.TICK))
    once = facts.completed_once(Role.TICK)
    seen = f"fired {fired} times; {once} of {jobs} jobs completed once"
    ok = FEWEST_FIRES <= fired == jobs == once
    return Row("schedule", "each second makes one job, with several processes", seen, ok)


def cancel(facts: Facts) -> Row:
    """Says whether the cancelled job stayed where it was."""
    begun = len(facts.runs_as(Role.CANCELLED))
    seen = [facts.evidence.stored.get(job_id) for job_id in facts.ids(Role.CANCELLED)]
    cancelled = bool(seen) and all(one and one.status is JobStatus.CANCELLED for one in seen)
    told = f"{'cancelled' if cancelled else 'not cancelled'}, began {begun} times"
    return Row("cancel", "cancelled while it waits, it never begins", told, cancelled and not begun)
