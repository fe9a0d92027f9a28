"""Whether a worker reaches its backend."""

from typing import Final

from jobsys.application.loop_time import loop_time

BLIP: Final = 2.0
"""Seconds for which calls may go wrong before the backend counts as out of reach."""


class Reach:
    """Is lost once calls have gone wrong for longer than a blip, until one is answered."""

    def __init__(self) -> None:
        self._failing_since: float | None = None

    @property
    def is_lost(self) -> bool:
        """True while no call has been answered for too long."""
        since = self._failing_since
        return since is not None and loop_time() - since >= BLIP

    def answered(self) -> None:
        """Notes that a call was answered."""
        self._failing_since = None

    def failed(self, asked_at: float) -> None:
        """Notes that a call went wrong that was made then, on the monotonic clock."""
        if self._failing_since is None:
            self._failing_since = asked_at
