"""Value objects that cost little: slotted, and frozen for the type checker only."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """Makes a slotted dataclass that a type checker lets nobody assign to.

    Building a really frozen dataclass costs about four times as much, and a worker builds
    several values per job; so the promise is kept by mypy and pyright instead of at run time.
    """
    return dataclass(slots=True)(cls)
