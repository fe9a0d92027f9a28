"""Where a message of the Redis protocol (RESP 2 and 3) ends, and what it says."""

from typing import Final

END: Final = b"\r\n"
_BULK: Final = b"$=!"
_LISTS: Final = b"*~>"
_MAPS: Final = b"%|"


def resp(buffer: bytes) -> int:
    r"""Returns the length of the first whole message, 0 while it is not whole.

    >>> resp(b"+OK\r\n:1\r\n"), resp(b"$5\r\nhel")
    (5, 0)
    """
    return max(_end(buffer, 0), 0)


def words(request: bytes) -> list[bytes]:
    r"""Returns a command's name and arguments.

    >>> words(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")
    [b'GET', b'k']
    """
    found: list[bytes] = []
    at = request.find(END) + 2
    while 2 <= at < len(request):
        begin = request.index(END, at) + 2
        at = begin + int(request[at + 1 : begin - 2]) + 2
        found.append(request[begin : at - 2])
    return found


def _end(buffer: bytes, start: int) -> int:
    """Returns where the message that begins at `start` ends; -1 while that has not come."""
    line = buffer.find(END, start)
    if start < 0 or line < 0:
        return -1
    kind, at = buffer[start : start + 1], line + 2
    if kind in _BULK:
        length = int(buffer[start + 1 : line])
        at += length + 2 if length >= 0 else 0
        return at if at <= len(buffer) else -1
    for _ in range(_parts(kind, buffer[start + 1 : line])):
        at = _end(buffer, at)
    return at


def _parts(kind: bytes, head: bytes) -> int:
    """Returns how many messages a message has in it; an attribute has the one that it describes."""
    if kind in _LISTS:
        return int(head)
    return 2 * int(head) + (kind == b"|") if kind in _MAPS else 0
