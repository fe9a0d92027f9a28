"""Reading what is large page by page, so that Redis is never busy for long."""

from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import count
from typing import Final, cast

from redis.asyncio import Redis

PAGE: Final = 1000


async def hash_pages(
    client: "Redis", key: str, size: int = PAGE
) -> AsyncIterator[Mapping[bytes, bytes]]:
    """Yields a hash's fields; one may come twice."""
    cursor = 0
    while True:
        found = await client.hscan(key, cursor, count=size)
        cursor, page = cast("tuple[int, Mapping[bytes, bytes]]", found)
        yield page
        if not cursor:
            return


async def sorted_set_pages(
    client: "Redis", key: str
) -> AsyncIterator[Sequence[tuple[bytes, float]]]:
    """Yields a sorted set's members and scores; one may come twice."""
    cursor = 0
    while True:
        found = await client.zscan(key, cursor, count=PAGE)
        cursor, page = cast("tuple[int, Sequence[tuple[bytes, float]]]", found)
        yield page
        if not cursor:
            return


async def members(client: "Redis", key: str) -> set[bytes]:
    """Returns a set's members."""
    cursor, every = 0, set[bytes]()
    while True:
        found = await client.sscan(key, cursor, count=PAGE)
        cursor, page = cast("tuple[int, Sequence[bytes]]", found)
        every.update(page)
        if not cursor:
            return every


async def key_pages(client: "Redis", pattern: str) -> AsyncIterator[Sequence[bytes]]:
    """Yields the keys that match; one may come twice."""
    cursor = 0
    while True:
        found = await client.scan(cursor, match=pattern, count=PAGE)
        cursor, page = cast("tuple[int, Sequence[bytes]]", found)
        yield page
        if not cursor:
            return


async def list_pages(client: "Redis", key: str) -> AsyncIterator[Sequence[bytes]]:
    """Yields a list's entries from its tail on: what is claimed meanwhile shifts none of them."""
    for begin in count(step=PAGE):
        page = cast("list[bytes]", await client.lrange(key, -begin - PAGE, -begin - 1))
        yield page
        if len(page) < PAGE:
            return


def text(name: bytes) -> str:
    """Returns a name; one that is no text is changed, and no script then finds it."""
    return name.decode(errors="replace")
