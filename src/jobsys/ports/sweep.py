"""Whose leases a reclaim takes although they have not run out, and when it spares those that have."""

from collections.abc import Collection
from datetime import timedelta

from jobsys.domain.value import value


@value
class Sweep:
    """`gone` are workers that have died; `grace` is how long leases last.

    A grace of None spares nobody.
    """

    gone: Collection[str] = ()
    grace: timedelta | None = None


@value
class Looks:
    """When expired leases of a queue were last looked for, and when some were last spared."""

    last_ms: int | None = None
    spared_ms: int | None = None


def worker_of(lane: str) -> str:
    """Returns the worker that a lane belongs to: what its name begins with.

    >>> worker_of("w1a2b3c4.0")
    'w1a2b3c4'
    """
    return lane.partition(".")[0]


def was_stalled(looks: Looks, now_ms: int, grace_ms: int) -> bool:
    """Says whether nobody has looked for so long that leases ran out with nobody to blame.

    Somebody looks twice a lease at least, and leases are renewed three times. Where looks are
    always rarer, a lease is spared once: not before somebody has looked a grace after the last
    sparing, and so taken what was not renewed by then, is anything spared again.
    """
    last, spared = looks.last_ms, looks.spared_ms
    if last is None or now_ms - last < grace_ms * 2 // 3:
        return False
    return spared is None or last - spared >= grace_ms


def is_worth_noting(last_ms: int | None, now_ms: int, grace_ms: int) -> bool:
    """Says whether the instant of a look is written down: not of each, for a write has its price."""
    return last_ms is None or not 0 <= now_ms - last_ms < grace_ms // 4
