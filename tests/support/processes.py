"""What tests of other processes need: to wait for them, and ports for them to listen at."""

import socket
from collections.abc import Callable
from time import monotonic, sleep


def until(happened: Callable[[], object], within: float = 60) -> None:
    """Returns once something has happened; fails where it never does."""
    end = monotonic() + within
    while not happened():
        assert monotonic() < end, "it did not happen"
        sleep(0.02)


def free_port() -> int:
    """Returns a port of this host at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
