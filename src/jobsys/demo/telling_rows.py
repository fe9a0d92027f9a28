"""Rows on what a process does and is told beside its jobs."""

from collections import Counter
from collections.abc import Iterator, Mapping

from jobsys import JobStatus
from jobsys.demo.evidence import Role
from jobsys.demo.facts import Facts
from jobsys.demo.row import Row


def fire_and_forget(facts: Facts) -> Row:
    """Says whether a call went on beside its caller, and came to its end once."""
    notes = facts.evidence.notes
    lags = [ended_at - notes.returned_at for ended_at in notes.calls]
    seen = f"{len(lags)} call, ended {lags[0]:.2f} s after that" if lags else "no call was made"
    ok = len(lags) == 1 and lags[0] > 0
    return Row("fire and forget", "returns at once; the call is made, once, in here", seen, ok)


def events(facts: Facts) -> Row:
    """Says whether a listener was told of ends in other processes, and of each at most once."""
    heard = Counter(facts.evidence.notes.heard)
    ended = {i for i, of in facts.evidence.stored.items() if of.status is JobStatus.COMPLETED}
    doubled = sum(times > 1 for times in heard.values())
    false = len(heard.keys() - ended)
    awaited = [heard[job_id] for job_id in facts.ids(Role.HEARD)]
    seen = f"heard of {len(heard)} of {len(ended)} ends, {doubled} twice, {false} wrongly"
    if not any(awaited):
        seen += ", not of the one waited for"
    ok = awaited == [1] and not doubled and not false
    return Row("events", "a listener hears of ends elsewhere, each at most once", seen, ok)


def monitoring(facts: Facts) -> Row:
    """Says whether metrics and counts agree with the ledger and with the store's list."""
    wrong = list(_miscounts(facts))
    tallies = facts.evidence.metrics.tallies.values()
    seen = (
        f"{facts.evidence.metrics.enqueued} submitted; {sum(t.completed for t in tallies)} attempts"
        f" completed and {sum(t.failed for t in tallies)} failed, in the {len(tallies)} processes that were not killed"
    )
    promise = "the metrics are what the ledger and the store say"
    return Row("monitoring", promise, "; ".join(wrong) or seen, bool(tallies) and not wrong)


def _miscounts(facts: Facts) -> Iterator[str]:
    evidence, metrics = facts.evidence, facts.evidence.metrics
    submitted = len(evidence.submitted) - len(facts.ids(Role.TICK))
    if metrics.enqueued != submitted:
        yield f"counted {metrics.enqueued} submitted, not {submitted}"
    for process in evidence.processes:
        counted, ran = metrics.tallies.get(process.pid), facts.tally(process.pid)
        if process.pid not in evidence.kills() and counted != ran:
            yield f"process {process.pid} counted {counted}, not {ran}"
    stored = Counter(seen.status for seen in evidence.stored.values())
    if metrics.counts != stored:
        yield f"the store counts {_listed(metrics.counts)}, and lists {_listed(stored)}"


def _listed(counts: Mapping[JobStatus, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items())
