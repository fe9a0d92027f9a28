"""How messages between a worker and its child processes are cut: a kind, a length, and the bytes."""

from struct import Struct
from typing import Final

HEAD: Final = Struct("!cI")
NOTICE: Final = Struct("!d")
"""What each order begins with: in how many seconds its time is short."""

READY, LOST, UNFIT, NOTE, ANSWER, LAST = b"r", b"l", b"u", b"n", b"a", b"z"
"""What a child says; it is lost where it cannot import the application."""
ORDER, NEWS = b"o", b"w"
"""What it is told."""

LARGEST_NOTE: Final = 64 * 1024


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """Returns a message as it is sent.

    >>> frame(NOTE, b"half way")[-8:]
    b'half way'
    """
    return HEAD.pack(kind, len(body)) + body
