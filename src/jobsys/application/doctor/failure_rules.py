"""Whether jobs fail again and again, and whether failed ones pile up."""

from collections.abc import Iterator
from shlex import quote
from typing import Final

from jobsys.application.dead_letter_search import DeadLetterGroup
from jobsys.application.doctor.finding import Code, Finding, Standing
from jobsys.application.doctor.scene import Scene
from jobsys.application.overview import Overview
from jobsys.domain.attempt_error import last_failure
from jobsys.domain.dead_letter import Cause
from jobsys.domain.duration import told_span
from jobsys.domain.record import JobRecord
from jobsys.domain.status import JobStatus

OFTEN: Final = 3
"""After so many failed attempts a job fails again and again."""
MANY_RETRIES: Final = 10
MANY_LETTERS: Final = 10
FAR_TOO_MANY: Final = 1_000


def failing(scene: Scene) -> Iterator[Finding]:
    """Finds types whose jobs have failed several times, or of which many jobs have failed."""
    kinds = dict[str, list[JobRecord]]()
    for record in scene.retrying:
        kinds.setdefault(record.job_type, []).append(record)
    for kind, jobs in sorted(kinds.items(), key=lambda item: -len(item[1])):
        worst = max(jobs, key=lambda job: job.attempts)
        if worst.attempts < OFTEN and len(jobs) < MANY_RETRIES:
            continue
        told = f"{len(jobs)} jobs of type {kind!r} have failed and are tried again"
        told += f", one has failed {worst.attempts} times{_why(worst)}"
        mend = (
            f"mend what `jobsys get {worst.id}` tells; then each is tried at its time, or at once"
        )
        command = f"jobsys change {worst.id} --delay 0s"
        yield Finding(Code.FAILING_REPEATEDLY, Standing.WARNING, told, mend, command)


def dead_letters(scene: Scene) -> Iterator[Finding]:
    """Finds the causes of dead letters that have piled up."""
    letters = scene.letters
    if letters.total < MANY_LETTERS:
        return
    counted = f"{letters.total} dead letters{' or more' if letters.more else ''}"
    standing = Standing.TROUBLE if letters.total >= FAR_TOO_MANY else Standing.WARNING
    for group in letters.groups:
        if group.count >= MANY_LETTERS or group is letters.groups[0]:
            yield _piled_up(group, counted, standing, scene)


def counted(overview: Overview, more: int) -> Iterator[Finding]:
    """Finds dead letters by their number alone: many that are kept, or any that came of late."""
    kept = sum(one.counts.now.get(JobStatus.FAILED, 0) for one in overview.queues.values())
    if kept >= MANY_LETTERS or more:
        of_late = f", {more} of them of the last minutes" if more else ""
        told = f"{kept} dead letters are kept{of_late}"
        mend, command = "see why, mend the cause, then replay them", "jobsys dlq summary"
        yield Finding(Code.DEAD_LETTERS, Standing.WARNING, told, mend, command)


def _piled_up(group: DeadLetterGroup, counted: str, standing: Standing, scene: Scene) -> Finding:
    cause = group.cause
    why = cause.error or cause.reason or "no error"
    first, last = scene.now - group.first_at, scene.now - group.last_at
    told = (
        f"{group.count} of {counted} are jobs of type {cause.job_type!r} in queue {cause.queue}"
        f" that failed with {why}, the first {told_span(first)} ago, the last {told_span(last)} ago"
    )
    mend = f"mend the cause (`jobsys get {group.example}`), then replay them"
    command = f"jobsys dlq replay {_options(cause)}"
    return Finding(Code.DEAD_LETTERS, standing, told, mend, command)


def _options(cause: Cause) -> str:
    said = {"--queue": cause.queue, "--type": cause.job_type, "--error": cause.error}
    reason = {} if cause.error or cause.reason is None else {"--reason": cause.reason.value}
    return " ".join(f"{name} {quote(text)}" for name, text in {**said, **reason}.items() if text)


def _why(record: JobRecord) -> str:
    error = last_failure(record.errors)
    return f" ({error.brief})" if error else ""
