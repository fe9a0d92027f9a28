"""Cuts a story that goes wrong down to what it needs for that."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from jobsys.testing.simulation.simulation import Outcome, simulate
from jobsys.testing.simulation.story import Story

T = TypeVar("T")


def shortest(found: Outcome, tell: Callable[[Story], Outcome] = simulate) -> Outcome:
    """Returns what comes of the same story without each fault, and then each job, that it can do without."""
    shortened = True
    while shortened:
        shortened = False
        for shorter in _shorter(found.story):
            outcome = tell(shorter)
            if outcome.wrong is not None:
                found, shortened = outcome, True
                break
    return found


def _shorter(story: Story) -> Iterator[Story]:
    for faults in _one_less(story.faults):
        yield replace(story, faults=faults)
    for jobs in _one_less(story.jobs):
        yield replace(story, jobs=jobs)


def _one_less(items: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    for index in range(len(items)):
        yield items[:index] + items[index + 1 :]
