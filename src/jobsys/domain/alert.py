"""What is told to the people who look after jobs."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from jobsys.domain.attempt_error import clipped
from jobsys.domain.dead_letter import Cause
from jobsys.domain.job_id import JobId
from jobsys.domain.value import value

LONGEST_TEXT: Final = 2_000


class AlertSeverity(StrEnum):
    """How much an alert matters."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    def reaches(self, least: "AlertSeverity") -> bool:
        """Says whether this is as severe as another, or more.

        >>> AlertSeverity.HIGH.reaches(AlertSeverity.LOW)
        True
        """
        severities = list(AlertSeverity)
        return severities.index(self) >= severities.index(least)


@value
class Alert:
    """Something that somebody shall know of `count` dead letters of one cause, `job_id` the last."""

    severity: AlertSeverity
    text: str
    cause: Cause
    job_id: JobId
    at: datetime
    count: int = 1

    def after(self, earlier: "Alert") -> "Alert":
        """Returns this alert, counting an earlier one of the same cause in."""
        return replace(self, count=earlier.count + self.count)

    @property
    def headline(self) -> str:
        """One line: how many of what, and where."""
        job_type, queue, reason, error = self._words()
        letters = "dead letter" if self.count == 1 else "dead letters"
        return f"{self.count} {letters}: {job_type} in {queue} ({reason}, {error})"

    @property
    def body(self) -> str:
        """Some lines: what was told of the last, and how to look at it."""
        last = f"the last of them {self.job_id}, at {self.at:%Y-%m-%d %H:%M:%S %Z}"
        text = clipped(self.text, LONGEST_TEXT)
        return f"{self.headline}\n{last}\n\n{text}\n\njobsys dlq show {self.job_id}\n"

    def _words(self) -> tuple[str, str, str, str]:
        queue, job_type, reason, error = self.cause
        return job_type or "a job", queue, reason or "no reason", error or "no error"
