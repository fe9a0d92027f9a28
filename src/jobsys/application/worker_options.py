"""What a worker is told of how to work."""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from jobsys.domain.priority import JobPriority


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works.

    `bounds` are the most jobs of a queue that it runs at once, `floors` the slots on which the jobs
    of a level have first call. `draw` is its chance, a number in [0, 1): it spreads the repeats of calls that failed.
    `names_of` a type are those under which its jobs are stored.
    """

    lease_for: timedelta
    grace: timedelta
    crash_limit: int
    bounds: Mapping[str, int] = field(default_factory=dict[str, int])
    floors: Mapping[JobPriority, int] = field(default_factory=dict[JobPriority, int])
    lanes: int = 2
    draw: Callable[[], float] = random.random
    names_of: Callable[[str], Collection[str]] = field(default=lambda name: (name,))
