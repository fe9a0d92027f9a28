"""What a handler may say of its job's future, by what it raises."""

from datetime import timedelta
from typing import Final

from jobsys.domain.duration import parse_duration

LONGEST_WAIT: Final = timedelta(days=365)


class Verdict(Exception):
    """Raised by a handler, it says what becomes of the job; the message says why."""


class FailNow(Verdict):
    """The job is a dead letter at once, whatever attempts are left: another would fail the same."""


class Discard(Verdict):
    """The job is cancelled, and nobody is to blame: there is nothing left to do."""


class _Later(Verdict):
    def __init__(self, delay: timedelta | str, why: str = "") -> None:
        self.delay = parse_duration(delay)
        if not timedelta(0) <= self.delay <= LONGEST_WAIT:
            raise ValueError(f"a job can wait for nought to {LONGEST_WAIT.days} days, not {delay}")
        super().__init__(why)


class RetryIn(_Later):
    """The attempt has failed; if one is left, the next begins after this delay.

    >>> RetryIn("1m30s", "the API asks for patience").delay
    datetime.timedelta(seconds=90)
    """


class Snooze(_Later):
    """The job waits for so long and begins anew; no attempt is spent, so it may do so for ever."""
