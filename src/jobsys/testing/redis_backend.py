"""The Redis backend, made ready for the conformance suites."""

from datetime import datetime, timedelta
from typing import Final, cast

from jobsys.adapters.redis.circuits import RedisCircuits
from jobsys.adapters.redis.event_bus import RedisEventBus
from jobsys.adapters.redis.job_inspector import RedisJobInspector
from jobsys.adapters.redis.job_logs import RedisJobLogs
from jobsys.adapters.redis.job_queue import RedisJobQueue
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.presence import RedisPresence
from jobsys.adapters.redis.queue_policies import RedisQueuePolicies
from jobsys.adapters.redis.removal import RedisRemoval
from jobsys.adapters.redis.roster import RedisRoster
from jobsys.adapters.redis.scheduler import RedisScheduler
from jobsys.adapters.redis.store import RedisStore
from jobsys.adapters.redis.store_checker import RedisStoreChecker
from jobsys.domain.instants import from_ms, span_ms, to_ms
from jobsys.domain.job_id import JobId
from jobsys.testing.virtual_clock import START
from jobsys.testing.whole_backend import WholeBackend

CLOCK_KEY: Final = "virtual:clock"
CLOCK: Final = f"""
local function clock() return tonumber(redis.call('GET', '{CLOCK_KEY}') or '{to_ms(START)}') end
"""


class RedisBackend(WholeBackend):
    """A database of a real Redis whose scripts read a virtual clock; `reset` empties it."""

    def __init__(self, url: str, keep_last: int = 5, *, sweeps: bool = True) -> None:
        self.url = url
        self._keep_last = keep_last
        self._stores = [RedisStore(url, KeyLayout(), CLOCK)]
        self._queue = RedisJobQueue(self._stores[0], keep_last if sweeps else None)
        self._inspector = RedisJobInspector(self._stores[0])
        self._scheduler = RedisScheduler(self._stores[0])
        self._events = RedisEventBus(self._stores[0])
        self._presence = RedisPresence(self._stores[0], sure_after=0)
        self._circuits = RedisCircuits(self._stores[0])

    @property
    def queue(self) -> RedisJobQueue:
        """The adapter that is tested."""
        return self._queue

    @property
    def inspector(self) -> RedisJobInspector:
        """The same database, looked at."""
        return self._inspector

    @property
    def scheduler(self) -> RedisScheduler:
        """The schedules of the same store."""
        return self._scheduler

    @property
    def removal(self) -> RedisRemoval:
        """What removes from the same store by hand."""
        return RedisRemoval(self._stores[0], self._keep_last)

    @property
    def policies(self) -> RedisQueuePolicies:
        """The policies of the same store."""
        return RedisQueuePolicies(self._stores[0])

    @property
    def events(self) -> RedisEventBus:
        """The event bus of the same store."""
        return self._events

    @property
    def presence(self) -> RedisPresence:
        """The workers of the same store."""
        return self._presence

    @property
    def circuits(self) -> RedisCircuits:
        """The circuits of the same store."""
        return self._circuits

    @property
    def sees_deaths(self) -> bool:
        """Whether it can see a worker die."""
        return True

    @property
    def checker(self) -> RedisStoreChecker:
        """What finds and mends damage in the same store."""
        return RedisStoreChecker(self._stores[0])

    @property
    def logs(self) -> RedisJobLogs:
        """What was logged in the same store."""
        return RedisJobLogs(self._stores[0])

    @property
    def keep_last(self) -> int:
        """How many completed and cancelled jobs a queue keeps."""
        return self._keep_last

    async def another(self) -> RedisJobQueue:
        """Returns a second adapter, with connections of its own."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisJobQueue(self._stores[-1], self._keep_last)

    async def another_scheduler(self) -> RedisScheduler:
        """Returns a second adapter, as another process would have it."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisScheduler(self._stores[-1])

    async def another_event_bus(self) -> RedisEventBus:
        """Returns a second adapter, as another process would have it."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisEventBus(self._stores[-1])

    async def lose_a_listener(self) -> None:
        """Leaves behind what a process leaves that is killed while it listens."""
        channel = self._stores[0].listening.pubsub()
        async with channel:
            await channel.subscribe(f"{KeyLayout().events}:0")

    async def another_presence(self) -> RedisPresence:
        """Returns a second adapter, as another process would have it."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisPresence(self._stores[-1], sure_after=0)

    async def lose_a_worker(self, worker: str) -> None:
        """Leaves behind what a process leaves that is killed while this worker is there."""
        killed = RedisStore(self.url, KeyLayout())
        known = await killed.client.client_id()
        await killed.stop()
        await self._stores[0].client.hset(KeyLayout().workers, worker, str(known))

    async def another_circuits(self) -> RedisCircuits:
        """Returns a second adapter, as another process would have it."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisCircuits(self._stores[-1])

    async def damage_circuit(self, name: str) -> None:
        """Overwrites what is stored of a circuit."""
        await self._stores[0].client.hset(KeyLayout().circuits, name, "nonsense")

    async def another_job_logs(self) -> RedisJobLogs:
        """Returns a second adapter, as another process would have it."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisJobLogs(self._stores[-1])

    @property
    def roster(self) -> RedisRoster:
        """The cards in the same store."""
        return RedisRoster(self._stores[0])

    async def another_roster(self) -> RedisRoster:
        """Returns a second adapter, as another process would have it."""
        self._stores.append(RedisStore(self.url, KeyLayout(), CLOCK))
        return RedisRoster(self._stores[-1])

    async def damage_card(self, worker: str) -> None:
        """Overwrites a worker's card."""
        client, cards = self._stores[0].client, KeyLayout().cards
        stored = cast("bytes", await client.hget(cards, worker))
        await client.hset(cards, worker, b"9" * 20 + stored)

    async def now(self) -> datetime:
        """Returns what the scripts' clock shows."""
        shown = await self._stores[0].client.get(CLOCK_KEY)
        return START if shown is None else from_ms(int(shown))

    async def advance(self, by: timedelta) -> None:
        """Moves the scripts' clock forward, and brings nearer what Redis forgets by its own."""
        client = self._stores[0].client
        await client.set(CLOCK_KEY, to_ms(await self.now() + by))
        for log in await client.keys(KeyLayout().log(JobId.of("*", "*"))):
            await client.pexpire(log, await client.pttl(log) - span_ms(by))

    async def damage(self, job_id: JobId, raw: bytes | None) -> None:
        """Overwrites a stored envelope, or takes it away."""
        client, key = self._stores[0].client, KeyLayout().data(job_id.queue)
        if raw is None:
            await client.hdel(key, job_id.key)
            return
        stored = await client.hget(key, job_id.key)
        created = stored.partition(b"\n")[0] if isinstance(stored, bytes) else b""
        await client.hset(key, job_id.key, created + b"\n" + raw)

    async def reset(self) -> None:
        """Empties the database."""
        await self._stores[0].client.flushdb()

    async def close(self) -> None:
        """Closes every connection."""
        for store in self._stores:
            await store.stop()
