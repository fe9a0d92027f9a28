"""What goes on in a thread beside a test."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def meanwhile(do: Callable[[], object]) -> Generator[None]:
    """Does something again and again, as fast as it can, during the block."""
    over = threading.Event()

    def go() -> None:
        while not over.is_set():
            do()

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
