"""The Lua scripts, put together from their files and called by hash."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha1
from importlib.resources import files
from typing import Final

from redis.exceptions import NoScriptError, ResponseError

from jobsys.adapters.redis.client import SOCKET_TIMEOUT
from jobsys.adapters.redis.exchange import Exchange, Word, command, packed
from jobsys.adapters.redis.time_limit import TimeLimit

Argument = Word
Call = tuple[str, Sequence[str], Sequence[Argument]]

_NAMED: Final = "_keys", "_prelude"
_LOOKING: Final = (*_NAMED, "_policy", "_lists", "_looks")
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "layout": (),
    "enqueue": (
        "_inlet",
        "_prelude",
        "_policy",
        "_lists",
        "_counts",
        "_room",
        "_unique",
        "_entries",
        "_arrive",
    ),
    "turn": (
        *_LOOKING,
        "_counts",
        "_entries",
        "_memo",
        "_errors",
        "_goals",
        "_compare",
        "_settle",
        "_ageing",
        "_heads",
        "_claim",
    ),
    "extend": _NAMED,
    "reclaim": (*_LOOKING, "_entries", "_memo", "_sweep"),
    "tick": (*_LOOKING, "_holders", "_unique", "_counts", "_entries", "_remove"),
    "over": _NAMED,
    "remove": (*_LOOKING, "_counts", "_remove"),
    "move": (*_LOOKING, "_holders", "_unique", "_counts", "_entries", "_places"),
    "read": _NAMED,
    "edit": (*_NAMED, "_errors"),
    "ahead": (*_NAMED, "_policy", "_lists", "_entries"),
    "counts": (*_NAMED, "_policy", "_lists", "_entries", "_ageing"),
    "schedule_put": (*_LOOKING, "_schedules"),
    "schedule_set": (*_LOOKING, "_schedules"),
    "schedule_remove": (*_LOOKING, "_schedules"),
    "schedule_due": (*_LOOKING, "_schedules"),
    "schedule_read": (*_LOOKING, "_schedules"),
    "schedule_fire": (*_LOOKING, "_counts", "_entries", "_arrive", "_schedules"),
    "policy": _LOOKING,
    "circuits": (),
    "card": (),
    "cards": (),
    "log": (),
    "roll": ("_gone",),
    "missed": ("_gone",),
    "fsck_jobs": (*_LOOKING, "_counts", "_errors", "_spots"),
    "fsck_parts": (*_LOOKING, "_findings"),
    "fsck_schedules": (*_LOOKING, "_schedules", "_findings"),
}


class Scripts:
    """Runs scripts atomically in Redis; each call is one round trip, many go in one.

    A call may take as long as one over a socket may.
    """

    def __init__(self, exchange: Exchange, clock: str | None = None) -> None:
        """`clock` is the Lua that defines `clock()`: the milliseconds by which time is judged."""
        self._exchange = exchange
        self._limit = TimeLimit(SOCKET_TIMEOUT)
        self._sources = {name: source(name, clock or part("_clock")) for name in PARTS}
        self._hashes = {name: _hash_of(text) for name, text in self._sources.items()}

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> object:
        """Runs one script and returns what it answers."""
        [answer] = await self.run_all([(name, keys, args)])
        if isinstance(answer, ResponseError):
            raise answer
        return answer

    async def run_all(self, calls: Sequence[Call]) -> Sequence[object]:
        """Runs scripts, each atomic by itself; a failed one answers its error."""
        with self._limit.call():
            answers = await self._exchange.ask([self._by_hash(*call) for call in calls])
            unknown = [i for i, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
            if unknown:
                again = await self._exchange.ask([self._by_text(*calls[i]) for i in unknown])
                for index, answer in zip(unknown, again, strict=True):
                    answers[index] = answer
        return answers

    def _by_hash(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> bytes:
        begin, number = _begin(self._hashes[name], tuple(keys))
        return b"*%d\r\n%b%b" % (number + len(args), begin, packed(args))

    def _by_text(self, name: str, keys: Sequence[str], args: Sequence[Argument]) -> bytes:
        return command("EVAL", self._sources[name], len(keys), *keys, *args)


@lru_cache(maxsize=1024)  # a queue's keys are always the same
def _begin(name: str, keys: tuple[str, ...]) -> tuple[bytes, int]:
    """Returns how calls of a script with these keys begin, and how many words that is."""
    words: tuple[Word, ...] = ("EVALSHA", name, len(keys), *keys)
    return packed(words), len(words)


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
