"""The Lua scripts, put together from their files and called by hash."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, ResponseError

from jobsys.adapters.redis.client import SOCKET_TIMEOUT

Argument = str | bytes | int
Call = tuple[str, Sequence[str], Sequence[Argument]]

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "layout": (),
    "enqueue": ("_prelude", "_counts", "_entries", "_arrive"),
    "turn": (
        "_prelude",
        "_counts",
        "_entries",
        "_memo",
        "_errors",
        "_goals",
        "_settle",
        "_claim",
    ),
    "extend": ("_prelude",),
    "reclaim": ("_prelude", "_entries", "_memo", "_sweep"),
    "tick": ("_prelude", "_counts", "_entries"),
    "move": ("_prelude", "_counts", "_entries"),
    "read": ("_prelude",),
    "counts": ("_prelude",),
    "schedule_put": ("_prelude", "_schedules"),
    "schedule_set": ("_prelude", "_schedules"),
    "schedule_remove": ("_prelude", "_schedules"),
    "schedule_due": ("_prelude", "_schedules"),
    "schedule_read": ("_prelude", "_schedules"),
    "schedule_fire": ("_prelude", "_counts", "_entries", "_arrive", "_schedules"),
    "roll": ("_gone",),
    "missed": ("_gone",),
    "fsck_jobs": ("_prelude", "_counts", "_errors"),
    "fsck_parts": ("_prelude", "_schedules"),
}


class Scripts:
    """Runs scripts atomically in Redis; each call is one round trip, many go in one pipeline.

    A call may take as long as one over a socket may; `client` needs no time limit of its own.
    `clock` is the Lua that defines `clock()`, the milliseconds by which a backend judges time.
    """

    def __init__(self, client: "Redis", clock: str | None = None) -> None:
        self._client = client
        self._sources = {name: source(name, clock or part("_clock")) for name in PARTS}
        self._hashes = {name: _hash_of(text) for name, text in self._sources.items()}

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> object:
        """Runs one script and returns what it answers."""
        async with asyncio.timeout(SOCKET_TIMEOUT):
            try:
                return await self._client.evalsha(self._hashes[name], len(keys), *keys, *args)
            except NoScriptError:
                return await self._client.eval(self._sources[name], len(keys), *keys, *args)

    async def run_all(self, calls: Sequence[Call]) -> Sequence[object]:
        """Runs scripts in one pipeline, each atomic by itself; a failed one answers its error."""
        if len(calls) == 1:
            name, keys, args = calls[0]
            try:
                return [await self.run(name, keys, args)]
            except ResponseError as error:
                return [error]
        answers = await self._pipelined("EVALSHA", self._hashes, calls)
        unknown = [i for i, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            again = await self._pipelined("EVAL", self._sources, [calls[i] for i in unknown])
            for index, answer in zip(unknown, again, strict=True):
                answers[index] = answer
        return answers

    async def _pipelined(
        self, command: str, texts: Mapping[str, str], calls: Sequence[Call]
    ) -> list[object]:
        pipeline = self._client.pipeline(transaction=False)
        for name, keys, args in calls:
            pipeline.execute_command(command, texts[name], len(keys), *keys, *args)
        async with asyncio.timeout(SOCKET_TIMEOUT):
            return list(await pipeline.execute(raise_on_error=False))


def source(name: str, clock: str) -> str:
    """Returns a script's whole text: its flags first, as Redis wants, then the clock and parts."""
    flags, _, body = part(name).partition("\n")
    return "\n".join([flags, clock, *map(part, PARTS[name]), body])


def _hash_of(text: str) -> str:
    """Returns the name under which Redis caches a script."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()


@cache
def part(name: str) -> str:
    """Returns the text of one Lua file."""
    return (files("jobsys.adapters.redis") / "lua" / f"{name}.lua").read_text()
