"""How often something may be done by one and the same."""

from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic
from typing import Final

MOST_KNOWN: Final = 10_000
"""Beyond so many, whoever was not seen for longest is forgotten."""


class Window:
    """Counts what each does in any `seconds`; beyond `most` it says how long to wait."""

    def __init__(
        self, most: int, seconds: float = 60, now: Callable[[], float] = monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._now = now
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, who: str) -> float:
        """Returns the seconds until one more is allowed; nought where it is."""
        seen, now = self._seen.get(who), self._now()
        while seen and seen[0] <= now - self._seconds:
            seen.popleft()
        return 0 if seen is None or len(seen) < self._most else seen[0] + self._seconds - now

    def count(self, who: str) -> None:
        """Counts one more."""
        seen = self._seen.setdefault(who, deque(maxlen=self._most))
        seen.append(self._now())
        self._seen.move_to_end(who)
        if len(self._seen) > MOST_KNOWN:
            self._seen.popitem(last=False)
