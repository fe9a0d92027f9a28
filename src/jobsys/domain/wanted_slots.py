"""How many slots a queue takes."""

from math import ceil


def wanted_slots(waiting: int, active: int, seconds: float | None, within: float) -> int:
    """Returns how many slots have the last waiting job begin `within` so many seconds.

    `seconds` is for how long a job holds a slot. A slot begins a job each `seconds`, so it takes one
    for each `within / seconds` jobs; what comes later stands behind those that wait, and counts at
    the next look. Busy slots stay, as to stop one would stop its job; and where jobs last longer
    than `within`, none of these is free in time, and each waiting job takes one of its own.

    >>> wanted_slots(waiting=600, active=4, seconds=0.5, within=30)
    10
    >>> wanted_slots(waiting=60, active=4, seconds=0.5, within=30)
    4
    >>> wanted_slots(waiting=3, active=4, seconds=600.0, within=30)
    7

    While nobody knows for how long (None), it is one slot more than are busy: no more than it takes
    to find out.

    >>> wanted_slots(waiting=600, active=0, seconds=None, within=30)
    1
    """
    if not waiting:
        return active
    if seconds is None:
        return active + 1
    return max(active, 1, min(active + waiting, ceil(waiting * seconds / within)))
