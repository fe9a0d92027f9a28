"""What a proxy does to all of its connections alike."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from jobsys.testing.faults.rules import Rule, untouched

Framing = Callable[[bytes], int]
"""Returns the length of the first whole message in a buffer, 0 while it is not whole."""


def as_it_comes(buffer: bytes) -> int:
    """Takes whatever has come in one piece for one message."""
    return len(buffer)


@dataclass
class Conditions:
    """How the network is now; `delay` is the mean and the spread of a reply's way, in seconds."""

    framing: Framing
    draw: random.Random
    rule: Rule = untouched
    delay: tuple[float, float] = (0.0, 0.0)
    audible: asyncio.Event = field(default_factory=asyncio.Event)
    requests: int = 0

    async def travel(self) -> None:
        """Returns after the time that a reply's way takes."""
        mean, spread = self.delay
        if mean:
            await asyncio.sleep(max(0.0, self.draw.uniform(mean - spread, mean + spread)))

    def whole(self, buffer: bytearray) -> Iterator[bytes]:
        """Takes the whole messages out of a buffer."""
        while buffer and (length := self.framing(bytes(buffer))):
            yield bytes(buffer[:length])
            del buffer[:length]
