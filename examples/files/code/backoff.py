"""How long to wait before the next attempt."""

from collections.abc import Callable


def backoff(attempt: int, draw: Callable[[], float], base: float = 1.0, cap: float = 60.0) -> float:
    """Waits a random time below a ceiling that doubles with each attempt.

    >>> [backoff(attempt, draw=lambda: 1.0) for attempt in range(1, 9)]
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    >>> backoff(4, draw=lambda: 0.25)
    2.0
    """
    ceiling = min(cap, base * 2 ** (attempt - 1))
    return ceiling * draw()
