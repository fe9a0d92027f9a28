"""A proxy in front of the test's Redis, and a ledger of what happened."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from jobsys.testing.faults.ledger import Ledger
from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.support.proxied import proxy_to, url_through


@pytest.fixture
async def proxy(clean_redis_url: str) -> AsyncIterator[TcpProxy]:
    async with proxy_to(clean_redis_url) as proxy:
        yield proxy


@pytest.fixture
def proxied_url(proxy: TcpProxy, clean_redis_url: str) -> str:
    """The test's database, reached through the proxy."""
    return url_through(proxy, clean_redis_url)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger")
    yield ledger
    ledger.close()
