"""How many of a worker's slots each level has first call on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from jobsys.application.loop_time import loop_time
from jobsys.domain.lease import Lease
from jobsys.domain.priority import ALL_LEVELS, JobPriority
from jobsys.ports.turn import Claim

Levels = tuple[JobPriority, ...]


RESTS_FOR: Final = 0.5
"""Seconds for which a floor is not claimed for that a turn found no job for."""


class LevelFloors:
    """Has a level's jobs claimed before all others while fewer of them run than its floor.

    A floor is no fence: a slot for which its level has no job takes another's, and the floor of a
    level without jobs rests for a while, so that it makes no claim smaller.
    """

    def __init__(
        self, floors: Mapping[JobPriority, int], active_at: Callable[[JobPriority], int]
    ) -> None:
        self._floors = dict(sorted(floors.items()))
        self._active_at = active_at
        self._claimed = dict.fromkeys(floors, 0)
        self._rests_until = dict.fromkeys(floors, 0.0)

    def wish(self, free: int) -> tuple[int, Levels]:
        """Returns how many of the free slots are filled next, and in which order of the levels."""
        for level, floor in self._floors.items():
            missing = floor - self._active_at(level) - self._claimed[level]
            if missing > 0 and loop_time() >= self._rests_until[level]:
                others = (other for other in ALL_LEVELS if other is not level)
                return min(free, missing), (level, *others)
        return free, ALL_LEVELS

    def claim(self, claims: Iterable[Claim]) -> None:
        """Notes what is being claimed: it counts for its first level until its turn has answered."""
        for claim in claims:
            if claim.levels is not ALL_LEVELS:
                self._claimed[claim.levels[0]] += claim.limit

    def answered(self, claims: Iterable[Claim], leases: Iterable[Lease] = ()) -> None:
        """Notes that a turn has answered: what it brought is active now, or was given back."""
        brought = {lease.record.priority for lease in leases}
        for claim in claims:
            if claim.levels is not ALL_LEVELS:
                level = claim.levels[0]
                self._claimed[level] -= claim.limit
                if level not in brought:
                    self._rests_until[level] = loop_time() + RESTS_FOR


NO_FLOORS: Final = LevelFloors({}, lambda _: 0)
