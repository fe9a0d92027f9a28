"""Tells drawn stories of faults in virtual time, and shows that every promise held: `./dev chaos sim`."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pprint import pformat

from jobsys.testing.simulation import Outcome, shortest, simulate, story_of


@dataclass(frozen=True)
class Figures:
    """What the stories showed; the last one told is the one that went wrong, if any did."""

    seed: int
    stories: int
    jobs: int
    calls: int
    faults: int
    simulated: float
    seconds: float
    wrong: str

    @property
    def promised(self) -> bool:
        """True when no story went wrong."""
        return not self.wrong


@dataclass(frozen=True)
class Told:
    """What is counted of one story."""

    seed: int
    jobs: int
    calls: int
    faults: int
    seconds: float
    wrong: str | None


def tell(seed: int, stories: int, processes: int) -> Figures:
    """Tells stories until one goes wrong, and then prints the shortest one that does so, too."""
    begun = time.perf_counter()
    told: list[Told] = []
    for one in _each(range(seed, seed + stories), processes):
        told.append(one)
        if one.wrong:
            sys.stderr.write(explained(one.seed))
            break
    return Figures(
        seed=seed,
        stories=len(told),
        jobs=sum(one.jobs for one in told),
        calls=sum(one.calls for one in told),
        faults=sum(one.faults for one in told),
        simulated=round(sum(one.seconds for one in told)),
        seconds=round(time.perf_counter() - begun, 1),
        wrong=next((one.wrong for one in told if one.wrong), ""),
    )


def tell_one(seed: int) -> Told:
    """Tells the story of a seed."""
    of = simulate(story_of(seed))
    return Told(seed, of.jobs, of.calls, of.faults, of.seconds, of.wrong)


def explained(seed: int) -> str:
    """Returns what goes wrong in a seed's story, and in the shortest part of it that does."""
    found = simulate(story_of(seed))
    short = shortest(found)
    return "\n".join([f"seed {seed}: {found.wrong}", "", *_shown(short), ""])


def _shown(short: Outcome) -> Iterator[str]:
    yield f"the shortest part of it that goes wrong: {short.wrong}"
    yield pformat(short.story)
    yield from short.trace


def _each(seeds: range, processes: int) -> Iterator[Told]:
    if processes == 1:
        yield from map(tell_one, seeds)
        return
    pool = ProcessPoolExecutor(processes)
    try:
        yield from pool.map(tell_one, seeds, chunksize=20)
    finally:
        pool.shutdown(cancel_futures=True)  # nothing more is told once a story went wrong
