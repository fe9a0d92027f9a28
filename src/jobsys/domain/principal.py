"""Who asks, and what that allows."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody may do; each may do all that those before it may."""

    VIEWER = "viewer"
    """Sees how jobs stand, but neither what they carry nor what they returned."""
    OPERATOR = "operator"
    """Sees all of a job; submits, cancels and retries, pauses and resumes."""
    ADMIN = "admin"
    """Sets policies and schedules, and removes for good."""

    def includes(self, other: "Role") -> bool:
        """Says whether this role may do what another may.

        >>> Role.ADMIN.includes(Role.VIEWER), Role.VIEWER.includes(Role.OPERATOR)
        (True, False)
        """
        return _RANK[self] >= _RANK[other]


_RANK: Final = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks, by name; `queues` and `job_types` bound what is reached, empty: all."""

    name: str
    role: Role
    queues: AbstractSet[str] = frozenset()
    job_types: AbstractSet[str] = frozenset()

    @property
    def is_bounded(self) -> bool:
        """True where only some queues, or some types of jobs, are reached."""
        return bool(self.queues or self.job_types)

    def reaches_queue(self, queue: str) -> bool:
        """Says whether jobs of a queue are reached.

        >>> Principal("ada", Role.ADMIN, frozenset({"mails"})).reaches_queue("reports")
        False
        """
        return not self.queues or queue in self.queues

    def reaches_type(self, job_type: str) -> bool:
        """Says whether jobs of a type, by its stored name, are reached."""
        return not self.job_types or job_type in self.job_types
