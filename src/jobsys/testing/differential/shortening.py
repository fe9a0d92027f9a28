"""Cuts a story down to the steps without which nothing differs."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from jobsys.testing.differential.operation import Operation

T = TypeVar("T")
Differs = Callable[[Sequence[Operation]], Awaitable[bool]]


async def shortest(story: Sequence[Operation], differs: Differs) -> Sequence[Operation]:
    """Returns a part of a story that still differs, of which no step or entry can be left out."""
    shortened = True
    while shortened:
        shortened = False
        for candidate in _shorter(story):
            if await differs(candidate):
                story, shortened = candidate, True
                break
    return story


def _shorter(story: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """Yields a story with less in it: big pieces out first, then steps, then entries of steps."""
    size = len(story) // 2
    while size:
        for start in range(0, len(story), size):
            yield [*story[:start], *story[start + size :]]
        size //= 2
    for index, step in enumerate(story):
        for smaller in _smaller(step):
            yield [*story[:index], smaller, *story[index + 1 :]]


def _smaller(step: Operation) -> Iterator[Operation]:
    """Yields a step with one entry less in one of its tuples."""
    if not is_dataclass(step):
        return
    for field in fields(step):
        entries: object = getattr(step, field.name)
        if isinstance(entries, tuple):
            for fewer in _one_less(cast("tuple[object, ...]", entries)):
                yield replace(step, **{field.name: fewer})


def _one_less(entries: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    for index in range(len(entries)):
        yield entries[:index] + entries[index + 1 :]
