"""What is said to Redis and what it answers: one message there, and an answer to each command."""

from collections.abc import Sequence
from typing import Protocol, cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

Word = str | bytes | int


class Connection(Protocol):
    """What is used of redis-py's connections, which it leaves half untyped."""

    @property
    def is_connected(self) -> bool: ...
    def should_reconnect(self) -> bool: ...
    async def can_read(self) -> bool: ...
    async def send_packed_command(self, command: bytes) -> None: ...
    async def read_response(self) -> object: ...


class Pool(Protocol):
    """What is used of redis-py's pools."""

    async def get_connection(self) -> Connection: ...
    async def ensure_connection(self, connection: Connection) -> None: ...
    async def release(self, connection: Connection) -> None: ...


class Exchange:
    """Sends packed commands and reads their answers, over connections of redis-py's.

    redis-py connects, limits, mends and closes these. What else it does for each command (packing,
    hooks, its pool's locks) costs more than all the rest of a call, so a connection stays here
    from one call to the next; `client` serves nobody else.
    """

    def __init__(self, client: "Redis") -> None:
        self._pool = cast("Pool", client.connection_pool)
        self._idle: list[Connection] = []
        self._drawing = 0

    async def ask(self, commands: Sequence[bytes]) -> list[object]:
        """Returns the answer to each command; to one that Redis refused, its error.

        A connection is closed, by redis-py, where this ends before every answer was read.
        """
        if not commands:
            return []
        connection = self._idle.pop() if self._idle else await self._drawn()
        try:
            if not connection.is_connected or await connection.can_read():
                await self._pool.ensure_connection(connection)
            await connection.send_packed_command(b"".join(commands))
            return [await _answer(connection) for _ in commands]
        finally:
            await self._put_back(connection)

    async def _drawn(self) -> Connection:
        self._drawing += 1
        try:
            return await self._pool.get_connection()
        finally:
            self._drawing -= 1

    async def _put_back(self, connection: Connection) -> None:
        """Keeps a connection, unless somebody waits for one or redis-py wants it back."""
        if self._drawing or connection.should_reconnect():
            await self._pool.release(connection)
        else:
            self._idle.append(connection)


def command(*words: Word) -> bytes:
    r"""Returns a command as Redis reads it.

    >>> command("GET", 7)
    b'*2\r\n$3\r\nGET\r\n$1\r\n7\r\n'
    """
    return b"*%d\r\n%b" % (len(words), packed(words))


def packed(words: Sequence[Word]) -> bytes:
    """Returns words of a command as Redis reads them."""
    said = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in said])


async def _answer(connection: Connection) -> object:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error
