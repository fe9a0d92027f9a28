"""Durations as people write them: "5s", "1m30s", "2h"; never a bare number without a unit."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer

_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
_WHOLE: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[dhms]))+")


def parse_duration(given: object) -> timedelta:
    """Returns the duration that a timedelta or a text names.

    >>> parse_duration("1m30s")
    datetime.timedelta(seconds=90)
    >>> parse_duration(90)
    Traceback (most recent call last):
    ...
    ValueError: 90 is no duration: give a timedelta or a text with units, such as '5s' or '1m30s'
    """
    if isinstance(given, timedelta):
        return given
    if isinstance(given, str) and _WHOLE.fullmatch(given):
        try:
            parts = (timedelta(**{_UNITS[u]: float(n)}) for n, u in _PART.findall(given))
            return sum(parts, timedelta(0))
        except OverflowError:
            raise ValueError(f"{given[:40]!r} is longer than time itself") from None
    raise ValueError(
        f"{given!r} is no duration: give a timedelta or a text with units, such as '5s' or '1m30s'"
    )


def show_duration(duration: timedelta) -> str:
    """Returns the text that `parse_duration` reads back as the same duration, to a millisecond.

    >>> show_duration(timedelta(seconds=90.5))
    '90s500ms'
    """
    seconds, milliseconds = divmod(round(duration / timedelta(milliseconds=1)), 1000)
    return f"{seconds}s{milliseconds}ms" if milliseconds else f"{seconds}s"


def told_span(span: timedelta) -> str:
    """Returns how people say how long something lasts.

    >>> told_span(timedelta(hours=1, minutes=30, seconds=5)), told_span(timedelta(seconds=0.4))
    ('1 h 30 min', '0 s')
    """
    seconds = max(round(span.total_seconds()), 0)
    sizes = (("d", seconds // 86_400), ("h", seconds // 3600 % 24), ("min", seconds // 60 % 60))
    parts = [f"{number} {unit}" for unit, number in (*sizes, ("s", seconds % 60)) if number]
    return " ".join(parts[:2]) or "0 s"


Duration = Annotated[
    timedelta, BeforeValidator(parse_duration), PlainSerializer(show_duration, when_used="json")
]
