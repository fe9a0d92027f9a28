"""One Redis as jobsys uses it: its clients, its keys and its scripts."""

from collections.abc import Sequence
from typing import Final, cast

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import ResponseError

from jobsys.adapters.redis.client import connect, masked
from jobsys.adapters.redis.durability import facts_of, run_of, weaknesses_of
from jobsys.adapters.redis.errors import refuses_writes, translated
from jobsys.adapters.redis.exchange import Exchange, Word, command
from jobsys.adapters.redis.key_layout import KeyLayout
from jobsys.adapters.redis.opening import LAYOUT, check_layout, check_version
from jobsys.adapters.redis.room import room_of
from jobsys.adapters.redis.scripts import Argument, Call, Scripts
from jobsys.ports.durability import Weakness
from jobsys.ports.room import Room

LONGEST_BLOCK: Final = 5.0
"""Seconds for which a call may ask Redis to wait with its answer."""
ANSWERED_WITHIN: Final = LONGEST_BLOCK + 2
"""Seconds that such a call may take."""


class RedisStore:
    """Shared by the adapters of one event loop; connects at the first call.

    A call whose connection was lost is made once more: every script may be repeated.
    Who calls by `unlimited` or `ask` sets a time limit: one of redis-py's costs a task per call, and
    swallows a cancel that comes as the call was sent, and so waits as long as Redis does.
    """

    def __init__(self, url: str, layout: KeyLayout, clock: str | None = None) -> None:
        self.address = masked(url)
        self.layout = layout
        self.client: Redis = connect(url)
        self.unlimited: Redis = connect(url, socket_timeout=None)
        self.listening: Redis = connect(url)
        self._calling: Redis = connect(url, socket_timeout=None)
        self._exchange = Exchange(self._calling)
        self._scripts = Scripts(self._exchange, clock)

    async def start(self) -> None:
        """Proves that Redis answers, and that it and the keys in it suit this release.

        Raises:
            QueueUnavailable: it does not answer.
            ConfigurationError: it refuses the user, it is too old, or its keys are too new.
        """
        with translated(self.address):
            await check_version(self.client, self.address)
            known = cast("bytes | None", await self.client.get(self.layout.layout))
            found = known or await self._noted_layout()
        check_layout(found, self.layout.layout, self.address)

    async def weaknesses(self) -> Sequence[Weakness]:
        """Returns what this server is worth as it is configured."""
        with translated(self.address):
            return weaknesses_of(await facts_of(self.client), self.address)

    async def incarnation(self) -> str:
        """Returns which run of which copy of the data this server is."""
        with translated(self.address):
            return await run_of(self.client)

    async def room(self) -> Room:
        """Returns what is taken of this server's memory, by others as well, and what is free."""
        with translated(self.address):
            return await room_of(self.client, self.address)

    async def stop(self) -> None:
        """Closes every connection."""
        await self.client.aclose()
        await self.unlimited.aclose()
        await self.listening.aclose()
        await self._calling.aclose()

    async def _noted_layout(self) -> bytes:
        """Returns the layout that the keys have now; one that cannot be noted is this release's."""
        try:
            return cast("bytes", await self._scripts.run("layout", [self.layout.layout], [LAYOUT]))
        except ResponseError as error:
            if not refuses_writes(error):
                raise
            return b"%d" % LAYOUT

    async def ask(self, *words: Word) -> object:
        """Returns the answer to one command, however long it takes: who asks sets a time limit."""
        with translated(self.address):
            [answer] = await self._exchange.ask([command(*words)])
            if isinstance(answer, ResponseError):
                raise answer
            return answer

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> object:
        """Runs one script and returns its answer."""
        with translated(self.address):
            try:
                return await self._scripts.run(name, keys, args)
            except LostConnection:
                return await self._scripts.run(name, keys, args)

    async def run_all(self, calls: Sequence[Call]) -> Sequence[object]:
        """Runs scripts in one round trip; one that failed answers its exception."""
        with translated(self.address):
            try:
                return await self._scripts.run_all(calls)
            except LostConnection:
                return await self._scripts.run_all(calls)
