"""The table of scenarios: what each promised, and what is known of it."""

from collections import Counter
from collections.abc import Iterator

from jobsys.demo import failing_rows, signal_rows, telling_rows, waiting_rows
from jobsys.demo.evidence import Finding, Role
from jobsys.demo.facts import Facts
from jobsys.demo.row import Row


def rows_of(facts: Facts) -> list[Row]:
    """Returns the table; a promise whose jobs were never submitted is not kept."""
    return [
        _outputs(facts, Role.FILE, "files", "SHA-256 of the unpacked .gz equals the source's"),
        *_thumbnails(facts),
        _outputs(facts, Role.EMAIL, "e-mail", "one .eml in the outbox, and it says what was meant"),
        _cleanup(facts),
        waiting_rows.queue(facts),
        waiting_rows.priority(facts),
        waiting_rows.delay(facts),
        waiting_rows.schedule(facts),
        waiting_rows.cancel(facts),
        failing_rows.retry(facts),
        failing_rows.timeout(facts),
        failing_rows.dead_letter(facts),
        telling_rows.fire_and_forget(facts),
        telling_rows.events(facts),
        telling_rows.monitoring(facts),
        signal_rows.kill(facts),
        signal_rows.drain(facts),
        signal_rows.release(facts),
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


def _cleanup(facts: Facts) -> Row:
    promise = "a dry run removes nothing, the next run what is old"
    checks = {
        role: facts.evidence.checks.get(job_id)
        for role in (Role.DRY_RUN, Role.CLEANUP)
        for job_id in facts.ids(role)
    }
    seen = "; ".join(
        f"{role}: {check.detail if check else 'not checked'}" for role, check in checks.items()
    )
    ok = len(checks) == 2 and all(
        check and check.finding is Finding.EQUAL for check in checks.values()
    )
    return Row("clean-up", promise, seen or "never ran", ok)
