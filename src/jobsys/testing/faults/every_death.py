"""Dies at every point of a story, one life after the other, and looks at what is left."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from jobsys.ports.errors import QueueUnavailable
from jobsys.testing.backend import ResettableBackend
from jobsys.testing.faults.crash_story import CrashStory
from jobsys.testing.faults.fail_points import FailPoint, Mortal, Side
from jobsys.testing.faults.invariants import violations
from jobsys.testing.faults.ledger import Ledger

Life = Callable[[Ledger, FailPoint], Awaitable[bool]]
"""Lives the story on an empty backend until a point; False where the story has fewer calls."""


@dataclass(frozen=True)
class Death:
    """A point at which somebody died, and what was not as it must be: at once, or in the end."""

    point: FailPoint
    violations: Sequence[str]

    def __str__(self) -> str:
        return f"{self.point}: {'; '.join(self.violations) or 'survived'}"


def lives_of(mortal_until: Callable[[FailPoint], Mortal], backend: ResettableBackend) -> Life:
    """Returns lives within this process, each of a mortal of its own."""

    async def live(ledger: Ledger, until: FailPoint) -> bool:
        mortal = mortal_until(until)
        with suppress(QueueUnavailable):
            await CrashStory(mortal.queue, backend, ledger).act()
        return mortal.died

    return live


async def every_death(
    live: Life,
    backend: ResettableBackend,
    folder: Path,
    sides: Sequence[Side] = (Side.BEFORE, Side.AFTER),
) -> Sequence[Death]:
    """Dies on each side of each call that the story makes; others then do what is left.

    The calls are found by living: the last life is the one that reaches no point any more.
    """
    deaths: list[Death] = []
    for number in count(1):
        for side in sides:
            point = FailPoint(number, side)
            await backend.reset()
            ledger = Ledger(folder / f"{number}-{side}")
            died = await live(ledger, point)
            wrong = await violations(backend, ledger, drained=False)
            await CrashStory(backend.queue, backend, ledger).finish()
            wrong += await violations(backend, ledger, drained=True)
            ledger.close()
            if not died:
                return deaths
            deaths.append(Death(point, wrong))
    raise AssertionError("stories end")
