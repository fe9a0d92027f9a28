"""What each process makes once."""

import os
import threading
from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A function that is called once in each process, and then returns what it returned there.

    >>> numbers = iter(range(9))
    >>> number = Once(lambda: next(numbers))
    >>> number(), number()
    (0, 0)
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.RLock()
        self._made: tuple[int, T] | None = None
        update_wrapper(self, make)

    def __call__(self) -> T:
        """Returns what was made in this process, not in one from which it was forked."""
        if self._made is None or self._made[0] != os.getpid():
            with self._lock:
                if self._made is None or self._made[0] != os.getpid():
                    self._made = (os.getpid(), self._make())
        return self._made[1]
