"""How urgent a job is within its queue."""

from enum import IntEnum
from typing import Final


class JobPriority(IntEnum):
    """Four levels; the lower number is served first."""

    CRITICAL = 1
    HIGH = 2
    NORMAL = 5
    LOW = 10

    __hash__ = int.__hash__  # it is looked up per job, and an enum's own way is slow

    @property
    def label(self) -> str:
        """The level's name as it stands in keys and tables.

        >>> JobPriority.HIGH.label
        'high'
        """
        return self.name.lower()

    @classmethod
    def _missing_(cls, value: object) -> "JobPriority | None":
        """Takes a level's name in any case: `JobPriority("High")`."""
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


ALL_LEVELS: Final = tuple(sorted(JobPriority))
