"""Whatever the network does, nothing is lost, and every count stays right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.network import Extent, endure
from tests.chaos.troubles import TROUBLES
from tests.support.redis_server import RedisServer

SEED = 20_300_101


@pytest.fixture(scope="module")
def server(redis_binary: Path) -> Iterator[RedisServer]:
    """A Redis of this module's own, which keeps what it accepts: all of its clients are killed."""
    with RedisServer(redis_binary, appendonly=True) as server:
        yield server


EXTENTS = {
    "lost replies of submits": Extent(jobs=200, seconds=0),
    "lost replies of claims": Extent(jobs=100, seconds=1),
    "lost replies of ends": Extent(jobs=200, seconds=1),
    "lost replies of anything": Extent(jobs=100, seconds=1),
    "refusals": Extent(jobs=100, seconds=3),
    "flushed scripts": Extent(jobs=300, seconds=1),
    "cut connections": Extent(jobs=200, seconds=3),
    "slow and shaky": Extent(jobs=20, seconds=0),
    "few connections": Extent(jobs=300, seconds=1),
    "no connections": Extent(jobs=50, seconds=1),
}


@pytest.mark.parametrize("fault", EXTENTS, ids=lambda fault: fault.replace(" ", "-"))
async def test_nothing_is_lost_and_every_count_is_right(
    fault: str, server: RedisServer, tmp_path: Path
) -> None:
    figures = await endure(fault, EXTENTS[fault], server.url, SEED, tmp_path)
    print(figures)
    assert figures.sound


def test_every_trouble_is_tried() -> None:
    assert EXTENTS.keys() == TROUBLES.keys()
