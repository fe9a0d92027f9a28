"""How many look on at once."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from jobsys.adapters.http.refusals import TooMany

MOST: Final = 200
MOST_EACH: Final = 100
"""So many streams of one and the same leave room for others."""


class Seats:
    """The streams that one process serves."""

    def __init__(self) -> None:
        self._taken = Counter[str]()

    @contextmanager
    def taken(self, who: str) -> Generator[None]:
        """Has a seat while the context is entered.

        Raises:
            TooMany: there is none, or this one has as many as anybody may have.
        """
        if self._taken.total() >= MOST or self._taken[who] >= MOST_EACH:
            raise TooMany("as many look on as this process serves", 60)
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            self._taken += Counter()  # forgets those who have none
