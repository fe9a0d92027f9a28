"""What goes wrong between jobsys and Redis."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

from redis.asyncio import Redis

from jobsys.testing.faults.rules import (
    Exchange,
    Fate,
    Which,
    any_of,
    every,
    lose_replies,
    now_and_then,
    untouched,
)
from jobsys.testing.faults.tcp_proxy import TcpProxy
from tests.support.script_calls import calls_of, claims, settles

REFUSALS: Final = (
    b"-LOADING Redis is loading the dataset in memory\r\n",
    b"-BUSY Redis is busy running a script. You can only call SCRIPT KILL.\r\n",
    b"-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n",
    b"-TRYAGAIN Multiple keys request during rehashing of slot\r\n",
    b"-READONLY You can't write against a read only replica.\r\n",
    b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    b"-NOSCRIPT No matching script. Please use EVAL.\r\n",
    b"-ERR max number of clients reached\r\n",
)
"""What a Redis says that will do again what it is asked for."""


@dataclass(frozen=True)
class Scene:
    """Where trouble is made, and for how long: a proxy, and a client of the Redis behind it."""

    proxy: TcpProxy
    admin: Redis
    draw: random.Random
    seconds: float

    async def again_and_again(self, pause: float, do: Callable[[], Awaitable[object]]) -> None:
        """Does something, and again after each pause, until the time is up."""
        end = monotonic() + self.seconds
        while monotonic() < end:
            await do()
            await asyncio.sleep(pause)


Brew = Callable[[Scene], Coroutine[object, object, None]]
"""Makes trouble; what a rule of the proxy does goes on until every job has ended."""


@dataclass(frozen=True)
class Trouble:
    """A fault, and what of it may be seen: which share of the jobs twice, whether errors at all."""

    brew: Brew
    twice: float = 0.0
    errors: bool = False
    connections: int = 50
    slots: int = 10


def losing(which: Which, number: int) -> Brew:
    """Loses each n-th reply of those."""

    async def brew(scene: Scene) -> None:
        scene.proxy.obey(lose_replies(every(number, which)))

    return brew


async def refusals(scene: Scene) -> None:
    """Answers everything with one refusal after the other; half of it is done all the same."""
    for reply in REFUSALS:
        scene.proxy.obey(_refusing(reply))
        await asyncio.sleep(scene.seconds / len(REFUSALS))
    scene.proxy.obey(untouched)


def _refusing(reply: bytes) -> Callable[[Exchange], Fate | bytes]:
    def fate(seen: Exchange) -> Fate | bytes:
        is_done = bool(seen.number % 2)
        return reply if is_done is (seen.reply is not None) else Fate.PASS

    return fate


async def flushed_scripts(scene: Scene) -> None:
    """Makes Redis forget every script, again and again."""
    await scene.again_and_again(0.1, scene.admin.script_flush)


async def cut_connections(scene: Scene) -> None:
    """Makes Redis hang up on everybody, again and again."""
    await scene.again_and_again(0.2, lambda: scene.admin.client_kill_filter(_type="normal"))


async def slow_and_shaky(scene: Scene) -> None:
    """Keeps each reply back for 0.1 to 0.3 s, and loses one in a hundred."""
    scene.proxy.delay(timedelta(seconds=0.2), timedelta(seconds=0.1))
    scene.proxy.obey(lose_replies(now_and_then(0.01, scene.draw)))


async def nobody_gets_in(scene: Scene) -> None:
    """Hangs up on everybody, and accepts nobody for a while."""
    await scene.admin.config_set("maxclients", 1)
    await scene.admin.client_kill_filter(_type="normal")
    await asyncio.sleep(scene.seconds)
    await scene.admin.config_set("maxclients", 10_000)


async def nothing(_: Scene) -> None:
    """Makes no trouble: the fault is in the settings."""


TROUBLES: Final[Mapping[str, Trouble]] = {
    "lost replies of submits": Trouble(losing(calls_of("enqueue"), 10)),
    "lost replies of claims": Trouble(losing(claims, 4)),
    "lost replies of ends": Trouble(losing(settles, 4)),
    "lost replies of anything": Trouble(losing(any_of, 10), errors=True),
    "refusals": Trouble(refusals, errors=True),
    "flushed scripts": Trouble(flushed_scripts),
    "cut connections": Trouble(cut_connections, twice=0.01, errors=True),
    "slow and shaky": Trouble(slow_and_shaky, twice=0.01, errors=True),
    "few connections": Trouble(nothing, connections=4, slots=50),
    "no connections": Trouble(nobody_gets_in, errors=True),
}
