"""Rows on attempts that fail."""

from typing import Final

from jobsys.demo.evidence import Role
from jobsys.demo.facts import Facts
from jobsys.demo.jobs import TIME_LIMIT
from jobsys.demo.ledger import Outcome
from jobsys.demo.row import Row

TIMED_OUT: Final = "JOB_TIMEOUT"


def retry(facts: Facts) -> Row:
    """Says whether failed attempts were followed by others."""
    ends = facts.ends_of(Role.FLAKY)
    wanted = [(1, Outcome.FAILED), (2, Outcome.FAILED), (3, Outcome.SUCCEEDED)]
    seen = ", ".join(f"attempt {attempt} {outcome}" for attempt, outcome in ends)
    ok = ends == wanted and facts.completed(Role.FLAKY, after_failures=2)
    return Row("retry", "fails twice, then succeeds", seen, ok)


def timeout(facts: Facts) -> Row:
    """Says whether an attempt was stopped at its time limit, and another one made."""
    ends, limit = facts.ends_of(Role.SLOW), TIME_LIMIT.total_seconds()
    lengths = [
        run.ended_at - run.begun_at
        for run in facts.runs_as(Role.SLOW)
        if run.ended_at is not None and run.outcome is Outcome.STOPPED and not run.void
    ]
    told = facts.errors_of(Role.SLOW).count(TIMED_OUT)
    stopped = f"stopped after {min(lengths):.2f} s" if lengths else "never stopped"
    seen = (
        f"{stopped}, {told} time-out; then attempt {ends[-1][0]} {ends[-1][1]}"
        if ends
        else "never ran"
    )
    as_wanted = ends == [(1, Outcome.STOPPED), (2, Outcome.SUCCEEDED)] and told == 1
    # The limit counts from a moment before the ledger does.
    in_time = bool(lengths) and min(lengths) > limit / 2
    ok = as_wanted and in_time and facts.completed(Role.SLOW, after_failures=1)
    return Row("timeout", f"an attempt is stopped after {limit} s, and tried again", seen, ok)


def dead_letter(facts: Facts) -> Row:
    """Says whether a job that failed for good was kept, and replayed."""
    ends, dead = facts.ends_of(Role.BROKEN), facts.evidence.dead_letters
    failures = sum(outcome is Outcome.FAILED for _, outcome in ends)
    wanted = [*((number, Outcome.FAILED) for number in (1, 2, 3)), (1, Outcome.SUCCEEDED)]
    last = ends[-1][1] if ends else "never ran"
    seen = f"{failures} failures, {dead} dead letter; replayed: {last}"
    ok = ends == wanted and dead == 1 and facts.completed(Role.BROKEN)
    return Row("dead letter", "fails for good, is kept, and succeeds when replayed", seen, ok)
