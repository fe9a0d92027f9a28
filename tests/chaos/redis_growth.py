"""Runs many jobs through Redis, which keeps few of them: `./dev chaos growth --backend redis`."""

from dataclasses import dataclass
from time import monotonic
from typing import Final

from redis.asyncio import Redis

from jobsys.adapters.redis.backend import RedisBackend
from jobsys.adapters.system.clock import SystemClock
from jobsys.ports.backend import BackendOptions
from tests.chaos.growth import BATCH, KEPT, one_batch

MORE: Final = 1.05
"""How many times what it was at first Redis' memory may be in the end."""


@dataclass(frozen=True)
class Figures:
    """What a run showed: keys and megabytes when as many jobs had run as are kept, and in the end."""

    backend: str
    jobs: int
    seconds: float
    first_keys: int
    most_keys: int
    keys_after: int
    first_memory: float
    most_memory: float
    memory_after: float

    @property
    def promised(self) -> bool:
        """True when Redis holds no more in the end than when it held what is kept."""
        return (
            self.keys_after == self.most_keys == self.first_keys
            and self.memory_after <= self.first_memory * MORE
        )


async def run_through(url: str, jobs: int) -> Figures:
    """Brings, claims and completes so many jobs in an empty Redis."""
    backend, begun = RedisBackend(BackendOptions(url, SystemClock(), keep_last=KEPT)), monotonic()
    await backend.start()
    sizes: list[tuple[int, float]] = []
    async with Redis.from_url(url) as admin:
        await admin.config_set("slowlog-log-slower-than", -1)  # it would grow, and is not ours
        for number in range(1, jobs // BATCH + 1):
            await one_batch(backend.ports.queue, number)
            sizes.append(await _size(admin))
    await backend.stop()
    first, last = sizes[KEPT // BATCH], sizes[-1]
    return Figures(
        backend="redis",
        jobs=jobs // BATCH * BATCH,
        seconds=round(monotonic() - begun, 1),
        first_keys=first[0],
        most_keys=max(keys for keys, _ in sizes),
        keys_after=last[0],
        first_memory=first[1],
        most_memory=max(memory for _, memory in sizes),
        memory_after=last[1],
    )


async def _size(admin: Redis) -> tuple[int, float]:
    memory: int = (await admin.info("memory"))["used_memory"]
    return await admin.dbsize(), round(memory / 2**20, 2)
