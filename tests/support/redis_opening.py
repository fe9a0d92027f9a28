"""A store of Redis, opened for a while, and a way to a server that changes what it answers."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.store import RedisStore
from jobsys.testing.faults.rules import Exchange, Fate
from tests.support.proxied import proxy_to, url_through
from tests.support.redis_server import RedisServer


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisStore]:
    store = RedisStore(url, KeyLayout())
    try:
        yield store
    finally:
        await store.stop()


@asynccontextmanager
async def rewritten(server: RedisServer, pattern: bytes, by: bytes) -> AsyncIterator[str]:
    """Yields the URL of a way to a server on which `by` stands wherever answers match a pattern."""

    def rule(seen: Exchange) -> Fate | bytes:
        return Fate.PASS if seen.reply is None else re.sub(pattern, by, seen.reply)

    async with proxy_to(server.url) as proxy:
        proxy.obey(rule)
        yield url_through(proxy, server.url)
