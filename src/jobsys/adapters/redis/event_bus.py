"""Notices through a channel of Redis."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, cast

from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import RedisError

from jobsys.adapters.redis.errors import translated
from jobsys.adapters.redis.store import RedisStore
from jobsys.domain.notice import JobNotice, NoticeInterest, decoded, encoded
from jobsys.ports.event_bus import EventBus
from jobsys.ports.subscription import Subscription

log = logging.getLogger("jobsys.events")

QUIET: Final = 5.0
"""Seconds without a word after which a listener asks whether its connection still lives."""
SOONEST: Final = 0.05
LATEST: Final = 2.0


class RedisEventBus(EventBus):
    """Each listener has a connection of its own, and opens it anew when it is lost."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        # A channel belongs to the whole server, and a namespace to one of its databases.
        database = store.client.connection_pool.connection_kwargs.get("db") or 0
        self._channel = f"{store.layout.events}:{database}"

    async def publish(self, notices: Sequence[JobNotice]) -> bool:
        try:
            return bool(await self._store.client.publish(self._channel, encoded(notices)))
        except (RedisError, OSError) as error:
            log.warning("%d notices are lost: %r", len(notices), error)
            return False

    @asynccontextmanager
    async def subscribe(self, interest: NoticeInterest) -> AsyncGenerator[Subscription]:
        listener = Subscription(interest)
        joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        reader = asyncio.create_task(self._read(listener, joined), name="jobsys-events")
        try:
            with translated(self._store.address):
                await joined
            yield listener
        finally:
            listener.close()
            reader.cancel()
            await asyncio.wait([reader])

    async def _read(self, listener: Subscription, joined: "asyncio.Future[None]") -> None:
        """Hands on what comes until the listener leaves; only the first failure is told."""
        pause = SOONEST
        while not listener.is_closed:  # a client may swallow a cancel
            try:
                async with self._joined() as channel:
                    pause = SOONEST
                    if not joined.done():
                        joined.set_result(None)
                    await _hand_on(channel, listener)
            except (RedisError, OSError) as error:
                if not joined.done():
                    joined.set_exception(error)
                    return
                log.warning("a listener has lost its connection, and joins again: %r", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LATEST)

    @asynccontextmanager
    async def _joined(self) -> AsyncGenerator[PubSub]:
        """Opens a connection, and waits until Redis has confirmed that it listens."""
        channel = self._store.listening.pubsub()
        async with channel:
            await channel.subscribe(self._channel)
            if await _message(channel) is None:
                raise LostConnection("no answer to a subscription")
            yield channel


async def _hand_on(channel: PubSub, listener: Subscription) -> None:
    asked = False
    while not listener.is_closed:
        message = await _message(channel)
        if message is None and asked:
            raise LostConnection("no answer to a ping")
        asked = message is None
        if message is None:
            await channel.ping()
        elif message["type"] == "message":
            _take(cast("bytes", message["data"]), listener)


async def _message(channel: PubSub) -> Mapping[str, object] | None:
    return cast("Mapping[str, object] | None", await channel.get_message(timeout=QUIET))


def _take(data: bytes, listener: Subscription) -> None:
    try:
        listener.offer(decoded(data))
    except ValueError as error:
        log.warning("something else than notices came through the channel: %s", error)
