"""Instants and spans in whole milliseconds, the resolution in which every backend stores time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

NEVER_MS: Final = 2**62
"""Later than every instant: when a job is due that no time makes due."""
LATEST_MS: Final = 253_402_300_799_999
"""The last millisecond of the calendar; a number beyond it is no instant."""

_MILLISECOND: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(instant: datetime) -> int:
    """Returns the milliseconds since 1970, rounded up, so that nothing is due early.

    >>> to_ms(datetime(1970, 1, 1, 0, 0, 1, 1, tzinfo=UTC))
    1001
    """
    return _ms(instant - _EPOCH)


@lru_cache(maxsize=1024)
def stored_ms(instant: datetime) -> int:
    """Returns the milliseconds of an instant that `from_ms` made; jobs of one call share it.

    Instants of other zones must not come here: the two of an hour that comes twice are equal.
    """
    return to_ms(instant)


@lru_cache(maxsize=1024)
def from_ms(milliseconds: int) -> datetime:
    """Returns the instant so many milliseconds after 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


@lru_cache(maxsize=1024)
def span_ms(span: timedelta) -> int:
    """Returns a span's milliseconds, rounded up."""
    return _ms(span)


def due_ms(due: timedelta | datetime | None, now: int) -> int:
    """Returns when something is due: an instant, or a delay from now; None is now.

    >>> due_ms(timedelta(seconds=1), 500)
    1500
    """
    if due is None:
        return now
    return now + span_ms(due) if isinstance(due, timedelta) else to_ms(due)


def _ms(span: timedelta) -> int:
    return -(-span // _MILLISECOND)
