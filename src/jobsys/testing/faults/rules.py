"""What becomes of the messages that pass a proxy."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, the `number`-th that came; its reply is None while the request is on its way."""

    number: int
    request: bytes
    reply: bytes | None = None


class Fate(Enum):
    """PASS: it goes its way. LOSE: it never arrives, and its connection is reset."""

    PASS = "pass"  # noqa: S105 (no password)
    LOSE = "lose"


Rule = Callable[[Exchange], Fate | bytes]
"""Is asked about each request and then about its reply; bytes are what the client gets instead.

Where they stand in for a request, the server never sees it.
"""

Which = Callable[[Exchange], bool]


def untouched(_: Exchange) -> Fate:
    """Lets everything pass."""
    return Fate.PASS


def lose_replies(which: Which) -> Rule:
    """Loses replies: what was asked for was done, and the client is never told."""
    return lambda seen: Fate.LOSE if seen.reply is not None and which(seen) else Fate.PASS


def lose_requests(which: Which) -> Rule:
    """Loses requests: nothing was done, and the client cannot know that."""
    return lambda seen: Fate.LOSE if seen.reply is None and which(seen) else Fate.PASS


def answer_instead(reply: bytes, which: Which) -> Rule:
    """Answers in the server's place, which does nothing."""
    return lambda seen: reply if seen.reply is None and which(seen) else Fate.PASS


def rewrite_replies(reply: bytes, which: Which) -> Rule:
    """Gives the client another reply than the server's, which has done what it was asked for."""
    return lambda seen: reply if seen.reply is not None and which(seen) else Fate.PASS


def any_of(_: Exchange) -> bool:
    """Picks everything."""
    return True


def nth(number: int, of: Which = any_of) -> Which:
    """Picks one of them, counted from 1."""
    counted = count(1)
    return lambda seen: of(seen) and next(counted) == number


def every(number: int, of: Which = any_of) -> Which:
    """Picks each n-th of them."""
    counted = count(1)
    return lambda seen: of(seen) and next(counted) % number == 0


def now_and_then(chance: float, draw: random.Random, of: Which = any_of) -> Which:
    """Picks each of them with a probability of so much."""
    return lambda seen: of(seen) and draw.random() < chance
