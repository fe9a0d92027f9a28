"""What a handler has logged, as it is kept with the job."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from jobsys.domain.attempt_error import clipped, storable
from jobsys.domain.errors import InvalidJob
from jobsys.domain.instants import from_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.domain.value import value

KEPT_LINES: Final = 1_000
"""How many lines of a job are kept: its last ones."""
KEPT_FOR: Final = timedelta(days=1)
"""How long they are kept after the last of them."""
LONGEST_TEXT: Final = 2_000
LONGEST_LEVEL: Final = 32


@value
class LogLine:
    """One line of a job's log: which attempt said what, when by its worker's clock, how severe."""

    job_id: JobId
    at: datetime
    level: str
    text: str
    attempt: int


def written(lines: Iterable[LogLine]) -> Mapping[JobId, list[str]]:
    """Returns for each job what is stored of its lines: those that are kept, their texts bounded."""
    by_job: dict[JobId, list[str]] = {}
    for line in lines:
        by_job.setdefault(line.job_id, []).append(_written(line))
    return {job_id: stored[-KEPT_LINES:] for job_id, stored in by_job.items()}


def line_in(job_id: JobId, stored: str | bytes) -> LogLine | None:
    """Returns the line that was stored; None where it cannot be read.

    >>> line_in(JobId("mails:1"), '[0, "INFO", 1, "sent"]').text
    'sent'
    >>> line_in(JobId("mails:1"), "nonsense")
    """
    try:
        at, level, attempt, text = json.loads(stored)
        return LogLine(job_id, from_ms(int(at)), str(level), str(text), int(attempt))
    except (ValueError, TypeError, OverflowError):
        return None


def number_in(after: str | None) -> int:
    """Returns the number that a cursor spells; before every line it is 0.

    Raises:
        InvalidJob: it is none.
    """
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) <= 18):
        raise no_cursor(after)
    return int(after)


def no_cursor(after: str) -> InvalidJob:
    """Returns what is raised where a cursor is none."""
    return InvalidJob(f"after={after!r:.80} is not where a page of a job's log ended")


def _written(line: LogLine) -> str:
    level = clipped(storable(line.level), LONGEST_LEVEL)
    text = clipped(storable(line.text), LONGEST_TEXT)
    return json.dumps([to_ms(line.at), level, line.attempt, text], ensure_ascii=False)
