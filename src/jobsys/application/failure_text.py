"""How an exception gets from a child process to its worker: told, for it may be of any kind."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from jobsys.application.errand_texts import Failure
from jobsys.domain.attempt_error import ToldError, remembered
from jobsys.domain.errors import InvalidResult, JobTimeout, OutOfMemory, ResultTooLarge
from jobsys.domain.retry import names_of
from jobsys.domain.verdict import Discard, FailNow, RetryIn, Snooze, Verdict

MOST_NAMES: Final = 32
LONGEST_NAME: Final = 200
_VERDICTS: Final[Mapping[str, Callable[[str, timedelta], Verdict]]] = {
    "FailNow": lambda why, _: FailNow(why),
    "Discard": lambda why, _: Discard(why),
    "Snooze": lambda why, delay: Snooze(delay, why),
    "RetryIn": lambda why, delay: RetryIn(delay, why),
}
_OURS: Final[Mapping[str, type[Exception]]] = {
    kind.code: kind for kind in (InvalidResult, ResultTooLarge, OutOfMemory, JobTimeout)
}
"""What jobsys itself raises in a child, and what the worker treats as its own."""


def told(error: BaseException, attempt: int, at: datetime) -> Failure:
    """Returns what a child tells of an exception."""
    try:
        known_as = remembered(error, attempt, at)
    except Exception as untold:  # noqa: BLE001 (an error may fail to tell itself)
        known_as = remembered(untold, attempt, at)
    names = tuple(name[:LONGEST_NAME] for name in islice(names_of(error), MOST_NAMES))
    if not isinstance(error, Verdict):
        return Failure(error=known_as, names=names)
    verdict = next(kind for kind in names if kind.rpartition(".")[2] in _VERDICTS)
    delay = error.delay.total_seconds() if isinstance(error, Snooze | RetryIn) else 0
    return Failure(error=known_as, verdict=verdict.rpartition(".")[2], delay=delay)


def raised(failure: Failure) -> BaseException:
    """Returns what the worker raises in the place of what was told."""
    known_as = failure.error
    if failure.verdict is not None:
        return _VERDICTS[failure.verdict](known_as.message, timedelta(seconds=failure.delay))
    if known_as.code in _OURS:
        return _OURS[known_as.code](known_as.message)
    return ToldError(known_as, failure.names)
