"""The fields of a cron expression, and what their terms say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from jobsys.domain.errors import InvalidSchedule

MACROS: Final[Mapping[str, str]] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class Field(NamedTuple):
    """What a field is called, the numbers that it takes, and the names of some of them."""

    name: str
    lowest: int
    highest: int
    names: Sequence[str] = ()

    def terms(self, text: str) -> Iterator[str]:
        """Yields what stands between the commas of the field's text."""
        for term in text.split(","):
            if not term:
                raise self.wrong(text, "between commas something is missing")
            yield term

    def numbers(self, term: str) -> range:
        """Returns the numbers of a term: of `*`, `5` or `1-5`, each perhaps with a step `/2`."""
        span, slash, step = term.partition("/")
        low, dash, high = span.partition("-")
        every = self._whole(term, step) if slash else 1
        if every < 1:
            raise self.wrong(term, "a step is at least 1")
        first = self.lowest if span == "*" else self.number(term, low)
        goes_on = span == "*" or (slash and not dash)
        last = self.number(term, high) if dash else max(first, self._last) if goes_on else first
        if last < first:
            raise self.wrong(term, f"{high} comes before {low}: write two ranges")
        return range(first, last + 1, every)

    def number(self, term: str, text: str) -> int:
        """Returns the number that a text says or names, if the field takes it."""
        if text in self.names:
            return self.names.index(text) + self.lowest
        found = self._whole(term, text)
        if not self.lowest <= found <= self.highest:
            raise self.wrong(term, f"it takes {self.lowest} to {self.highest}")
        return found

    def wrong(self, term: str, why: str) -> InvalidSchedule:
        """Returns what is told of a term that cannot be read."""
        return InvalidSchedule(f"{self.name} {term[:40]!r}: {why}")

    @property
    def _last(self) -> int:
        """Where `*` ends: a week's 7 is its 0 once more."""
        return min(self.highest, 6) if self is WEEKDAY else self.highest

    def _whole(self, term: str, text: str) -> int:
        if not text:
            raise self.wrong(term, "a number is missing")
        if not (text.isascii() and text.isdigit()) or len(text) > 4:
            raise self.wrong(term, f"{text[:20]!r} is no number from {self.lowest} on")
        return int(text)


SECOND: Final = Field("second", 0, 59)
MINUTE: Final = Field("minute", 0, 59)
HOUR: Final = Field("hour", 0, 23)
DAY: Final = Field("day of month", 1, 31)
MONTH: Final = Field(
    "month",
    1,
    12,
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
)
WEEKDAY: Final = Field("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])


def fields_of(expression: str) -> Sequence[str]:
    """Returns the texts of the six fields of an expression, the seconds first.

    Raises:
        InvalidSchedule: it has another number of them, or is a name that nobody knows.
    """
    words = expression.upper().split()
    if len(words) == 1 and words[0].startswith("@"):
        words = MACROS.get(words[0].lower(), "").split()
        if not words:
            raise InvalidSchedule(f"the known names are {', '.join(MACROS)}")
    if len(words) not in {5, 6}:
        raise InvalidSchedule(
            f"it has {len(words)} fields, not five: minute, hour, day of month, month,"
            " day of week; or six: the second before them"
        )
    return words if len(words) == 6 else ["0", *words]
