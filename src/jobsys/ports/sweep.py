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
