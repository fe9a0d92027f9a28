"""How a Redis goes away under load, and the workers with it."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from random import Random
from typing import Final

from redis.asyncio import Redis

from jobsys.testing.faults.ledger import Ledger, open_runs
from tests.chaos.workers import Workers
from tests.support.redis_server import RedisServer

NO_TIME: Final = timedelta()
AWAY: Final = 1.0
"""For how many seconds Redis is gone, and how many of them its file loses."""


@dataclass
class Scene:
    """Where faults happen; `lost` is the time that Redis knows nothing of any more."""

    server: RedisServer
    workers: Workers
    ledger: Ledger
    draw: Random
    lost: tuple[float, float] = (inf, inf)
    kills: int = 0

    async def kill_a_worker(self) -> None:
        """Kills a worker in mid-job as soon as there is one."""
        while not self._is_killed(victim := self.draw.choice(self.workers.processes)):  # noqa: ASYNC110 (processes ring no bell)
            await asyncio.sleep(0.01)
        self.workers.replace(victim)
        self.kills += 1

    def _is_killed(self, victim: "subprocess.Popen[bytes]") -> bool:
        """Kills a worker that has begun a job; it stands still meanwhile, that it cannot end it."""
        victim.send_signal(signal.SIGSTOP)
        is_busy = any(open_runs(self.ledger.entries(), victim.pid))
        victim.send_signal(signal.SIGKILL if is_busy else signal.SIGCONT)
        return is_busy

    async def restart_redis(self) -> None:
        """Kills Redis once every worker serves, and starts it again on what it has written."""
        await self.workers.served(len(self.workers.processes) + self.kills)
        self.server.kill()
        await asyncio.sleep(AWAY)
        await asyncio.to_thread(self.server.start)

    async def lose_power(self) -> None:
        """Kills Redis, and takes what it has written within the last second from its file."""
        since, size = await self._written()
        await asyncio.sleep(AWAY)
        self.server.kill()
        os.truncate(self.server.appended, size)
        await asyncio.sleep(AWAY)  # time for whoever has an answer to read it
        self.lost = since, time.time()
        await asyncio.to_thread(self.server.start)

    async def _written(self) -> tuple[float, int]:
        """Returns a moment, and a size of the file that has all which was answered until then."""
        async with Redis.from_url(self.server.url) as admin:
            while True:
                now = time.time()
                if not (await admin.info("persistence"))["aof_buffer_length"]:
                    return now, self.server.appended.stat().st_size


@dataclass(frozen=True)
class Outage:
    """What happens each second, and at half time; jobs are delayed by up to so much.

    With an outbox nothing may be lost that was written there, whatever the backend loses.
    """

    each_second: Callable[[Scene], Coroutine[object, object, None]] | None
    at_half_time: Callable[[Scene], Coroutine[object, object, None]]
    delays: timedelta = NO_TIME
    outbox: bool = False

    async def strike(self, scene: Scene, *, half_time: bool) -> None:
        """Does what happens in a second of the run."""
        if self.each_second:
            await self.each_second(scene)
        if half_time:
            await self.at_half_time(scene)


OUTAGES: Final[Mapping[str, Outage]] = {
    "kills": Outage(Scene.kill_a_worker, Scene.restart_redis),
    "power loss": Outage(None, Scene.lose_power, delays=timedelta(seconds=2)),
    "kills, with an outbox": Outage(Scene.kill_a_worker, Scene.restart_redis, outbox=True),
    "power loss, with an outbox": Outage(
        None, Scene.lose_power, delays=timedelta(seconds=2), outbox=True
    ),
}
