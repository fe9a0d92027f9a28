"""A Redis that goes away under load, and workers with it."""

from pathlib import Path

import pytest

from tests.chaos.outages import OUTAGES
from tests.chaos.restarts import endure
from tests.support.redis_server import EVERYSEC, RedisServer

JOBS = 200
SEED = 20_300_101


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.replace(" ", "-"))
async def test_nothing_is_gone_but_what_redis_itself_lost(
    outage: str, redis_binary: Path, tmp_path: Path
) -> None:
    with RedisServer(redis_binary, appendonly=True, options=EVERYSEC) as server:
        first = server.pid
        figures = await endure(outage, server, JOBS, SEED, tmp_path)
        assert server.pid != first
    print(figures)
    assert figures.sound
    assert bool(figures.forgotten) == (outage == "power loss")
    assert bool(figures.kills) == outage.startswith("kills")
    assert bool(figures.at_risk) == outage.startswith("power loss")
