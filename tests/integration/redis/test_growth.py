"""Redis holds what is kept of its jobs, however many have run."""

from pathlib import Path

from tests.chaos.redis_growth import run_through
from tests.support.redis_server import RedisServer


async def test_redis_holds_no_more_than_is_kept_however_many_jobs_have_run(
    redis_binary: Path,
) -> None:
    with RedisServer(redis_binary) as server:
        figures = await run_through(server.url, 4_000)
    print(figures)
    assert figures.promised
